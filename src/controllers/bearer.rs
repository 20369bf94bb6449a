//! The token of a request, in the header `Authentication` (Gipper's name) or `Authorization`, by one rule for both APIs.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HeaderName, HeaderValue},
};

use crate::error::{Error, Result};

/// Gipper's name for the header `Authorization`.
const AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");

pub const DIFFERENT_TOKENS: &str =
    "The headers Authentication and Authorization hold different tokens. Send one of them.";

/// The token after `Bearer`, which is `""` if none follows. `None` if no header has this scheme: another scheme is for
/// somebody else, such as the `Basic` that a proxy asks for. Two different tokens are an error.
pub fn find_token(request: &HttpRequest) -> Result<Option<&str>> {
    let headers = request.headers();
    let values = headers.get_all(AUTHENTICATION).chain(headers.get_all(AUTHORIZATION));
    let mut found = None;
    for token in values.filter_map(parse_bearer) {
        match found {
            Some(first) if first != token => return Err(Error::Unauthenticated(DIFFERENT_TOKENS)),
            _ => found = Some(token),
        }
    }
    Ok(found)
}

/// `Bearer` in any case. A token that is not ASCII is none of ours, and counts as `""`.
fn parse_bearer(header: &HeaderValue) -> Option<&str> {
    let value = header.as_bytes().trim_ascii();
    let (scheme, token) = value.split_at(value.iter().position(|byte| *byte == b' ').unwrap_or(value.len()));
    let token = str::from_utf8(token.trim_ascii()).ok().filter(|token| token.is_ascii());
    scheme.eq_ignore_ascii_case(b"bearer").then(|| token.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    type Headers<'a> = &'a [(&'static str, &'a [u8])];

    /// The token of a request with these headers; `Err` if it has two.
    fn token(headers: Headers<'_>) -> Result<Option<String>, ()> {
        let mut request = TestRequest::default();
        for (name, value) in headers {
            request = request.append_header((*name, HeaderValue::from_bytes(value).unwrap()));
        }
        find_token(&request.to_http_request()).map(|token| token.map(str::to_owned)).map_err(drop)
    }

    #[test]
    fn finds_one_token_beside_other_schemes() {
        const HERE: &str = "Authentication";
        const THERE: &str = "Authorization";
        let cases: [(Headers<'_>, Result<_, ()>); 13] = [
            (&[], Ok(None)),
            (&[(THERE, b"Bearer t")], Ok(Some("t"))),
            (&[(HERE, b"bEARER  t ")], Ok(Some("t"))),
            (&[(HERE, b"Bearer t"), (THERE, b"Bearer t")], Ok(Some("t"))),
            (&[(HERE, b"Bearer t"), (THERE, b"Basic dTpw")], Ok(Some("t"))),
            (&[(THERE, b"Basic dTpw"), (THERE, b"Bearer t")], Ok(Some("t"))),
            (&[(THERE, b"Digest username=\"u\""), (HERE, b"Bearer t")], Ok(Some("t"))),
            (&[(THERE, b"Basic dTpw")], Ok(None)),
            (&[(THERE, b"t")], Ok(None)),
            (&[(THERE, b"Bearer")], Ok(Some(""))),
            (&[(THERE, b"Bearer \xe9")], Ok(Some(""))),
            (&[(HERE, b"Bearer t"), (THERE, b"Bearer u")], Err(())),
            (&[(THERE, b"Bearer t"), (THERE, b"Basic dTpw"), (THERE, b"Bearer u")], Err(())),
        ];
        for (headers, expected) in cases {
            assert_eq!(
                token(headers),
                expected.map(|token: Option<&str>| token.map(str::to_owned)),
                "{headers:?}"
            );
        }
    }
}
