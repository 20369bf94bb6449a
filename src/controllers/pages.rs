//! The pages of the service, at `/`: one document, whose script talks to `/api/v4` like any other client.
//! Nothing inline runs in it, text never becomes HTML, and only pictures of accounts come from elsewhere.

pub mod assets;
pub mod embedded;
mod joined;
mod site;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EntityTag, Header as _, IfNoneMatch},
};

use self::site::SITE;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' https: http: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

pub async fn show(request: HttpRequest) -> HttpResponse {
    let tag = EntityTag::new_weak(SITE.digest.clone());
    let known = knows(&request, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((ETAG, tag.to_string()));
    if known { answer.finish() } else { SITE.page.answer(&request, answer) }
}

/// Whether the browser holds this version already.
fn knows(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        _ => false,
    }
}
