//! Many at once, against several processes over one database.

mod mix;
mod moving;
mod ownership;
mod repeats;
mod rush;
mod sign_up;
