//! Many at once, against several processes over one database.

mod mix;
mod ownership;
mod sign_up;
