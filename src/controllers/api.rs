//! The API that is compatible with Gipper: `/api`.

pub mod failure;
pub mod id;
pub mod side;
pub mod v4;
