//! Whether the mail server answers. It is greeted and let go; no letter is sent.

use std::time::Duration;

use lettre::SmtpTransport;
use secrecy::{ExposeSecret as _, SecretString};

use super::Finding;
use crate::settings::Settings;

const SUBJECT: &str = "mail";
const PATIENCE: Duration = Duration::from_secs(3);

pub fn finding(settings: &Settings) -> Finding {
    let Some(url) = &settings.smtp_url else {
        return Finding::ok(
            SUBJECT,
            "none is sent; `roster invites` and `roster reset-password` print the links",
        );
    };
    match greet(url) {
        Ok(true) => Finding::ok(SUBJECT, "the server of ROSTER_SMTP_URL answers"),
        Ok(false) => refused("it takes no commands"),
        Err(error) => refused(&error.to_string()),
    }
}

fn greet(url: &SecretString) -> Result<bool, lettre::transport::smtp::Error> {
    SmtpTransport::from_url(url.expose_secret())?.timeout(Some(PATIENCE)).build().test_connection()
}

fn refused(reason: &str) -> Finding {
    let sentence = format!(
        "the server of ROSTER_SMTP_URL is no help ({reason}); see that host, port and credentials are right"
    );
    Finding::fail(SUBJECT, sentence)
}
