//! The descriptions of both APIs.

mod core;
mod v4;
