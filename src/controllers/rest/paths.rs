//! The errors for paths that have no action.

use actix_web::HttpRequest;

use super::extractors::PathObject;
use crate::{
    error::{Error, Result},
    models::caller::Credentials,
    records::value::shortened,
};

/// Refuses an update or a delete without an id in the path.
pub async fn missing_id(_: Credentials, _: PathObject) -> Result<String> {
    Err(Error::Unreadable("Record ID not found".to_owned()))
}

/// Refuses an unknown path. It is repeated whole, so that a doubled `/rest` shows.
pub async fn unknown_path(_: Credentials, request: HttpRequest) -> Result<String> {
    let path = shortened(request.path());
    Err(Error::Unreadable(format!(
        "Query path '{path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
    )))
}
