//! Validates a new e-mail address and a new password.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use validator::{Validate, ValidationError};

use crate::{
    crypto::password::{self, Weakness},
    error::{Error, Result},
    models::email::Email,
};

/// An address and a password to validate; `None` is not checked.
#[derive(Default, Validate)]
pub struct EmailAndPassword<'a> {
    #[validate(custom(function = "expect_address"))]
    pub email: Option<&'a str>,
    #[validate(custom(function = "expect_strong"))]
    pub password: Option<HiddenPassword<'a>>,
}

/// Serializes as `[FILTERED]`, because the validator's errors contain a serialized copy of the refused value.
pub struct HiddenPassword<'a>(pub &'a SecretString);

impl Serialize for HiddenPassword<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[FILTERED]")
    }
}

impl<'a> EmailAndPassword<'a> {
    pub fn with_email(email: &'a str) -> Self {
        Self { email: Some(email), ..Self::default() }
    }

    pub fn with_password(password: &'a SecretString) -> Self {
        Self { password: Some(HiddenPassword(password)), ..Self::default() }
    }

    /// The broken rules, each with parameter, code and sentence. The `params` of the validator's errors are left out,
    /// because they contain the value.
    pub fn problems(&self) -> Vec<(String, &'static str, String)> {
        let errors = self.validate().err().unwrap_or_default();
        let found = errors.field_errors().into_iter();
        found
            .flat_map(|(field, errors)| errors.iter().map(move |error| (field.to_string(), error)))
            .map(|(field, error)| {
                (field, code(error), error.message.clone().unwrap_or_default().into_owned())
            })
            .collect()
    }
}

/// Parses an address; 422 for an invalid one, at the parameter `field`.
pub fn email(text: &str, field: &str) -> Result<Email> {
    Email::parse_new(text).ok_or_else(|| Error::invalid(field, "invalid", "Email is invalid"))
}

/// 422 for a weak password, at the parameter `field`.
pub fn password(text: &SecretString, field: &str) -> Result<()> {
    match EmailAndPassword::with_password(text).problems().pop() {
        Some((_, code, sentence)) => Err(Error::invalid(field, code, sentence)),
        None => Ok(()),
    }
}

fn expect_address(text: &str) -> Result<(), ValidationError> {
    let invalid = || ValidationError::new("invalid").with_message("Email is invalid".into());
    Email::parse_new(text).map(drop).ok_or_else(invalid)
}

fn expect_strong(password: &HiddenPassword<'_>) -> Result<(), ValidationError> {
    let Some(weakness) = password::find_weakness(password.0.expose_secret()) else { return Ok(()) };
    let code = match weakness {
        Weakness::TooShort => CODES[0],
        Weakness::TooLong => CODES[1],
        Weakness::TooCommon => CODES[2],
    };
    Err(ValidationError::new(code).with_message(format!("Password {weakness}").into()))
}

fn code(error: &ValidationError) -> &'static str {
    CODES.into_iter().find(|code| *code == error.code).unwrap_or("invalid")
}

const CODES: [&str; 3] = ["too_short", "too_long", "too_common"];

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(candidate: &EmailAndPassword<'_>) -> Vec<String> {
        candidate.problems().into_iter().map(|(.., sentence)| sentence).collect()
    }

    #[test]
    fn validates_addresses_and_passwords() {
        assert_eq!(problems(&EmailAndPassword::with_email("olga@example.com")), Vec::<String>::new());
        assert_eq!(problems(&EmailAndPassword::with_email("olga")), ["Email is invalid"]);
        let password = |text: &str| problems(&EmailAndPassword::with_password(&SecretString::from(text)));
        assert_eq!(password("correct horse battery"), Vec::<String>::new());
        assert_eq!(password("short"), ["Password is too short (minimum is 8 characters)"]);
        assert_eq!(password("password1"), ["Password is too common"]);
    }
}
