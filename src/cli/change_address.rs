//! `roster change-address`: gives a person another address, for example because theirs turned out to be another spelling
//! of somebody else's.

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use clap::Args;

use super::existing;
use crate::{
    clock::Clock,
    models::{email::Email, event, user},
    settings::Settings,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The id of the person
    id: i64,
    /// The address that they shall sign in with
    email: String,
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let email = Email::parse_new(&options.email).with_context(|| {
        format!("{:?} is no e-mail address that mail can reach; write it as name@example.com", options.email)
    })?;
    // Where mail is sent, an address is confirmed by a link that arrives there.
    let now = Clock::default().now();
    let confirmed_at = settings.smtp_url.is_none().then_some(now);
    let changed = existing::change(settings, |conn| {
        event::act_as_operator(now);
        Ok(user::change_address(conn, options.id, &email, confirmed_at)?)
    })?;
    if !changed {
        bail!(
            "There is no person {}; `roster doctor` names the ids of people with two spellings",
            options.id
        );
    }
    writeln!(
        io::stdout(),
        "Person {} now signs in with {email} and their password. Their sessions and links have ended.",
        options.id
    )?;
    Ok(())
}
