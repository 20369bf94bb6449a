//! Texts: JSON strings only. Lengths are in characters. NUL is refused, because PostgreSQL cannot store it.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Element, Kind};
use crate::parameters::{object::Field, rule::Rule};

/// A regular expression: at least one character that is not white space, and no NUL.
pub const NOT_BLANK_PATTERN: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";
const NO_NUL_PATTERN: &str = r"^[^\u0000]*$";

/// A text of at most `MAX` characters that are not all white space. For an optional one, white space counts as missing.
pub struct Text<const MAX: usize>;

/// A text of at most `MAX` characters, which may be empty or blank.
pub struct TextOrEmpty<const MAX: usize>;

/// Like [`Text`], but messages never quote it.
pub struct Secret<const MAX: usize>;

impl<const MAX: usize> Kind for Text<MAX> {
    type Value = String;

    fn parse(field: &Field<'_>) -> Option<String> {
        field.checked(parse_not_blank(field.value, MAX)).map(str::to_owned)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<String>> {
        if field.is_empty() {
            return Some(None);
        }
        let text = field.checked(parse_text(field.value, MAX))?;
        Some((!is_blank(text)).then(|| text.to_owned()))
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX, "pattern": NOT_BLANK_PATTERN })
    }

    fn optional_schema() -> Value {
        json!({ "type": ["string", "null"], "maxLength": MAX, "pattern": NO_NUL_PATTERN })
    }
}

impl<const MAX: usize> Element for Text<MAX> {
    const ARRAY: Rule = Rule::Strings;

    fn parse_element(field: &Field<'_>) -> Option<String> {
        let text = parse_not_blank(field.value, MAX);
        let text = text.map_err(|rule| if rule == Rule::String { Self::ARRAY } else { rule });
        field.checked(text).map(str::to_owned)
    }

    fn schema_or_empty() -> Value {
        json!({ "type": "string", "minLength": 0, "maxLength": MAX, "pattern": format!("^$|{NOT_BLANK_PATTERN}") })
    }
}

impl<const MAX: usize> Kind for TextOrEmpty<MAX> {
    type Value = String;

    fn parse(field: &Field<'_>) -> Option<String> {
        field.checked(parse_text(field.value, MAX)).map(str::to_owned)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<String>> {
        if field.value.is_null() { Some(None) } else { Self::parse(field).map(Some) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "maxLength": MAX, "pattern": NO_NUL_PATTERN })
    }

    fn optional_schema() -> Value {
        Text::<MAX>::optional_schema()
    }
}

impl<const MAX: usize> Kind for Secret<MAX> {
    type Value = SecretString;

    fn parse(field: &Field<'_>) -> Option<SecretString> {
        Text::<MAX>::parse(&field.secret()).map(SecretString::from)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<SecretString>> {
        Some(Text::<MAX>::parse_optional(&field.secret())?.map(SecretString::from))
    }

    fn schema() -> Value {
        Text::<MAX>::schema()
    }

    fn optional_schema() -> Value {
        Text::<MAX>::optional_schema()
    }
}

fn parse_not_blank(value: &Value, max: usize) -> Result<&str, Rule> {
    match value.as_str() {
        Some(text) if is_blank(text) => Err(Rule::NotBlank),
        _ => parse_text(value, max),
    }
}

fn parse_text(value: &Value, max: usize) -> Result<&str, Rule> {
    let text = value.as_str().ok_or(Rule::String)?;
    if text.contains('\0') {
        return Err(Rule::NoNul);
    }
    if text.chars().count() > max {
        return Err(Rule::Length(max));
    }
    Ok(text)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;
    use crate::parameters::object::tests::{absent, refusal, value};

    #[test]
    fn texts_may_not_be_blank() {
        for text in ["x", " x ", "é🏈", "\u{200b}", "12345"] {
            assert_eq!(value::<Text<5>>(json!(text)), text);
        }
        for (sent, expected) in [
            (json!(null), "Invalid parameter 'x' value nil: Must be a String"),
            (json!(5), "Invalid parameter 'x' value 5: Must be a String"),
            (json!(true), "Invalid parameter 'x' value true: Must be a String"),
            (json!(["a"]), "Invalid parameter 'x' value [\"a\"]: Must be a String"),
            (json!({ "a": 1 }), "Invalid parameter 'x' value {\"a\" => 1}: Must be a String"),
            (json!(""), "Invalid parameter 'x' value \"\": can't be blank"),
            (
                json!(" \u{a0}\u{3000}\n  "),
                "Invalid parameter 'x' value \" \u{a0}\u{3000}\\n  \": can't be blank",
            ),
            (json!("a\0"), "Invalid parameter 'x' value \"a\\u0000\": must not contain the character NUL"),
            (
                json!("ééééé6"),
                "Invalid parameter 'x' value \"ééééé6\": is too long (maximum is 5 characters)",
            ),
        ] {
            assert_eq!(refusal::<Text<5>>(sent), expected);
        }
    }

    #[test]
    fn optional_texts_may_be_missing_null_or_blank() {
        for absent in [json!(null), json!(""), json!(" \t")] {
            assert_eq!(value::<Option<Text<5>>>(absent), None);
        }
        assert_eq!(value::<Option<Text<5>>>(json!("a")).as_deref(), Some("a"));
        assert_eq!(absent::<Option<Text<5>>>(), None);
        assert_eq!(refusal::<Option<Text<5>>>(json!(7)), "Invalid parameter 'x' value 7: Must be a String");
    }

    #[test]
    fn text_or_empty_keeps_the_empty_text() {
        assert_eq!(value::<Option<TextOrEmpty<5>>>(json!("")).as_deref(), Some(""));
        assert_eq!(value::<Option<TextOrEmpty<5>>>(json!(null)), None);
        assert_eq!(absent::<Option<TextOrEmpty<5>>>(), None);
        assert!(
            refusal::<Option<TextOrEmpty<5>>>(json!("123456"))
                .ends_with("is too long (maximum is 5 characters)")
        );
    }

    #[test]
    fn secrets_are_never_quoted() {
        assert_eq!(value::<Secret<5>>(json!("key")).expose_secret(), "key");
        assert_eq!(value::<Option<Secret<5>>>(json!("key")).unwrap().expose_secret(), "key");
        for (sent, rule) in [
            (json!(12345), "Must be a String"),
            (json!(["hunter"]), "Must be a String"),
            (json!("hunter"), "is too long (maximum is 5 characters)"),
            (json!("a\0"), "must not contain the character NUL"),
        ] {
            let expected = format!("Invalid parameter 'x' value [FILTERED]: {rule}");
            assert_eq!(refusal::<Secret<5>>(sent.clone()), expected);
            assert_eq!(refusal::<Option<Secret<5>>>(sent), expected);
        }
        assert_eq!(
            refusal::<Secret<5>>(json!(" ")),
            "Invalid parameter 'x' value [FILTERED]: can't be blank"
        );
        assert!(value::<Option<Secret<5>>>(json!(" ")).is_none());
    }
}
