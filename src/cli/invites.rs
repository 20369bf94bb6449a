//! `roster invites`: prints the links of all pending invites, for operators whose service sends no mail.

use std::io::{self, Write as _};

use super::existing;
use crate::{
    clock::{self, Clock},
    models::{email::written, installation, invite::link},
    settings::Settings,
};

const NO_LINK: &str = "Its link is damaged; invite the address again.";

/// Names are printed quoted, so that control characters in them cannot reach the terminal.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let now = Clock::default().now();
    let links = existing::current_database(settings)?.inspect(|conn| {
        let vault = installation::open_vault(conn, &settings.key_file())?;
        Ok(link::pending_with_links(conn, &vault, settings, now)?)
    })?;
    let mut out = io::stdout().lock();
    if links.is_empty() {
        writeln!(out, "No invite is pending.")?;
    }
    for link in links {
        let until = clock::iso8601(link.invite.expires_at);
        let url = link.url.as_deref().unwrap_or(NO_LINK);
        writeln!(
            out,
            "{} into {:?}, until {until}\n  {url}",
            written(&link.invite.email),
            link.workspace_name
        )?;
        if let Some(moment) = link.invite.delivery_failed_at {
            writeln!(out, "  Its letter could not be delivered ({}).", clock::iso8601(moment))?;
        }
    }
    Ok(())
}
