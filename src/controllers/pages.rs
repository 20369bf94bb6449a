//! The web pages of the service, at `/`: one HTML document, whose script calls `/api/v4` like any other client.
//! The policy forbids inline scripts and writing text as HTML; only images may come from other origins.

pub mod assets;
pub mod embedded;
mod joined;
mod site;

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EntityTag, Header as _, IfNoneMatch},
    web::Data,
};

use self::{embedded::Asset, site::SITE};
use crate::settings::Settings;

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' https: http: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The HTML document.
pub struct Page {
    base_path: String,
    rendered: OnceLock<Asset>,
}

impl Page {
    /// It is rendered on first use.
    pub fn new(settings: &Settings) -> Self {
        Self { base_path: settings.base_path(), rendered: OnceLock::new() }
    }

    /// Below a path of a proxy's host, the URLs of the assets are absolute: the browser may show `/roster`, without the
    /// slash on which relative URLs depend.
    fn rendered(&self) -> &Asset {
        self.rendered.get_or_init(|| {
            let base = if self.base_path.is_empty() { String::new() } else { format!("{}/", self.base_path) };
            site::page(&base)
        })
    }

    /// A new one if the assets or their URLs are others.
    fn tag(&self) -> EntityTag {
        EntityTag::new_weak(format!("{}{}", SITE.digest, self.base_path))
    }
}

pub async fn show(request: HttpRequest, page: Data<Page>) -> HttpResponse {
    let tag = page.tag();
    let is_cached = is_cached(&request, &tag);
    let mut answer = if is_cached { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .insert_header((ETAG, tag.to_string()));
    if is_cached { answer.finish() } else { page.rendered().answer(&request, answer) }
}

/// Whether the browser has this version in its cache.
fn is_cached(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        _ => false,
    }
}
