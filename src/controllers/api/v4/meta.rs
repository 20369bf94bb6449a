//! What a paged list says about itself, and which page was asked for.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{error::Result, models::page::Page, parameters::Query};

#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// On all pages together.
    pub total_count: i64,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct PageParam {
    /// From 1, 25 a page.
    #[param(minimum = 1, example = 1)]
    page: Option<i64>,
}

pub fn page(query: &Query) -> Result<Page> {
    query.read(|root| Page::numbered(root.page("page")))
}
