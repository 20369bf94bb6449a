//! What the texts among the settings must look like. Whether anybody answers there is found out later.

use lettre::message::Mailbox;
use url::Url;

/// `127.0.0.1:3000`, `[::]:3000`, `localhost:0`
pub fn is_listener(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// `https://roster.example.com`, in a folder or not.
pub fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url) && url.query().is_none() && url.fragment().is_none())
}

/// Exactly what a browser puts into `Origin`, since it is compared as text.
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url) && url.origin().ascii_serialization() == text)
}

pub fn is_smtp_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host())
}

pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
