//! The second door: Twenty's REST dialect, for n8n and scripts.

pub mod open_api;
pub mod presented;
