//! What a person wants to be known by and to sign in with, held against the rules before anything is done.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::{
    crypto::password::{self, Weakness},
    error::{Error, Problem, Result},
    models::email::Email,
};

#[derive(Validate)]
pub struct Candidate<'a> {
    #[validate(custom(function = "is_address"))]
    pub email: &'a str,
    #[validate(custom(function = "is_strong"))]
    pub password: Chosen<'a>,
}

/// A password on its way through the library, which keeps what it refuses: it gets to see nothing.
pub struct Chosen<'a>(pub &'a SecretString);

impl Serialize for Chosen<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[FILTERED]")
    }
}

/// The order problems are told in: the documented one; the library's is random.
const FIELDS: [&str; 2] = ["email", "password"];

impl Candidate<'_> {
    /// The address in its one spelling, or every problem; `root` is the parameter they stand under.
    pub fn check(&self, root: &str) -> Result<Email> {
        self.validate().map_err(|errors| Error::Invalid(problems(&errors, root)))?;
        email(self.email, &format!("{root}.email"))
    }
}

/// An address alone.
pub fn email(text: &str, field: &str) -> Result<Email> {
    Email::parse(text).ok_or_else(|| Error::invalid(field, "invalid", "Email is invalid"))
}

/// A password alone.
pub fn password(text: &SecretString, field: &str) -> Result<()> {
    is_strong(&Chosen(text)).map_err(|error| Error::Invalid(vec![problem(field.to_owned(), &error)]))
}

fn is_address(text: &str) -> Result<(), ValidationError> {
    let invalid = || ValidationError::new("invalid").with_message("Email is invalid".into());
    Email::parse(text).map(drop).ok_or_else(invalid)
}

fn is_strong(password: &Chosen<'_>) -> Result<(), ValidationError> {
    let Some(weakness) = password::weakness(password.0.expose_secret()) else { return Ok(()) };
    let code = match weakness {
        Weakness::TooShort => CODES[0],
        Weakness::TooLong => CODES[1],
        Weakness::TooCommon => CODES[2],
    };
    Err(ValidationError::new(code).with_message(format!("Password {weakness}").into()))
}

/// Only code and message are taken: the library's `params` hold the value itself.
fn problems(errors: &ValidationErrors, root: &str) -> Vec<Problem> {
    let errors = errors.field_errors();
    let found = FIELDS.into_iter().filter_map(|field| Some((field, errors.get(field)?)));
    found
        .flat_map(|(field, errors)| errors.iter().map(move |error| problem(format!("{root}.{field}"), error)))
        .collect()
}

fn problem(field: String, error: &ValidationError) -> Problem {
    let code = CODES.into_iter().find(|code| *code == error.code).unwrap_or("invalid");
    Problem::new(field, code, error.message.clone().unwrap_or_default())
}

const CODES: [&str; 3] = ["too_short", "too_long", "too_common"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told_in_order() {
        let cases = [
            ("olga@example.com", "correct horse battery", vec![]),
            ("olga", "correct horse battery", vec!["Email is invalid"]),
            ("olga", "short", vec!["Email is invalid", "Password is too short (minimum is 8 characters)"]),
            ("o@example.com", "password1", vec!["Password is too common"]),
        ];
        for (email, password, expected) in cases {
            let password = SecretString::from(password);
            let told = match (Candidate { email, password: Chosen(&password) }).check("user") {
                Ok(_) => vec![],
                Err(Error::Invalid(problems)) => {
                    problems.into_iter().map(|problem| problem.message).collect()
                }
                Err(other) => panic!("{other}"),
            };
            assert_eq!(told, expected, "{email}");
        }
    }
}
