//! Who may see, read and change what: every kind of caller against every kind of account, and against what is
//! governed.

mod cast;
mod reading;
mod writing;
