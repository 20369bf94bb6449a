//! Moments in the format of RFC 3339: date, time and offset from UTC. Where a date will do, it is its midnight in UTC.

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Value, json};

use super::Kind;
use crate::{
    clock::{self, Moment},
    parameters::{object::Field, rule::Rule},
};

/// Truncated to milliseconds.
impl Kind for Moment {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        field.checked(field.value.as_str().and_then(clock::parse).ok_or(Rule::Moment))
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date-time" })
    }

    /// `""` is listed separately, because the format does not allow it.
    fn optional_schema() -> Value {
        json!({ "type": ["string", "null"], "anyOf": [{ "format": "date-time" }, { "enum": ["", null] }] })
    }
}

/// A date such as `2027-06-14`, or a moment.
pub struct DateOrMoment;

impl Kind for DateOrMoment {
    type Value = Moment;

    fn parse(field: &Field<'_>) -> Option<Moment> {
        field.checked(field.value.as_str().and_then(parse_date_or_moment).ok_or(Rule::DateOrMoment))
    }

    fn schema() -> Value {
        json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] })
    }

    fn optional_schema() -> Value {
        json!({ "type": ["string", "null"], "anyOf": [{ "format": "date" }, { "format": "date-time" }, { "enum": ["", null] }] })
    }
}

fn parse_date_or_moment(text: &str) -> Option<Moment> {
    let date = NaiveDate::parse_from_str(text, "%F").ok().filter(|date| date.to_string() == text);
    date.map(|date| date.and_time(NaiveTime::MIN)).or_else(|| clock::parse(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::parameters::object::tests::{refusal, value};

    #[test]
    fn accepts_every_offset() {
        for (sent, expected) in [
            ("2027-06-14T17:06:02Z", "2027-06-14T17:06:02.000Z"),
            ("2027-06-14t17:06:02.4567z", "2027-06-14T17:06:02.456Z"),
            ("2027-06-14T17:06:02+02:00", "2027-06-14T15:06:02.000Z"),
            ("2027-06-14 17:06:02Z", "2027-06-14T17:06:02.000Z"),
            ("2027-06-14T17:06:02+0000", "2027-06-14T17:06:02.000Z"),
            ("2027-06-14T17:06:02.5-0330", "2027-06-14T20:36:02.500Z"),
            ("2027-06-14 17:06:02 +0200", "2027-06-14T15:06:02.000Z"),
            ("2027-06-14 17:06:02+02", "2027-06-14T15:06:02.000Z"),
            ("2027-06-14 17:06:02 UTC", "2027-06-14T17:06:02.000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ] {
            let moment = value::<Option<Moment>>(json!(sent)).map(clock::iso8601);
            assert_eq!(moment.as_deref(), Some(expected), "{sent}");
        }
        for absent in [json!(null), json!("")] {
            assert_eq!(value::<Option<Moment>>(absent), None);
        }
    }

    #[test]
    fn a_date_is_its_midnight() {
        for (sent, expected) in [
            ("2027-06-14", "2027-06-14T00:00:00.000Z"),
            ("2027-06-14T17:06:02+02:00", "2027-06-14T15:06:02.000Z"),
        ] {
            assert_eq!(clock::iso8601(value::<DateOrMoment>(json!(sent))), expected);
        }
        for sent in ["2027-06", "2027-02-30", "27-06-14", "+2027-06-1", "tomorrow"] {
            let sentence = refusal::<Option<DateOrMoment>>(json!(sent));
            assert!(
                sentence
                    .ends_with(": Must be a date such as 2027-06-14, or a time such as 2027-06-14T17:06:02Z"),
                "{sentence}"
            );
        }
    }

    #[test]
    fn refuses_anything_else() {
        for sent in [
            json!("tomorrow"),
            json!("2027-06-14"),
            json!("2027-06-14T17:06:02"),
            json!("2027-02-30T17:06:02Z"),
            json!("2027-06-14T17:06:02+1"),
            json!("2027-06-14T17:06:02+020"),
            json!("2027-06-14T17:06:02+ä"),
            json!("2027-06-14T17:06:02 U"),
            json!("9999-12-31T23:59:59-01:00"),
            json!(1_812_992_762),
            json!(["2027-06-14T17:06:02Z"]),
        ] {
            let sentence = refusal::<Option<Moment>>(sent.clone());
            assert!(sentence.ends_with(": Must be a time such as 2027-06-14T17:06:02Z"), "{sent} {sentence}");
        }
    }
}
