//! `/api`

mod v4;
