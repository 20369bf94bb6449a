//! A database's URL: as it is opened, and as it may be shown, without the passwords in it.

use url::Url;

const UNREADABLE: &str =
    "the URL cannot be read; write letters such as / and @ in its password as %2F and %40, and a % as %25";

/// Otherwise a host that does not answer is waited for as long as the system's TCP pleases.
const LONGEST_CONNECT_SECONDS: u32 = 5;

/// With an end to the waiting, unless the URL has one of its own.
pub fn impatient(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let first = if url.contains('?') { '&' } else { '?' };
    format!("{url}{first}connect_timeout={LONGEST_CONNECT_SECONDS}")
}

/// What a client program is given, which asks for the password or knows where it is kept.
pub fn without_passwords(url: &str) -> Option<String> {
    let mut shown = read(url)?;
    // Without a host there is no password to take away, and the answer is an error.
    let _ = shown.set_password(None);
    let options: Vec<(String, String)> =
        shown.query_pairs().filter(|(name, _)| !name.ends_with("password")).map(owned).collect();
    shown.set_query(None);
    if !options.is_empty() {
        shown.query_pairs_mut().extend_pairs(options);
    }
    Some(shown.into())
}

/// What the client library said about a URL. It quotes what it cannot read, and so would a part of a password.
pub fn quotable(message: &str, url: &str) -> String {
    match read(url) {
        Some(_) if !message.contains("percent-encoded") => message.trim().to_owned(),
        _ => UNREADABLE.to_owned(),
    }
}

/// A second `@`, or one behind the host, comes from a password, of which a part is then taken for the host.
fn read(text: &str) -> Option<Url> {
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
    fn waiting_for_a_host_has_an_end() {
        for (url, opened) in [
            ("postgres:///roster", "postgres:///roster?connect_timeout=5"),
            ("postgres://db/roster?user=ada", "postgres://db/roster?user=ada&connect_timeout=5"),
            ("postgres://db/roster?connect_timeout=60", "postgres://db/roster?connect_timeout=60"),
        ] {
            assert_eq!(impatient(url), opened);
        }
    }

    #[test]
    fn passwords_are_taken_out_and_the_rest_stays() {
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
    fn what_may_quote_a_password_is_not_repeated() {
        let refused = "connection to server at \"db\" failed: Connection refused";
        assert_eq!(quotable(refused, "postgres://ada:s3cret@db/roster"), refused);
        let quoting = "invalid percent-encoded token: \"s3%cret\"";
        assert_eq!(quotable(quoting, "postgres://ada:s3%cret@db/roster"), UNREADABLE);
        let port = "invalid integer value \"s3\" for connection option \"port\"";
        assert_eq!(quotable(port, "postgres://ada:s3/cret@db/roster"), UNREADABLE);
    }
}
