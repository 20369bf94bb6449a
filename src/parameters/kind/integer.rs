//! Integers, as JSON numbers or as decimal digits in a text, for forms. `1.0`, `+1` and `01` are refused.

use std::num::NonZeroU32;

use serde_json::{Value, json};

use super::{Element, Kind, Parameter};
use crate::{
    models::page::Page,
    parameters::{
        object::{Field, Object},
        rule::Rule,
    },
};

/// 15 digits: JavaScript represents each such number exactly.
const MAX_ID: i64 = 999_999_999_999_999;

/// An id. Numbers outside the range of ids are accepted, too: no record has them.
impl Kind for i64 {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        field.checked(parse_integer(field.value).ok_or(Rule::Integer))
    }

    fn schema() -> Value {
        json!({ "type": ["integer", "string"], "format": "int64", "minimum": 1, "maximum": MAX_ID,
                "pattern": "^[1-9][0-9]{0,14}$" })
    }

    fn optional_schema() -> Value {
        json!({ "type": ["integer", "string", "null"], "format": "int64", "minimum": 1, "maximum": MAX_ID,
                "pattern": "^$|^[1-9][0-9]{0,14}$" })
    }
}

/// An id to filter by. One that no record can have is refused, because an empty list would not tell so.
pub struct FilterId;

impl Kind for FilterId {
    type Value = i64;

    fn parse(field: &Field<'_>) -> Option<i64> {
        let id = parse_integer(field.value).ok_or(Rule::Integer);
        field.checked(id.and_then(|id| if (1..=MAX_ID).contains(&id) { Ok(id) } else { Err(Rule::Valid) }))
    }

    fn schema() -> Value {
        <i64 as Kind>::schema()
    }

    fn optional_schema() -> Value {
        <i64 as Kind>::optional_schema()
    }
}

impl Element for i64 {
    const ARRAY: Rule = Rule::Integers;

    fn parse_element(field: &Field<'_>) -> Option<Self> {
        field.checked(parse_integer(field.value).ok_or(Self::ARRAY))
    }

    fn schema_or_empty() -> Value {
        let mut schema = <Self as Kind>::schema();
        schema["pattern"] = "^$|^[1-9][0-9]{0,14}$".into();
        schema
    }
}

fn parse_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse::<i64>().ok().filter(|number| number.to_string() == *text),
        _ => None,
    }
}

/// The page of a list, from 1; 1 if the parameter is missing. A page beyond 2³²−1 counts as 2³²−1, which is empty, too.
impl Parameter for Page {
    type Value = Self;
    const IS_REQUIRED: bool = false;

    fn parse(object: &Object<'_>, name: &str) -> Option<Self> {
        let Some(field) = object.field(name) else { return Some(Self::FIRST) };
        field.checked(parse_page_number(field.value)).map(Self::numbered)
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 1 })
    }
}

/// The page of a list that is answered whole if the parameter is missing.
impl Parameter for Option<Page> {
    type Value = Self;
    const IS_REQUIRED: bool = false;

    fn parse(object: &Object<'_>, name: &str) -> Option<Self> {
        if object.field(name).is_none() { Some(None) } else { Page::parse(object, name).map(Some) }
    }

    fn schema() -> Value {
        Page::schema()
    }
}

/// The page of a list for which the documentation requires one.
pub struct PageNumber;

impl Kind for PageNumber {
    type Value = Page;

    fn parse(field: &Field<'_>) -> Option<Page> {
        field.checked(parse_page_number(field.value)).map(Page::numbered)
    }

    fn schema() -> Value {
        <Page as Parameter>::schema()
    }

    fn optional_schema() -> Value {
        <Self as Kind>::schema()
    }
}

fn parse_page_number(value: &Value) -> Result<NonZeroU32, Rule> {
    let digits = value.as_str().unwrap_or_default();
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Rule::PositiveInteger);
    }
    Ok(digits.parse().unwrap_or(NonZeroU32::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::parameters::object::tests::{absent, refusal, value};

    #[test]
    fn integers_are_exact() {
        for (sent, expected) in [
            (json!(7), 7),
            (json!("7"), 7),
            (json!(-7), -7),
            (json!("-7"), -7),
            (json!(0), 0),
            (json!(i64::MAX), i64::MAX),
            (json!("-9223372036854775808"), i64::MIN),
        ] {
            assert_eq!(value::<i64>(sent.clone()), expected, "{sent}");
            assert_eq!(value::<Option<i64>>(sent.clone()), Some(expected), "{sent}");
        }
        for sent in [
            json!(1.0),
            json!(1e3),
            json!(9_223_372_036_854_775_808_u64),
            json!("9223372036854775808"),
            json!("1.0"),
            json!("+1"),
            json!("01"),
            json!("-0"),
            json!(" 1"),
            json!("٣"),
            json!(true),
            json!([1]),
        ] {
            let sentence = refusal::<Option<i64>>(sent.clone());
            assert!(sentence.ends_with(": Must be a Integer"), "{sent} {sentence}");
            assert_eq!(refusal::<i64>(sent), sentence);
        }
        assert_eq!(value::<Option<i64>>(json!(null)), None);
        assert_eq!(value::<Option<i64>>(json!("")), None);
    }

    #[test]
    fn a_filter_takes_ids_that_a_record_can_have() {
        for id in [1, MAX_ID] {
            assert_eq!(value::<FilterId>(json!(id.to_string())), id);
        }
        for sent in ["0", "-1", "1000000000000000"] {
            assert!(refusal::<Option<FilterId>>(json!(sent)).ends_with(": is invalid"), "{sent}");
        }
        assert!(refusal::<FilterId>(json!("one")).ends_with(": Must be a Integer"));
    }

    #[test]
    fn pages_are_positive() {
        let number = |page: Page| page.offset() / page.limit() + 1;
        for (sent, expected) in
            [("1", 1), ("26", 26), ("4294967296", u32::MAX), ("99999999999999999999", u32::MAX)]
        {
            assert_eq!(number(value::<Page>(json!(sent))), i64::from(expected));
        }
        assert_eq!(value::<PageNumber>(json!("26")), value::<Page>(json!("26")));
        assert_eq!(absent::<Page>(), Page::FIRST);
        assert_eq!(absent::<Option<Page>>(), None);
        assert_eq!(value::<Option<Page>>(json!("1")), Some(Page::FIRST));
        for sent in [
            json!("0"),
            json!("-1"),
            json!("01"),
            json!("1.0"),
            json!("x"),
            json!(""),
            json!(null),
            json!(["1"]),
        ] {
            let refused = refusal::<Page>(sent.clone());
            assert!(refused.ends_with(": Must be a positive Integer"), "{sent} {refused}");
            assert_eq!(refusal::<Option<Page>>(sent.clone()), refused);
            assert_eq!(refusal::<PageNumber>(sent), refused);
        }
    }
}
