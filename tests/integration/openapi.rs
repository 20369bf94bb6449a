//! The descriptions of both APIs.

mod core;
