//! Kinds of password parameters: a current password, a new password, and the confirmation of a new one.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::{
    models::user::candidate::EmailAndPassword,
    parameters::{Field, Kind, Secret},
};

/// An existing password, checked only against the stored one.
pub struct Password;

impl Kind for Password {
    type Value = SecretString;

    fn parse(field: &Field<'_>) -> Option<SecretString> {
        Secret::<4096>::parse(field)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<SecretString>> {
        Secret::<4096>::parse_optional(field)
    }

    fn schema() -> Value {
        as_password(Secret::<4096>::schema())
    }

    fn optional_schema() -> Value {
        as_password(Secret::<4096>::optional_schema())
    }
}

/// A new password, checked against the rules for passwords.
pub struct ChosenPassword;

impl Kind for ChosenPassword {
    type Value = SecretString;

    fn parse(field: &Field<'_>) -> Option<SecretString> {
        expect_strong(field, Password::parse(field)?)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<SecretString>> {
        match Password::parse_optional(field)? {
            Some(password) => expect_strong(field, password).map(Some),
            None => Some(None),
        }
    }

    fn schema() -> Value {
        let mut schema = as_password(Secret::<128>::schema());
        schema["minLength"] = 8.into();
        schema
    }

    fn optional_schema() -> Value {
        let mut schema = as_password(Secret::<128>::optional_schema());
        schema["pattern"] = json!(r"^$|^[^\u0000]{8,}$");
        schema
    }
}

/// Must equal the parameter `password` of the same object if both are sent.
pub struct PasswordConfirmation;

impl Kind for PasswordConfirmation {
    type Value = ();

    fn parse(field: &Field<'_>) -> Option<()> {
        expect_same(field, &Password::parse(field)?)
    }

    fn parse_optional(field: &Field<'_>) -> Option<Option<()>> {
        match Password::parse_optional(field)? {
            Some(confirmation) => expect_same(field, &confirmation).map(Some),
            None => Some(None),
        }
    }

    fn schema() -> Value {
        Password::schema()
    }

    fn optional_schema() -> Value {
        Password::optional_schema()
    }
}

fn expect_strong(field: &Field<'_>, password: SecretString) -> Option<SecretString> {
    let problems = EmailAndPassword::with_password(&password).problems();
    for (_, code, sentence) in &problems {
        field.add_problem(code, sentence);
    }
    problems.is_empty().then_some(password)
}

fn expect_same(field: &Field<'_>, confirmation: &SecretString) -> Option<()> {
    let Some(Some(password)) = field.object.peek::<Option<Password>>("password") else { return Some(()) };
    if password.expose_secret() == confirmation.expose_secret() {
        return Some(());
    }
    field.add_problem("confirmation", "Password confirmation doesn't match Password");
    None
}

fn as_password(mut schema: Value) -> Value {
    schema["format"] = "password".into();
    schema
}
