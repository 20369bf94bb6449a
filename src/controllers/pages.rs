//! The web pages of the service, at `/`: one HTML document, whose script calls `/api/v4` like any other client.
//! The policy forbids inline scripts and writing text as HTML; only images may come from other origins.

pub mod assets;
pub mod embedded;
mod joined;
mod site;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EntityTag, Header as _, IfNoneMatch},
};

use self::site::SITE;

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' https: http: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

pub async fn show(request: HttpRequest) -> HttpResponse {
    let tag = EntityTag::new_weak(SITE.digest.clone());
    let is_cached = is_cached(&request, &tag);
    let mut answer = if is_cached { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .insert_header((ETAG, tag.to_string()));
    if is_cached { answer.finish() } else { SITE.page.answer(&request, answer) }
}

/// Whether the browser has this version in its cache.
fn is_cached(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        _ => false,
    }
}
