//! Addresses and passwords that somebody chooses: read, and held against the rules in the same breath, so that
//! every problem of a request is told at once.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{models::user::candidate::Candidate, parameters::Hash};

pub fn email(user: &Hash<'_>) -> String {
    let email = user.string("email", 255);
    hold(user, &Candidate::with_email(&email));
    email
}

pub fn optional_email(user: &Hash<'_>) -> Option<String> {
    let email = user.optional_string("email", 255);
    email.inspect(|email| hold(user, &Candidate::with_email(email)))
}

pub fn password(user: &Hash<'_>) -> SecretString {
    let password = user.secret("password", 4_096);
    hold(user, &Candidate::with_password(&password));
    password
}

pub fn optional_password(user: &Hash<'_>) -> Option<SecretString> {
    let password = user.optional_secret("password", 4_096);
    password.inspect(|password| hold(user, &Candidate::with_password(password)))
}

/// Where sent, the same as the password.
pub fn password_confirmation(user: &Hash<'_>, password: Option<&SecretString>) {
    let confirmation = user.optional_secret("password_confirmation", 4_096);
    let (Some(password), Some(confirmation)) = (password, confirmation) else { return };
    if password.expose_secret() != confirmation.expose_secret() {
        user.object_to(
            "password_confirmation",
            "confirmation",
            "Password confirmation doesn't match Password",
        );
    }
}

fn hold(user: &Hash<'_>, candidate: &Candidate<'_>) {
    for (name, code, sentence) in candidate.objections() {
        user.object_to(&name, code, sentence);
    }
}
