//! `GET /docs`: the description of the API as a page to read and to try out. It loads nothing from elsewhere.

pub mod files;

use actix_web::{
    HttpResponse, Responder,
    http::header::{CONTENT_SECURITY_POLICY, ContentType},
    web::Data,
};
use url::Url;

use super::pages::embedded;
use crate::app::App;

/// A page for people; the description it shows does not mention it.
pub async fn show(app: Data<App>) -> impl Responder {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy(app.settings.public_url.as_deref())))
        .body(embedded::text("docs/index.html"))
}

/// The theme draws icons from `data:` URLs; what is tried out goes to this service, under its public name too.
fn policy(public_url: Option<&str>) -> String {
    let public = public_url.and_then(|url| Url::parse(url).ok());
    let public = public.map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' {public}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn reaches_the_service_only() {
        assert!(policy(None).contains("connect-src 'self' ;"));
        let policy = policy(Some("https://roster.example.com/in/a/folder"));
        assert!(policy.contains("connect-src 'self' https://roster.example.com;"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
