//! Middleware that accepts the spellings of a path that clients of Rails and of n8n send, and answers as for the plain
//! path: slashes doubled at the front, a slash at the end, and `.json`. There is no redirect, which many clients follow
//! with GET. The path of the public URL is removed if the proxy in front did not do so.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse, Url},
    http::{Method, Uri, uri::PathAndQuery},
    middleware::Next,
    web::Data,
};

use crate::app::App;

/// The first segments of our own paths. The public URL's path is not removed from one of these.
const OURS: [&str; 9] = ["", "api", "assets", "docs", "health", "oauth", "open-api", "openapi.json", "rest"];
/// Where `.json` at the end means nothing.
const ALWAYS_JSON: [&str; 4] = ["/api/", "/health/", "/open-api/", "/rest/"];
/// A page, whose relative links depend on this slash.
const DOCS: &str = "/docs/";

pub async fn rewrite(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let plain = {
        let base = || request.app_data::<Data<App>>().map(|app| app.settings.base_path()).unwrap_or_default();
        let path = request.path();
        Some(plain(request.method(), path, base)).filter(|plain| plain != path)
    };
    if let Some(uri) = plain.and_then(|path| with_path(request.uri(), &path)) {
        request.match_info_mut().set(Url::new(uri.clone()));
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// The plain spelling of a path. `base` returns the path of the public URL.
fn plain(method: &Method, path: &str, base: impl FnOnce() -> String) -> String {
    let mut path = single_slash(path);
    if !OURS.contains(&first_segment(path)) {
        path = single_slash(without_base(path, &base()));
    }
    // A DELETE or PUT whose id is empty must not become one of the collection, or of the caller's own session.
    let names_no_record = matches!(*method, Method::GET | Method::HEAD | Method::POST);
    if names_no_record && path != DOCS {
        path = path.trim_end_matches('/');
    }
    if ALWAYS_JSON.iter().any(|start| path.starts_with(start)) {
        path = path.strip_suffix(".json").filter(|rest| !rest.ends_with('/')).unwrap_or(path);
    }
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}

/// With one slash at the front in place of several.
fn single_slash(path: &str) -> &str {
    let rest = path.trim_start_matches('/');
    let has_slash = rest.len() < path.len();
    &path[path.len() - rest.len() - usize::from(has_slash)..]
}

fn first_segment(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

fn without_base<'a>(path: &'a str, base: &str) -> &'a str {
    match path.strip_prefix(base) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(method: &Method, path: &str) -> String {
        plain(method, path, || "/crm/roster".to_owned())
    }

    #[test]
    fn spellings_of_one_path_are_equal() {
        for (sent, expected) in [
            ("/rest/people", "/rest/people"),
            ("/rest/people/", "/rest/people"),
            ("//rest/people//", "/rest/people"),
            ("/rest/people.json", "/rest/people"),
            ("/rest/people.json/", "/rest/people"),
            ("///api/v4/teams/7.json", "/api/v4/teams/7"),
            ("/crm/roster", "/"),
            ("/crm/roster/", "/"),
            ("/crm/roster//rest/people/", "/rest/people"),
            ("/crm/roster/docs/", "/docs/"),
            ("/crm/rosters", "/crm/rosters"),
            ("/", "/"),
            ("//", "/"),
            ("/docs/", "/docs/"),
            ("/openapi.json", "/openapi.json"),
            ("/openapi.json/", "/openapi.json"),
            ("/rest/.json", "/rest/.json"),
            ("/rest/people.xml", "/rest/people.xml"),
            ("*", "*"),
        ] {
            assert_eq!(spelled(&Method::GET, sent), expected, "{sent}");
        }
    }

    #[test]
    fn an_empty_id_stays_empty() {
        for method in [Method::DELETE, Method::PUT, Method::PATCH] {
            for (sent, expected) in [
                ("/api/v4/sessions/", "/api/v4/sessions/"),
                ("//rest/people/", "/rest/people/"),
                ("/rest/people/.json", "/rest/people/.json"),
                ("/rest/people/7.json", "/rest/people/7"),
                ("/rest/people//", "/rest/people//"),
            ] {
                assert_eq!(spelled(&method, sent), expected, "{method} {sent}");
            }
        }
    }
}
