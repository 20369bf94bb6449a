//! Booleans, in the eight spellings of JSON and forms, and words from a list.

use std::marker::PhantomData;

use serde_json::{Value, json};

use super::{Element, Kind};
use crate::parameters::{object::Field, rule::Rule};

/// The allowed words of a parameter, as the variants of an enum.
pub trait Choices {
    type Value: Copy + PartialEq + AsRef<str> + 'static;

    /// In the order of the contract, which refusals list.
    const ALL: &'static [Self::Value];
}

/// One word of a list, in exactly its spelling.
pub struct OneOf<C>(PhantomData<C>);

impl<C: Choices> Kind for OneOf<C> {
    type Value = C::Value;

    fn parse(field: &Field<'_>) -> Option<C::Value> {
        let choice = field.value.as_str().and_then(|word| C::ALL.iter().find(|one| one.as_ref() == word));
        field.checked(choice.copied().ok_or_else(|| Rule::one_of(C::ALL)))
    }

    fn schema() -> Value {
        let words: Vec<&str> = C::ALL.iter().map(AsRef::as_ref).collect();
        json!({ "enum": words })
    }

    fn optional_schema() -> Value {
        or_empty(Self::schema())
    }
}

impl<C: Choices> Element for OneOf<C> {
    const ARRAY: Rule = Rule::Strings;
}

impl Kind for bool {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        field.checked(parse_bool(field.value).ok_or_else(|| Rule::one_of(&["true", "false", "1", "0"])))
    }

    fn schema() -> Value {
        json!({ "enum": [true, false, 1, 0, "true", "false", "1", "0"] })
    }

    fn optional_schema() -> Value {
        or_empty(Self::schema())
    }
}

fn parse_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) if number.as_i64() == Some(1) => Some(true),
        Value::Number(number) if number.as_i64() == Some(0) => Some(false),
        Value::String(text) if text == "true" || text == "1" => Some(true),
        Value::String(text) if text == "false" || text == "0" => Some(false),
        _ => None,
    }
}

fn or_empty(mut schema: Value) -> Value {
    if let Some(words) = schema["enum"].as_array_mut() {
        words.extend([json!(""), Value::Null]);
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::parameters::object::tests::{refusal, value};

    struct Sides;

    impl Choices for Sides {
        type Value = &'static str;
        const ALL: &'static [&'static str] = &["workspace", "personal"];
    }

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
            assert_eq!(value::<Option<bool>>(sent.clone()), Some(expected), "{sent}");
        }
        for sent in [json!("yes"), json!("TRUE"), json!(2), json!(1.0), json!([]), json!({}), json!(" ")] {
            let sentence = refusal::<Option<bool>>(sent.clone());
            assert!(sentence.ends_with(": Must be one of: true, false, 1, 0."), "{sent} {sentence}");
        }
        for absent in [json!(null), json!("")] {
            assert_eq!(value::<Option<bool>>(absent), None);
        }
    }

    #[test]
    fn choices_are_exact() {
        assert_eq!(value::<OneOf<Sides>>(json!("personal")), "personal");
        assert_eq!(value::<Option<OneOf<Sides>>>(json!("personal")), Some("personal"));
        assert_eq!(value::<Option<OneOf<Sides>>>(json!("")), None);
        assert_eq!(
            refusal::<Option<OneOf<Sides>>>(json!("Personal")),
            "Invalid parameter 'x' value \"Personal\": Must be one of: workspace, personal."
        );
        for sent in [json!(null), json!(""), json!(1), json!(["personal"]), json!(" personal")] {
            assert!(refusal::<OneOf<Sides>>(sent).ends_with("Must be one of: workspace, personal."));
        }
    }
}
