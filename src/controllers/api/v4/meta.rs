//! Paged lists: the page parameter and the total count.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    models::page::Page,
    parameters::{Text, parameters},
};

/// About a paged list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// The number of entries on all pages together.
    pub total_count: i64,
}

parameters! {
    /// The page of a list.
    pub struct Paged {
        /// The number of the page, from 1; a page has 25 entries.
        #[schema(example = 1)]
        page: Page,
    }
}

parameters! {
    /// The page of a list of accounts, and which accounts are in the list.
    pub struct PagedAccounts {
        /// The number of the page, from 1; a page has 25 entries.
        #[schema(example = 1)]
        page: Page,
        /// A part of the display name, the handle or the nickname, in any case.
        name: Option<Text<255>>,
    }
}
