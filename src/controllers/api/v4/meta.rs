//! Paged lists: the page parameter and the total count.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{models::page::Page, parameters::parameters};

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
