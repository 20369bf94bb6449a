//! `/rest`: the API in Twenty's REST dialect, for n8n and scripts.

pub mod batch;
mod body;
pub mod duplicates;
mod envelope;
mod extractors;
pub mod failure;
pub mod openapi;
pub mod paths;
pub mod records;
pub mod unknown_keys;
