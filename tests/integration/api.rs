//! `/api`

pub mod v4;
