//! Hooks for the objects whose models have rules: `/rest` writes them through the models' functions, so that it cannot
//! bypass a rule of V4.

pub mod accounts;
pub mod keys;
pub mod members;
pub mod webhooks;
