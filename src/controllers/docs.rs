//! `GET /docs`: the API documentation as a page from which requests can be sent. It loads nothing from other origins.

pub mod files;
pub mod rest;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::header::{CONTENT_SECURITY_POLICY, ContentType},
    web::Data,
};
use url::Url;

use super::pages::embedded;
use crate::app::App;

/// Not described in `/openapi.json`, because it is a page for people.
pub async fn show(request: HttpRequest, app: Data<App>) -> impl Responder {
    let page = embedded::text("docs/index.html");
    // Its URLs are relative: from `/docs/`, the slash at the end leads into the folder already.
    let page = if request.path().ends_with('/') { page.replace("\"docs/", "\"") } else { page };
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy(app.settings.public_url.as_deref())))
        .body(page)
}

/// The theme has icons in `data:` URLs. The page sends requests to this origin and to that of the public URL.
fn policy(public_url: Option<&str>) -> String {
    let public_url = public_url.and_then(|url| Url::parse(url).ok());
    let public_origin = public_url.map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' {public_origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn allows_connections_to_the_service_only() {
        assert!(policy(None).contains("connect-src 'self' ;"));
        let policy = policy(Some("https://roster.example.com/in/a/folder"));
        assert!(policy.contains("connect-src 'self' https://roster.example.com;"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
