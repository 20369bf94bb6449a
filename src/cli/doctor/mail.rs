//! Checks whether the mail server replies. Only connects; sends no letter.

use std::time::Duration;

use lettre::SmtpTransport;
use secrecy::{ExposeSecret as _, SecretString};

use super::Finding;
use crate::settings::Settings;

const SUBJECT: &str = "mail";
const TIMEOUT: Duration = Duration::from_secs(3);

pub fn finding(settings: &Settings) -> Finding {
    let Some(url) = &settings.smtp_url else {
        return Finding::ok(
            SUBJECT,
            "none is sent; `roster invites` and `roster reset-password` print the links",
        );
    };
    match test_connection(url) {
        Ok(true) => Finding::ok(SUBJECT, "the server of ROSTER_SMTP_URL answers"),
        Ok(false) => refused("it accepts no commands"),
        Err(error) => refused(&error.to_string()),
    }
}

fn test_connection(url: &SecretString) -> Result<bool, lettre::transport::smtp::Error> {
    SmtpTransport::from_url(url.expose_secret())?.timeout(Some(TIMEOUT)).build().test_connection()
}

fn refused(reason: &str) -> Finding {
    let sentence = format!(
        "the server of ROSTER_SMTP_URL does not work ({reason}); check its host, port and credentials"
    );
    Finding::fail(SUBJECT, sentence)
}
