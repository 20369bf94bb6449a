//! Checks whether the mail server replies and accepts the credentials. Sends no letter.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::Finding;
use crate::{
    mail::{NotSent, server},
    settings::Settings,
};

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
        Ok(true) => Finding::ok(
            SUBJECT,
            "the server of ROSTER_SMTP_URL answers, and takes its credentials if it has any",
        ),
        Ok(false) => refused("it accepts no commands"),
        Err(error) => refused(&format!("{error:#}")),
    }
}

/// Connects and signs in as a letter does.
fn test_connection(url: &SecretString) -> anyhow::Result<bool> {
    let transport = server::transport(url.expose_secret())?.timeout(Some(TIMEOUT)).build();
    Ok(transport.test_connection().map_err(NotSent::from)?)
}

fn refused(reason: &str) -> Finding {
    let sentence = format!(
        "the server of ROSTER_SMTP_URL does not work ({reason}); check its host, port and credentials"
    );
    Finding::fail(SUBJECT, sentence)
}
