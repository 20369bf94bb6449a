//! What the page is made of. A URL with another build's digest is gone, never answered with this build's file.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL, web::Path};

use super::site::SITE;
use crate::error::{Error, Result};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn show(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse> {
    let (digest, name) = path.into_inner();
    let asset = if digest == SITE.digest { SITE.assets.get(name.as_str()) } else { None };
    let asset = asset.ok_or(Error::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, FOR_EVER));
    Ok(asset.answer(&request, answer))
}
