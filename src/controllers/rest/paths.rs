//! Paths that name no record, no list and nothing else there is.

use actix_web::HttpRequest;

use super::extractors::PathObject;
use crate::{
    error::{Error, Result},
    models::caller::Credentials,
    records::value::shortened,
};

/// A change without an id.
pub async fn no_id(_: Credentials, _: PathObject) -> Result<String> {
    Err(Error::Unreadable("Record ID not found".to_owned()))
}

pub async fn nowhere(_: Credentials, request: HttpRequest) -> Result<String> {
    let path = shortened(request.path().trim_start_matches("/rest"));
    Err(Error::Unreadable(format!(
        "Query path '{path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
    )))
}
