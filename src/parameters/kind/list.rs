//! Arrays. Each invalid element gets its own problem. Empty texts are skipped, because a form sends `ids[]=` for an
//! empty array.

use std::marker::PhantomData;

use serde_json::{Value, json};

use super::Kind;
use crate::parameters::{object::Field, rule::Rule};

/// Parsing stops after this many invalid elements, so that the response stays small.
const MAX_REFUSALS: usize = 20;

/// A kind of array elements.
pub trait Element: Kind {
    /// The rule that a value other than an array breaks.
    const ARRAY: Rule;

    /// Like [`Kind::parse`], with the messages for an element.
    fn parse_element(field: &Field<'_>) -> Option<Self::Value> {
        Self::parse(field)
    }

    fn element_schema() -> Value {
        Self::schema()
    }

    /// Like [`Element::element_schema`], but also accepts `""`.
    fn schema_or_empty() -> Value {
        Self::element_schema()
    }
}

/// An array of at least one element. An optional one may be empty, too.
impl<K: Element> Kind for Vec<K> {
    type Value = Vec<K::Value>;

    fn parse(field: &Field<'_>) -> Option<Self::Value> {
        parse_elements::<K>(field, filled(field, K::ARRAY)?, |_, _| true)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<Self::Value>> {
        if field.is_empty() {
            return Some(None);
        }
        parse_elements::<K>(field, array(field, K::ARRAY)?, |_, _| true).map(Some)
    }

    fn schema() -> Value {
        json!({ "type": "array", "items": K::element_schema(), "minItems": 1 })
    }

    /// `maxLength` applies to a text only: `""` counts as missing.
    fn optional_schema() -> Value {
        json!({ "type": ["array", "null", "string"], "items": K::schema_or_empty(), "maxLength": 0 })
    }
}

/// Like `Vec`, but no element may be repeated.
pub struct Distinct<K>(PhantomData<K>);

impl<K: Element<Value: PartialEq>> Kind for Distinct<K> {
    type Value = Vec<K::Value>;

    fn parse(field: &Field<'_>) -> Option<Self::Value> {
        parse_elements::<K>(field, filled(field, K::ARRAY)?, |earlier, element| !earlier.contains(element))
    }

    fn schema() -> Value {
        let mut schema = Vec::<K>::schema();
        schema["uniqueItems"] = true.into();
        schema
    }

    fn optional_schema() -> Value {
        let mut schema = Vec::<K>::optional_schema();
        schema["uniqueItems"] = true.into();
        schema
    }
}

/// An array of ids that must be sent. null counts as `[]`.
pub struct IdsOrNull;

impl Kind for IdsOrNull {
    type Value = Vec<i64>;

    fn parse(field: &Field<'_>) -> Option<Vec<i64>> {
        if field.value.is_null() {
            return Some(Vec::new());
        }
        parse_elements::<i64>(field, array(field, i64::ARRAY)?, |_, _| true)
    }

    fn schema() -> Value {
        json!({ "type": ["array", "null"], "items": i64::schema_or_empty() })
    }

    fn optional_schema() -> Value {
        Vec::<i64>::optional_schema()
    }
}

/// All elements; `None` if any is refused. `is_accepted` gets the elements before it and the element.
fn parse_elements<K: Element>(
    field: &Field<'_>,
    array: &[Value],
    is_accepted: impl Fn(&[K::Value], &K::Value) -> bool,
) -> Option<Vec<K::Value>> {
    let mut accepted = Vec::new();
    let mut refused = 0;
    for (index, element) in non_empty(array) {
        let element = field.element(index, element);
        let value = K::parse_element(&element);
        let value = value.and_then(|value| {
            element.checked(is_accepted(&accepted, &value).then_some(value).ok_or(Rule::Once))
        });
        match value {
            Some(value) => accepted.push(value),
            None => refused += 1,
        }
        if refused == MAX_REFUSALS {
            break;
        }
    }
    (refused == 0).then_some(accepted)
}

fn non_empty(array: &[Value]) -> impl Iterator<Item = (usize, &Value)> {
    array.iter().enumerate().filter(|(_, element)| *element != "")
}

fn array<'a>(field: &Field<'a>, rule: Rule) -> Option<&'a [Value]> {
    field.checked(field.value.as_array().map(Vec::as_slice).ok_or(rule))
}

fn filled<'a>(field: &Field<'a>, rule: Rule) -> Option<&'a [Value]> {
    let array = array(field, rule)?;
    field.checked(if non_empty(array).next().is_none() { Err(Rule::NotBlank) } else { Ok(array) })
}

