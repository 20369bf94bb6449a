//! E-mail addresses, by the same rules as for people.

use serde_json::Value;

use super::{Element, Kind, Text};
use crate::{
    models::email::Email,
    parameters::{object::Field, rule::Rule},
};

impl Kind for Email {
    type Value = Self;

    fn parse(field: &Field<'_>) -> Option<Self> {
        expect_valid(field, &Text::<255>::parse(field)?)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<Self>> {
        match Text::<255>::parse_optional(field)? {
            Some(text) => expect_valid(field, &text).map(Some),
            None => Some(None),
        }
    }

    fn schema() -> Value {
        let mut schema = Text::<255>::schema();
        schema["format"] = "email".into();
        schema
    }

    fn optional_schema() -> Value {
        Text::<255>::optional_schema()
    }
}

impl Element for Email {
    const ARRAY: Rule = Rule::Strings;

    fn parse_element(field: &Field<'_>) -> Option<Self> {
        let text = Text::<255>::parse_element(field)?;
        field.checked(Self::parse(&text).ok_or(Rule::Valid))
    }

    fn element_schema() -> Value {
        Text::<255>::schema()
    }

    fn schema_or_empty() -> Value {
        Text::<255>::schema_or_empty()
    }
}

fn expect_valid(field: &Field<'_>, text: &str) -> Option<Email> {
    let email = Email::parse_new(text);
    if email.is_none() {
        field.add_problem("invalid", "Email is invalid");
    }
    email
}
