//! What a paged list says about itself, and which page was asked for.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{models::page::Page, parameters::parameters};

#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// On all pages together.
    pub total_count: i64,
}

parameters! {
    /// Which page of a list.
    pub struct Paged {
        /// From 1, 25 a page.
        #[schema(example = 1)]
        page: Page,
    }
}
