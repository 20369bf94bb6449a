//! Compares a whole body with the expected one: types, values and the order of keys. Placeholders match values that
//! differ from run to run; `<id as first>` also names the value.

use serde_json::Value;

use super::names::{Names, plain};

/// Lists all differences as `path: expected …, got …`.
pub fn differences(expected: &Value, got: &Value, names: &mut Names) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", expected, got, names, &mut found);
    found
}

fn compare(path: &str, expected: &Value, got: &Value, names: &mut Names, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(wanted), Value::Object(given)) => {
            let (wanted_keys, given_keys): (Vec<_>, Vec<_>) =
                (wanted.keys().collect(), given.keys().collect());
            if wanted_keys != given_keys {
                found.push(format!("{path}: expected the keys {wanted_keys:?}, got {given_keys:?}"));
            }
            for (key, value) in wanted {
                if let Some(other) = given.get(key) {
                    compare(&format!("{path}.{key}"), value, other, names, found);
                }
            }
        }
        (Value::Array(wanted), Value::Array(given)) => {
            if wanted.len() != given.len() {
                found.push(format!("{path}: expected {} elements, got {}", wanted.len(), given.len()));
            }
            for (index, (value, other)) in wanted.iter().zip(given).enumerate() {
                compare(&format!("{path}[{index}]"), value, other, names, found);
            }
        }
        (Value::String(pattern), got) if matches(pattern, got, names) => (),
        (expected, got) if expected == got && !expected.is_string() => (),
        _ => found.push(format!("{path}: expected {expected}, got {got}")),
    }
}

/// Whether a value matches a pattern such as `<id>` or `Try again in <integer> seconds.`.
pub fn matches(pattern: &str, got: &Value, names: &mut Names) -> bool {
    match placeholder(pattern) {
        Some((Placeholder::Id | Placeholder::Integer, "", _)) if !got.is_i64() => false,
        Some((kind, "", name)) => {
            let fits = match got {
                Value::String(_) | Value::Number(_) => kind.fits(&plain(got)),
                _ => false,
            };
            if let (true, Some(name)) = (fits, name) {
                names.set(name, got.clone());
            }
            fits && (got.is_string() || matches!(kind, Placeholder::Id | Placeholder::Integer))
        }
        _ => got.as_str().is_some_and(|text| text_matches(pattern, text, names)),
    }
}

fn text_matches(mut pattern: &str, mut text: &str, names: &mut Names) -> bool {
    // What is no placeholder is compared in a loop, because a text may have more characters than the stack has room for.
    let (kind, rest, name) = loop {
        if let Some(found) = placeholder(pattern) {
            break found;
        }
        let mut wanted = pattern.chars();
        let Some(first) = wanted.next() else { return text.is_empty() };
        let Some(remainder) = text.strip_prefix(first) else { return false };
        (pattern, text) = (wanted.as_str(), remainder);
    };
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    for (part, remainder) in ends.map(|at| text.split_at(at)) {
        if kind.fits(part) && text_matches(rest, remainder, names) {
            if let Some(name) = name {
                names.set(name, Value::String(part.to_owned()));
            }
            return true;
        }
    }
    false
}

#[derive(Clone, Copy)]
enum Placeholder {
    Id,
    Integer,
    String,
    Timestamp,
    Token,
    Uuid,
}

/// The placeholder at the start of a pattern, the rest of the pattern, and the name after `as`.
fn placeholder(pattern: &str) -> Option<(Placeholder, &str, Option<&str>)> {
    let (inside, rest) = pattern.strip_prefix('<')?.split_once('>')?;
    let (kind, name) = inside.split_once(" as ").map_or((inside, None), |(kind, name)| (kind, Some(name)));
    let kind = match kind {
        "id" => Placeholder::Id,
        "integer" => Placeholder::Integer,
        "string" => Placeholder::String,
        "timestamp" => Placeholder::Timestamp,
        "token" => Placeholder::Token,
        "uuid" => Placeholder::Uuid,
        _ => return None,
    };
    Some((kind, rest, name))
}

impl Placeholder {
    fn fits(self, text: &str) -> bool {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Id => digits && !text.starts_with('0'),
            Self::Integer => digits,
            Self::String => !text.is_empty(),
            Self::Timestamp => is_timestamp(text),
            Self::Token => {
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
                text.len() >= 20 && text.bytes().all(allowed)
            }
            Self::Uuid => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
        }
    }
}

/// `2023-06-14T17:06:02.456Z`
fn is_timestamp(text: &str) -> bool {
    let shape = "0000-00-00T00:00:00.000Z".bytes();
    text.len() == shape.len()
        && shape
            .zip(text.bytes())
            .all(|(want, got)| if want == b'0' { got.is_ascii_digit() } else { want == got })
}

/// A header is a text; `null` means that it must be absent.
pub fn header_matches(expected: &Value, got: &Value, names: &mut Names) -> bool {
    match (expected, got) {
        (Value::Null, got) => got.is_null(),
        (expected, Value::String(text)) => text_matches(&plain(expected), text, names),
        _ => false,
    }
}