#[cfg(test)]
mod tests {
    #![allow(dead_code, reason = "the tests only parse these structs")]

    use serde_json::json;

    use super::*;
    use crate::{
        models::email::Email,
        parameters::{
            Choices, OneOf, Text,
            object::tests::{problems, refusal, value},
            parameters,
        },
    };

    struct Sides;

    impl Choices for Sides {
        type Value = &'static str;
        const ALL: &'static [&'static str] = &["workspace", "personal"];
    }

    parameters! {
        struct Lists {
            a: Inner,
        }

        struct Inner {
            ids: IdsOrNull,
            names: Vec<Text<5>>,
            emails: Vec<Email>,
        }

        struct Ids {
            ids: IdsOrNull,
        }
    }

    #[test]
    fn accepts_no_ids_in_several_spellings() {
        for (sent, expected) in [
            (json!([1, 2]), vec![1, 2]),
            (json!(["1", 2]), vec![1, 2]),
            (json!(["", "1"]), vec![1]),
            (json!([""]), vec![]),
            (json!([]), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(value::<IdsOrNull>(sent.clone()), expected, "{sent}");
        }
        for sent in [json!(1), json!("1"), json!(""), json!({ "0": 1 })] {
            let sentence = refusal::<IdsOrNull>(sent.clone());
            assert!(sentence.ends_with(": Must be an array of Integer"), "{sent} {sentence}");
        }
    }

    #[test]
    fn required_lists_may_not_be_empty() {
        assert_eq!(value::<Vec<Text<5>>>(json!(["a", "", "b"])), ["a", "b"]);
        assert_eq!(value::<Vec<i64>>(json!(["1", "", "2"])), [1, 2]);
        for sent in [json!([]), json!([""])] {
            assert!(refusal::<Vec<Text<5>>>(sent.clone()).ends_with(": can't be blank"));
            assert_eq!(value::<Option<Vec<i64>>>(sent), Some(vec![]));
        }
        assert!(refusal::<Vec<Text<5>>>(json!("a")).ends_with(": Must be an array of String"));
        assert_eq!(value::<Option<Vec<i64>>>(json!(null)), None);
    }

    #[test]
    fn each_invalid_element_has_its_own_problem() {
        let noted = problems::<Lists>(&json!({ "a": {
            "ids": [1, "x", null, 2.5],
            "names": ["ok", "", 1, " ", "123456"],
            "emails": ["olga@example.com", "no"],
        } }));
        let expected = [
            ("a.ids[1]", "invalid", "Invalid parameter 'ids' value \"x\": Must be an array of Integer"),
            ("a.ids[2]", "invalid", "Invalid parameter 'ids' value nil: Must be an array of Integer"),
            ("a.ids[3]", "invalid", "Invalid parameter 'ids' value 2.5: Must be an array of Integer"),
            ("a.names[2]", "invalid", "Invalid parameter 'names' value 1: Must be an array of String"),
            ("a.names[3]", "blank", "Invalid parameter 'names' value \" \": can't be blank"),
            (
                "a.names[4]",
                "too_long",
                "Invalid parameter 'names' value \"123456\": is too long (maximum is 5 characters)",
            ),
            ("a.emails[1]", "invalid", "Invalid parameter 'emails' value \"no\": is invalid"),
        ];
        assert_eq!(
            noted.iter().map(|p| (p.field.as_str(), p.code, p.message.as_str())).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn refuses_repeated_words() {
        assert_eq!(value::<Distinct<OneOf<Sides>>>(json!(["personal"])), ["personal"]);
        assert_eq!(value::<Distinct<OneOf<Sides>>>(json!(["", "personal", "workspace"])).len(), 2);
        for (sent, expected) in [
            (json!([]), "value []: can't be blank"),
            (json!("personal"), "value \"personal\": Must be an array of String"),
            (json!(null), "value nil: Must be an array of String"),
            (json!(["mine"]), "value \"mine\": Must be one of: workspace, personal."),
            (json!([1]), "value 1: Must be one of: workspace, personal."),
            (json!(["personal", "workspace", "personal"]), "value \"personal\": is named twice"),
        ] {
            let sentence = refusal::<Distinct<OneOf<Sides>>>(sent);
            assert_eq!(sentence, format!("Invalid parameter 'x' {expected}"));
        }
    }

    #[test]
    fn limits_the_number_of_problems() {
        let noted = problems::<Ids>(&json!({ "ids": vec!["x"; 30_000] }));
        assert_eq!(noted.len(), MAX_REFUSALS);
    }
}
