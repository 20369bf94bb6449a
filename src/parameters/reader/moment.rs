//! Points in time, as RFC 3339 writes ISO 8601: a date, a time of day, and how far from UTC they are.

use super::Hash;
use crate::{
    clock::{self, Moment},
    parameters::rule::Rule,
};

impl Hash<'_> {
    /// A moment that may be left out, to the millisecond.
    pub fn optional_moment(&self, name: &str) -> Option<Moment> {
        self.optional(name.into(), |value| value.as_str().and_then(clock::parse).ok_or(Rule::Moment))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::tests::{refusal, value},
        *,
    };

    #[test]
    fn are_read_in_any_zone() {
        for (sent, expected) in [
            ("2027-06-14T17:06:02Z", "2027-06-14T17:06:02.000Z"),
            ("2027-06-14t17:06:02.4567z", "2027-06-14T17:06:02.456Z"),
            ("2027-06-14T17:06:02+02:00", "2027-06-14T15:06:02.000Z"),
            ("2027-06-14 17:06:02Z", "2027-06-14T17:06:02.000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ] {
            let moment = value(json!(sent), |root| root.optional_moment("x")).map(clock::iso8601);
            assert_eq!(moment.as_deref(), Some(expected), "{sent}");
        }
        for absent in [json!(null), json!("")] {
            assert_eq!(value(absent, |root| root.optional_moment("x")), None);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for sent in [
            json!("tomorrow"),
            json!("2027-06-14"),
            json!("2027-06-14T17:06:02"),
            json!("2027-02-30T17:06:02Z"),
            json!("9999-12-31T23:59:59-01:00"),
            json!(1_812_992_762),
            json!(["2027-06-14T17:06:02Z"]),
        ] {
            let sentence = refusal(sent.clone(), |root| root.optional_moment("x"));
            assert!(sentence.ends_with(": Must be a time such as 2027-06-14T17:06:02Z"), "{sent} {sentence}");
        }
    }
}
