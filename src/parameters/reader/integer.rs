//! Whole numbers, as JSON writes them or, for forms, as decimal digits. `1.0` is not one, nor is `+1` or `01`.

use std::num::NonZeroU32;

use serde_json::Value;

use super::Hash;
use crate::parameters::rule::Rule;

impl Hash<'_> {
    pub fn integer(&self, name: &str) -> i64 {
        self.required(name.into(), whole).unwrap_or_default()
    }

    pub fn optional_integer(&self, name: &str) -> Option<i64> {
        self.optional(name.into(), whole)
    }

    /// A page of a list, from 1, which is also the page of a query that names none. Pages beyond 2³²−1 count
    /// as that one, as empty as they are.
    pub fn page(&self, name: &str) -> NonZeroU32 {
        let sent = self.pairs.and_then(|pairs| pairs.get(name));
        sent.and_then(|value| self.checked(name.into(), value, numbered_page)).unwrap_or(NonZeroU32::MIN)
    }
}

pub(super) fn whole(value: &Value) -> Result<i64, Rule> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse::<i64>().ok().filter(|number| number.to_string() == *text),
        _ => None,
    }
    .ok_or(Rule::Integer)
}

fn numbered_page(value: &Value) -> Result<NonZeroU32, Rule> {
    let digits = value.as_str().unwrap_or_default();
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Rule::PositiveInteger);
    }
    Ok(digits.parse().unwrap_or(NonZeroU32::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{
        read,
        tests::{refusal, value},
    };
    use super::*;

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
            assert_eq!(value(sent.clone(), |root| root.integer("x")), expected, "{sent}");
            assert_eq!(value(sent.clone(), |root| root.optional_integer("x")), Some(expected), "{sent}");
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
            let sentence = refusal(sent.clone(), |root| root.optional_integer("x"));
            assert!(sentence.ends_with(": Must be a Integer"), "{sent} {sentence}");
            assert_eq!(refusal(sent, |root| root.integer("x")), sentence);
        }
        assert_eq!(value(json!(null), |root| root.optional_integer("x")), None);
        assert_eq!(value(json!(""), |root| root.optional_integer("x")), None);
    }

    #[test]
    fn pages_are_positive() {
        let page = |sent: &Value| read(&json!({ "page": sent }), |root| root.page("page").get());
        for (sent, expected) in
            [("1", 1), ("26", 26), ("4294967296", u32::MAX), ("99999999999999999999", u32::MAX)]
        {
            assert_eq!(page(&json!(sent)).unwrap(), expected);
        }
        assert_eq!(read(&json!({}), |root| root.page("page")).unwrap(), NonZeroU32::MIN);
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
            let refused = page(&sent).unwrap_err().to_string();
            assert!(refused.ends_with(": Must be a positive Integer"), "{sent} {refused}");
        }
    }
}
