//! Checks the form of text settings. Whether an address can be reached is not checked here.

use actix_web::http::header::HeaderName;
use lettre::message::Mailbox;
use url::{Host, Url};

/// The scope without which X gives no refresh token.
pub const LASTING_SCOPE: &str = "offline.access";

/// Host and port: `127.0.0.1:3000`, `[::]:3000`, `localhost:0`.
pub fn is_listener(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// `https://roster.example.com`, with or without a path.
pub fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url) && url.query().is_none() && url.fragment().is_none())
}

/// In exactly the form of a browser's `Origin` header, because the two are compared as texts.
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url) && url.origin().ascii_serialization() == text)
}

/// `smtp://` or `smtps://`, with a host.
pub fn is_smtp_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host())
}

/// An e-mail address with or without a name.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// The name of an HTTP header.
pub fn is_header(text: &str) -> bool {
    HeaderName::from_bytes(text.as_bytes()).is_ok()
}

/// Without white space, which is always a mistake of pasting.
pub fn is_client_id(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// With [`LASTING_SCOPE`].
pub fn are_lasting_scopes(text: &str) -> bool {
    text.split_whitespace().any(|scope| scope == LASTING_SCOPE)
}

/// `https://x.example.com`, or an http URL of this machine: no path, no password.
pub fn is_host(text: &str) -> bool {
    let is_bare = |url: &Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    Url::parse(text).is_ok_and(|url| is_private_channel(&url) && is_bare(&url))
}

/// A page that may get a code in its fragment.
pub fn is_return_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_private_channel(&url) && url.fragment().is_none())
}

/// https, or http that does not leave this machine; without a password.
fn is_private_channel(url: &Url) -> bool {
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let has_no_credentials = url.username().is_empty() && url.password().is_none();
    has_no_credentials && (url.scheme() == "https" || url.scheme() == "http" && is_local)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
