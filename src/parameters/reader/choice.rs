//! One of a few: booleans in the eight spellings that JSON and forms have for them, and words from a list.

use serde_json::Value;

use super::Hash;
use crate::parameters::rule::Rule;

impl Hash<'_> {
    pub fn optional_boolean(&self, name: &str) -> Option<bool> {
        self.optional(name.into(), truth)
    }

    /// The choice whose word was sent, spelled exactly so.
    pub fn one_of<T: Copy + AsRef<str>, const N: usize>(&self, name: &str, choices: &[T; N]) -> T {
        const { assert!(N > 0, "nothing to choose from") };
        self.required(name.into(), |value| chosen(value, choices)).unwrap_or(choices[0])
    }

    /// As [`Hash::one_of`], but it may be left out.
    pub fn optional_one_of<T: Copy + AsRef<str>>(&self, name: &str, choices: &[T]) -> Option<T> {
        self.optional(name.into(), |value| chosen(value, choices))
    }
}

fn truth(value: &Value) -> Result<bool, Rule> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
        Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
        Value::String(text) if text == "true" || text == "1" => Ok(true),
        Value::String(text) if text == "false" || text == "0" => Ok(false),
        _ => Err(Rule::one_of(&["true", "false", "1", "0"])),
    }
}

pub(super) fn chosen<T: Copy + AsRef<str>>(value: &Value, choices: &[T]) -> Result<T, Rule> {
    let choice = value.as_str().and_then(|word| choices.iter().find(|choice| choice.as_ref() == word));
    choice.copied().ok_or_else(|| Rule::one_of(choices))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{refusal, value};

    const SIDES: [&str; 2] = ["workspace", "personal"];

    #[test]
    fn booleans_have_eight_spellings() {
        for (sent, expected) in [
            (json!(true), true),
            (json!(1), true),
            (json!("true"), true),
            (json!("1"), true),
            (json!(false), false),
            (json!(0), false),
            (json!("false"), false),
            (json!("0"), false),
        ] {
            assert_eq!(value(sent.clone(), |root| root.optional_boolean("x")), Some(expected), "{sent}");
        }
        for sent in [json!("yes"), json!("TRUE"), json!(2), json!(1.0), json!([]), json!({}), json!(" ")] {
            let sentence = refusal(sent.clone(), |root| root.optional_boolean("x"));
            assert!(sentence.ends_with(": Must be one of: true, false, 1, 0."), "{sent} {sentence}");
        }
        for absent in [json!(null), json!("")] {
            assert_eq!(value(absent, |root| root.optional_boolean("x")), None);
        }
    }

    #[test]
    fn choices_are_exact() {
        assert_eq!(value(json!("personal"), |root| root.one_of("x", &SIDES)), "personal");
        assert_eq!(value(json!("personal"), |root| root.optional_one_of("x", &SIDES)), Some("personal"));
        assert_eq!(value(json!(""), |root| root.optional_one_of("x", &SIDES)), None);
        assert_eq!(
            refusal(json!("Personal"), |root| root.optional_one_of("x", &SIDES)),
            "Invalid parameter 'x' value \"Personal\": Must be one of: workspace, personal."
        );
        for sent in [json!(null), json!(""), json!(1), json!(["personal"]), json!(" personal")] {
            assert!(
                refusal(sent, |root| root.one_of("x", &SIDES))
                    .ends_with("Must be one of: workspace, personal.")
            );
        }
    }
}
