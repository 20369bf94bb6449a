//! Gipper's door: `/api`.

pub mod failure;
pub mod id;
pub mod v4;
