//! Who may see, read and change what: every kind of caller against every kind of account, and against what is
//! governed.

mod callers;
mod reading;
mod writing;
