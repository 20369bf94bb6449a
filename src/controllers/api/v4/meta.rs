//! Paged lists: the parameters that choose a page, and the total count.

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

/// The page of a list that is answered whole unless the request has a page or looks for a name.
pub fn page_if_asked(page: Option<Page>, name: Option<&String>) -> Option<Page> {
    page.or(name.map(|_| Page::FIRST))
}

/// `meta` of a list that was answered in pages.
pub fn meta_of_page(page: Option<Page>, total_count: i64) -> Option<Meta> {
    page.map(|_| Meta { total_count })
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
