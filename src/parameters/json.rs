//! Parses JSON. The message for invalid JSON says where the error is and how to correct it. It names a word without
//! quotes, which is the most likely mistake: Gipper's own example has one.

use serde_json::{Value, error::Category};

use super::redact;
use crate::error::{Error, Result};

/// If a key is sent twice, the last value is used. At most 127 levels of nesting.
pub fn parse(body: &[u8]) -> Result<Value> {
    let text = str::from_utf8(body).map_err(|error| {
        let valid = error.valid_up_to();
        Error::Unreadable(format!(
            "The request body is not valid UTF-8 after byte {valid}; send JSON in UTF-8"
        ))
    })?;
    serde_json::from_str(text).map_err(|error| Error::Unreadable(explain(text, &error)))
}

fn explain(text: &str, error: &serde_json::Error) -> String {
    let offset = offset(text, error);
    let column = text[..offset].chars().rev().take_while(|&c| c != '\n').count() + 1;
    let advice = match (error.classify(), unquoted_word(text, offset)) {
        _ if text.starts_with('\u{feff}') => "it begins with a byte order mark; send it without".into(),
        (Category::Eof, _) => "it ends too early; close what is open".into(),
        (Category::Syntax, Some(Word { is_secret: true, .. })) => {
            "the text there needs double quotes around it".into()
        }
        (Category::Syntax, Some(Word { text, .. })) => {
            format!("the text {text} needs double quotes around it, \"{text}\"")
        }
        _ => format!("{}; check quotes, commas and brackets there", reason(error)),
    };
    format!("The request body is not valid JSON at line {}, column {column}: {advice}", error.line())
}

/// The byte offset of the error. serde counts lines and columns from 1, and columns in bytes.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(line_start + error.column().saturating_sub(1))
}

/// serde's message without the position at its end.
fn reason(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    whole.split(" at line ").next().unwrap_or_default().to_owned()
}

struct Word<'a> {
    text: &'a str,
    is_secret: bool,
}

/// The word at the offset, if it is at the position of a name or a value.
fn unquoted_word(text: &str, offset: usize) -> Option<Word<'_>> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = text[..offset].trim_end_matches(is_inside).len();
    let end = text.len() - text[offset..].trim_start_matches(is_inside).len();
    let (before, word) = (text[..start].trim_end(), &text[start..end]);
    let begins_a_name_or_value = before.is_empty() || before.ends_with(['{', '[', ',', ':']);
    let is_word = word.starts_with(char::is_alphabetic) && !matches!(word, "true" | "false" | "null");
    (begins_a_name_or_value && is_word).then(|| Word {
        text: word,
        is_secret: word.len() > 60 || last_quoted(before).is_some_and(redact::is_secret),
    })
}

fn last_quoted(text: &str) -> Option<&str> {
    text.rsplit('"').nth(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(body: impl AsRef<[u8]>) -> String {
        match parse(body.as_ref()) {
            Err(Error::Unreadable(sentence)) => sentence,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_of_two_values_is_used() {
        assert_eq!(parse(br#"{"a": 1, "b": 2, "a": "\u0000"}"#).unwrap(), json!({ "a": "\0", "b": 2 }));
    }

    #[test]
    fn names_a_word_without_quotes() {
        for (body, place, word) in [
            ("{\n  \"a\": {\n    \"location\": signUpForm\n  }\n}", "line 3, column 17", "signUpForm"),
            (r#"{"é": signUpForm}"#, "line 1, column 7", "signUpForm"),
            (r#"{"a": nope}"#, "line 1, column 8", "nope"),
            (r#"{"a": [1, True]}"#, "line 1, column 11", "True"),
            (r#"{"a":élan}"#, "line 1, column 6", "élan"),
            (r#"{screen_name: "x"}"#, "line 1, column 2", "screen_name"),
        ] {
            let expected = format!(
                "The request body is not valid JSON at {place}: the text {word} needs double quotes around it, \"{word}\""
            );
            assert_eq!(refusal(body), expected);
        }
    }

    #[test]
    fn names_no_secret() {
        for body in [
            r#"{"twitter_token": hunter}"#,
            "{\"a\": 1, \"password\"\n:\n hunter}",
            r#"{"tokens": [hunter]}"#,
            &format!(r#"{{"a": {}}}"#, "hunter".repeat(20)),
        ] {
            let sentence = refusal(body);
            assert!(sentence.ends_with(": the text there needs double quotes around it"), "{sentence}");
        }
    }

    #[test]
    fn says_where_the_error_is() {
        for (body, expected) in [
            (r#"{"a": 1,}"#, "line 1, column 9: trailing comma; check"),
            (r#"{"a": 1 "b": 2}"#, "line 1, column 9: expected `,` or `}`; check"),
            (r#"{"a": "x"y}"#, "line 1, column 10: expected `,` or `}`; check"),
            (r#"{"a":true"b"}"#, "line 1, column 10: expected `,` or `}`; check"),
            (r#"{"a": true false}"#, "line 1, column 12: expected `,` or `}`; check"),
            (r"{'a': 1}", "line 1, column 2: key must be a string; check"),
            (r#"{"a": "x, foo"#, "line 1, column 13: it ends too early"),
            ("{\"a\": \"x\n\"}", "line 2, column 1: control character"),
            (r#"{"a": "\ud800 foo"}"#, "line 1, column 14: "),
            (r#"{"a": "\q"}"#, "line 1, column 9: invalid escape; check"),
            (r#"{"a": 1e999}"#, "line 1, column 11: number out of range; check"),
            ("  ", "line 1, column 2: it ends too early"),
            ("\u{feff}{}", "line 1, column 1: it begins with a byte order mark"),
        ] {
            let (sentence, expected) =
                (refusal(body), format!("The request body is not valid JSON at {expected}"));
            assert!(sentence.starts_with(&expected), "{sentence}");
        }
    }

    #[test]
    fn refuses_deep_nesting_and_other_encodings() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(nested(127).as_bytes()).is_ok());
        assert!(refusal(nested(128)).contains("recursion limit exceeded"));
        assert!(refusal(nested(30_000)).contains("recursion limit exceeded"));
        assert_eq!(
            refusal(b"{\"a\": \"\xff\"}"),
            "The request body is not valid UTF-8 after byte 7; send JSON in UTF-8"
        );
    }
}
