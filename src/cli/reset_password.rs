//! `roster reset-password`: prints the link that a letter would have contained, for a person who asks the operator.

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use clap::Args;

use super::existing;
use crate::{
    clock::{self, Clock},
    db::Intent,
    models::{email::Email, user::resetting},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The e-mail address that the person signs in with
    email: String,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let email = Email::parse(&options.email)
        .with_context(|| format!("{:?} is no e-mail address; write it as name@example.com", options.email))?;
    let now = Clock::default().now();
    let target = existing::current_database(settings)?;
    let token = target.transaction(Intent::Write, |conn| Ok(resetting::create_token(conn, &email, now)?))?;
    let Some(token) = token else {
        bail!("Nobody signs in with {email}; check the spelling, or invite them");
    };
    let link = settings.link(&format!("passwords/{}", token.expose()));
    let until = clock::iso8601(now + resetting::LINK_LIFETIME);
    writeln!(io::stdout(), "This link sets a new password for {email}, once, until {until}:\n  {link}")?;
    Ok(())
}
