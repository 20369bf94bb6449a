//! Permissions: every kind of caller with every kind of account, and with members, keys and webhooks.

mod callers;
mod reading;
mod writing;
