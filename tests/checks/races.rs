//! Concurrent requests against several processes with one database.

mod mix;
mod moving;
mod ownership;
mod repeats;
mod rush;
mod sign_up;
