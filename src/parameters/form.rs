//! Parses `application/x-www-form-urlencoded` into pairs. Text that cannot be decoded exactly is refused; the usual
//! libraries replace it by U+FFFD.

use serde_json::Value;

use crate::error::{Error, Result};

/// Decoded names and values in the order they were sent. A name without `=` has the value null.
pub fn pairs(body: &[u8]) -> Result<Vec<(String, Value)>> {
    body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn pair(pair: &[u8]) -> Result<(String, Value)> {
    match pair.iter().position(|&byte| byte == b'=') {
        Some(at) => Ok((decode(&pair[..at])?, Value::String(decode(&pair[at + 1..])?))),
        None => Ok((decode(pair)?, Value::Null)),
    }
}

fn decode(text: &[u8]) -> Result<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => escaped(rest.next(), rest.next()).ok_or_else(bad_escape)?,
            plain => plain,
        });
    }
    String::from_utf8(decoded)
        .map_err(|_| Error::Unreadable("The form is not valid UTF-8; send it in UTF-8".into()))
}

fn escaped(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high?)? * 16 + digit(low?)?).ok()
}

fn bad_escape() -> Error {
    Error::Unreadable(
        "The form has a % that two hexadecimal digits do not follow; send a literal % as %25".into(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decodes_names_and_values() {
        for (body, expected) in [
            ("", json!([])),
            ("a=1&b=2&a=3", json!([["a", "1"], ["b", "2"], ["a", "3"]])),
            ("a&b=&=c", json!([["a", null], ["b", ""], ["", "c"]])),
            ("&&a=b=c&", json!([["a", "b=c"]])),
            ("a=x+y%20z%2B", json!([["a", "x y z+"]])),
            ("%61%5Bb%5d=%C3%a9é", json!([["a[b]", "éé"]])),
        ] {
            assert_eq!(json!(pairs(body.as_bytes()).unwrap()), expected, "{body}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_decode_exactly() {
        for body in ["a=%zz", "a=%", "a=%4", "%g0=1", "a=%+1", "a=%ff", "%C3=1", "a=%ED%A0%80"] {
            assert!(matches!(pairs(body.as_bytes()), Err(Error::Unreadable(_))), "{body}");
        }
        assert!(matches!(pairs(b"a=\xff"), Err(Error::Unreadable(_))));
    }
}
