//! The engine behind `/rest`: query → SQL → rows → records with relations, for all objects of the catalogue.
//! Accounts, members and keys are written through the functions of their models; see `hooks`.

pub mod actor;
mod composite;
pub mod deliveries;
pub mod duplicates;
mod granted_tokens;
mod hooks;
pub mod input;
pub mod literal;
pub mod load;
pub mod page;
pub mod permissions;
pub mod query;
pub mod record;
pub mod requests;
mod rich_text;
mod spelling;
mod sql;
pub mod token_readings;
pub mod transaction;
pub mod value;
