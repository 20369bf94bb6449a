//! What the page is made of. A URL with another build's digest is gone, never answered with this build's file.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag},
    web::Path,
};

use crate::{
    error::{Error, Result},
    web::{self, PAGE},
};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn show(path: Path<(String, String)>) -> Result<HttpResponse> {
    let (digest, path) = path.into_inner();
    let file = if digest == PAGE.digest { web::file(&path) } else { None };
    let file = file.ok_or(Error::NotFound)?;
    let kind = mime_guess::from_path(&path).first_or_text_plain();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .insert_header((CONTENT_TYPE, format!("{kind}; charset=utf-8")))
        .insert_header((ETAG, EntityTag::new_weak(digest).to_string()))
        .body(file.into_owned()))
}
