//! Texts: only a JSON string is one. Lengths are in characters, and a NUL, which `PostgreSQL` cannot store, is refused.

use secrecy::SecretString;
use serde_json::Value;

use super::{Hash, Name};
use crate::parameters::rule::Rule;

impl Hash<'_> {
    /// A required text of at most `max` characters, not all of them white space.
    pub fn string(&self, name: &str, max: usize) -> String {
        self.required(name.into(), |value| filled(value, max)).unwrap_or_default().to_owned()
    }

    /// A text that may be left out; one of white space alone is left out too.
    pub fn optional_string(&self, name: &str, max: usize) -> Option<String> {
        let text = self.optional(name.into(), |value| text(value, max))?;
        (!is_blank(text)).then(|| text.to_owned())
    }

    /// A text that may be left out or null, and for which `""` is a value.
    pub fn optional_text(&self, name: &str, max: usize) -> Option<String> {
        let value = self.pairs?.get(name).filter(|value| !value.is_null())?;
        self.checked(name.into(), value, |value| text(value, max)).map(ToOwned::to_owned)
    }

    /// As [`Hash::string`], and quoted in no sentence.
    pub fn secret(&self, name: &str, max: usize) -> SecretString {
        self.required(Name::secret(name), |value| filled(value, max)).unwrap_or_default().into()
    }

    /// As [`Hash::optional_string`], and quoted in no sentence.
    pub fn optional_secret(&self, name: &str, max: usize) -> Option<SecretString> {
        let text = self.optional(Name::secret(name), |value| text(value, max))?;
        (!is_blank(text)).then(|| text.into())
    }
}

pub(super) fn filled(value: &Value, max: usize) -> Result<&str, Rule> {
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

    use super::super::tests::{refusal, value};

    #[test]
    fn strings_hold_something() {
        for text in ["x", " x ", "é🏈", "\u{200b}", "12345"] {
            assert_eq!(value(json!(text), |root| root.string("x", 5)), text);
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
            assert_eq!(refusal(sent, |root| root.string("x", 5)), expected);
        }
    }

    #[test]
    fn optional_strings_may_be_left_out_in_several_ways() {
        for absent in [json!(null), json!(""), json!(" \t")] {
            assert_eq!(value(absent, |root| root.optional_string("x", 5)), None);
        }
        assert_eq!(value(json!("a"), |root| root.optional_string("x", 5)).as_deref(), Some("a"));
        assert_eq!(value(json!("a"), |root| root.optional_string("y", 5)), None);
        assert_eq!(
            refusal(json!(7), |root| root.optional_string("x", 5)),
            "Invalid parameter 'x' value 7: Must be a String"
        );
    }

    #[test]
    fn optional_texts_may_be_empty() {
        assert_eq!(value(json!(""), |root| root.optional_text("x", 5)).as_deref(), Some(""));
        assert_eq!(value(json!(null), |root| root.optional_text("x", 5)), None);
        assert_eq!(value(json!(""), |root| root.optional_text("y", 5)), None);
        assert!(
            refusal(json!("123456"), |root| root.optional_text("x", 5))
                .ends_with("is too long (maximum is 5 characters)")
        );
    }

    #[test]
    fn secrets_are_never_quoted() {
        assert_eq!(value(json!("key"), |root| root.secret("x", 5)).expose_secret(), "key");
        assert_eq!(value(json!("key"), |root| root.optional_secret("x", 5)).unwrap().expose_secret(), "key");
        for (sent, rule) in [
            (json!(12345), "Must be a String"),
            (json!(["hunter"]), "Must be a String"),
            (json!("hunter"), "is too long (maximum is 5 characters)"),
            (json!("a\0"), "must not contain the character NUL"),
        ] {
            let expected = format!("Invalid parameter 'x' value [FILTERED]: {rule}");
            assert_eq!(refusal(sent.clone(), |root| root.secret("x", 5)), expected);
            assert_eq!(refusal(sent, |root| root.optional_secret("x", 5)), expected);
        }
        assert_eq!(
            refusal(json!(" "), |root| root.secret("x", 5)),
            "Invalid parameter 'x' value [FILTERED]: can't be blank"
        );
        assert!(value(json!(" "), |root| root.optional_secret("x", 5)).is_none());
    }
}
