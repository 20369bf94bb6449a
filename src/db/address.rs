//! The URL of a PostgreSQL database: with a timeout for connecting, and without passwords for display.

use url::Url;

const UNPARSABLE: &str =
    "the URL cannot be read; write letters such as / and @ in its password as %2F and %40, and a % as %25";

/// Without it, connecting to a host that does not answer blocks until the system's TCP timeout.
const CONNECT_TIMEOUT_SECONDS: u32 = 5;

/// Adds a `connect_timeout` unless the URL has one.
pub fn with_connect_timeout(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}connect_timeout={CONNECT_TIMEOUT_SECONDS}")
}

/// The URL for a client program such as `pg_dump`, which gets the password elsewhere. `None` if it does not parse.
pub fn without_passwords(url: &str) -> Option<String> {
    let mut shown = parse(url)?;
    // It fails only for a URL without a host, which has no password.
    let _ = shown.set_password(None);
    let options: Vec<(String, String)> =
        shown.query_pairs().filter(|(name, _)| !name.ends_with("password")).map(owned).collect();
    shown.set_query(None);
    if !options.is_empty() {
        shown.query_pairs_mut().extend_pairs(options);
    }
    Some(shown.into())
}

/// The client library's message, unless it may quote a part of the URL's password.
pub fn redact_message(message: &str, url: &str) -> String {
    match parse(url) {
        Some(_) if !message.contains("percent-encoded") => message.trim().to_owned(),
        _ => UNPARSABLE.to_owned(),
    }
}

/// `None` if a `@` in the password is not escaped: a part of the password would then be parsed as the host.
fn parse(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (!url.path().contains('@') && text.matches('@').count() <= 1).then_some(url)
}

fn owned((name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)) -> (String, String) {
    (name.into_owned(), value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_a_connect_timeout() {
        for (url, expected) in [
            ("postgres:///roster", "postgres:///roster?connect_timeout=5"),
            ("postgres://db/roster?user=ada", "postgres://db/roster?user=ada&connect_timeout=5"),
            ("postgres://db/roster?connect_timeout=60", "postgres://db/roster?connect_timeout=60"),
        ] {
            assert_eq!(with_connect_timeout(url), expected);
        }
    }

    #[test]
    fn removes_passwords_and_keeps_the_rest() {
        let cases = [
            ("postgres://ada:s%40cret@db:5433/roster", Some("postgres://ada@db:5433/roster")),
            ("postgres://ada@db/roster?sslmode=require", Some("postgres://ada@db/roster?sslmode=require")),
            ("postgres://db/r?password=s3cret&sslpassword=s3cret&user=ada", Some("postgres://db/r?user=ada")),
            ("postgres:///roster", Some("postgres:///roster")),
            ("postgres://ada:s3/cret@db/roster", None),
            ("postgres://ada:12/s3cret@db/roster", None),
            ("postgres://ada:a@s3cret@db/roster", None),
        ];
        for (url, shown) in cases {
            assert_eq!(without_passwords(url).as_deref(), shown, "{url}");
        }
    }

    #[test]
    fn hides_messages_that_may_quote_a_password() {
        let refused = "connection to server at \"db\" failed: Connection refused";
        assert_eq!(redact_message(refused, "postgres://ada:s3cret@db/roster"), refused);
        let quoting = "invalid percent-encoded token: \"s3%cret\"";
        assert_eq!(redact_message(quoting, "postgres://ada:s3%cret@db/roster"), UNPARSABLE);
        let port = "invalid integer value \"s3\" for connection option \"port\"";
        assert_eq!(redact_message(port, "postgres://ada:s3/cret@db/roster"), UNPARSABLE);
    }
}
