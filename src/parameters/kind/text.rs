//! Texts: only a JSON string is one. Lengths are in characters, and a NUL, which `PostgreSQL` cannot store, is refused.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Element, Kind};
use crate::parameters::{object::Field, rule::Rule};

/// Not blank, and without NUL.
pub const FILLED: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";
const NO_NUL: &str = r"^[^\u0000]*$";

/// A text of at most `MAX` characters, not all of them white space. Where it may be left out, white space counts as
/// left out.
pub struct Text<const MAX: usize>;

/// A text of at most `MAX` characters, and `""` is one.
pub struct TextOrEmpty<const MAX: usize>;

/// As [`Text`], and quoted in no sentence.
pub struct Secret<const MAX: usize>;

impl<const MAX: usize> Kind for Text<MAX> {
    type Value = String;

    fn parse(field: &Field<'_>) -> Option<String> {
        field.checked(filled(field.value, MAX)).map(str::to_owned)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<String>> {
        if field.is_empty() {
            return Some(None);
        }
        let text = field.checked(text(field.value, MAX))?;
        Some((!is_blank(text)).then(|| text.to_owned()))
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX, "pattern": FILLED })
    }

    fn optional_schema() -> Value {
        json!({ "type": ["string", "null"], "maxLength": MAX, "pattern": NO_NUL })
    }
}

impl<const MAX: usize> Element for Text<MAX> {
    const ARRAY: Rule = Rule::Strings;

    fn parse_element(field: &Field<'_>) -> Option<String> {
        let text = filled(field.value, MAX);
        let text = text.map_err(|rule| if rule == Rule::String { Self::ARRAY } else { rule });
        field.checked(text).map(str::to_owned)
    }

    fn schema_or_empty() -> Value {
        json!({ "type": "string", "minLength": 0, "maxLength": MAX, "pattern": format!("^$|{FILLED}") })
    }
}

impl<const MAX: usize> Kind for TextOrEmpty<MAX> {
    type Value = String;

    fn parse(field: &Field<'_>) -> Option<String> {
        field.checked(text(field.value, MAX)).map(str::to_owned)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<String>> {
        if field.value.is_null() { Some(None) } else { Self::parse(field).map(Some) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "maxLength": MAX, "pattern": NO_NUL })
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

fn filled(value: &Value, max: usize) -> Result<&str, Rule> {
    match value.as_str() {
        Some(text) if is_blank(text) => Err(Rule::NotBlank),
        _ => text(value, max),
    }
}

fn text(value: &Value, max: usize) -> Result<&str, Rule> {
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
    fn strings_hold_something() {
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
    fn optional_strings_may_be_left_out_in_several_ways() {
        for absent in [json!(null), json!(""), json!(" \t")] {
            assert_eq!(value::<Option<Text<5>>>(absent), None);
        }
        assert_eq!(value::<Option<Text<5>>>(json!("a")).as_deref(), Some("a"));
        assert_eq!(absent::<Option<Text<5>>>(), None);
        assert_eq!(refusal::<Option<Text<5>>>(json!(7)), "Invalid parameter 'x' value 7: Must be a String");
    }

    #[test]
    fn optional_texts_may_be_empty() {
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
