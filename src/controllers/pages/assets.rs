//! The scripts, styles and icons of the pages. A URL with the digest of another build is 404, so that a page never gets
//! files of two builds.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL, web::Path};

use super::site::SITE;
use crate::error::{Error, Result};

const CACHE_ONE_YEAR: &str = "public, max-age=31536000, immutable";

pub async fn show(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse> {
    let (digest, name) = path.into_inner();
    let asset = if digest == SITE.digest { SITE.assets.get(name.as_str()) } else { None };
    let asset = asset.ok_or(Error::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, CACHE_ONE_YEAR));
    Ok(asset.answer(&request, answer))
}
