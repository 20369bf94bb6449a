//! `roster sessions end`: ends the sessions of everybody, of a workspace or of a person.

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use diesel::prelude::*;

use super::existing;
use crate::{
    db::{Conn, Intent},
    models::email::Email,
    schema::{sessions, users},
    settings::Settings,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// End sessions at once; API keys stay valid
    #[command(after_help = "Example: roster sessions end --user ada@example.com")]
    End(Options),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Options {
    /// Of everybody
    #[arg(long)]
    all: bool,
    /// Of the people of a workspace: its id, its name, or the e-mail address of a person in it
    #[arg(long)]
    workspace: Option<String>,
    /// Of the person who signs in with this e-mail address
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

pub fn run(settings: &Settings, command: &Command) -> anyhow::Result<()> {
    let Command::End(options) = command;
    let target = existing::current_database(settings)?;
    let ended = target.transaction(Intent::Write, |conn| end(conn, options))?;
    let noun = if ended == 1 { "session" } else { "sessions" };
    writeln!(
        io::stdout(),
        "Ended {ended} {noun}. API keys still open /rest; they are revoked in the pages."
    )?;
    Ok(())
}

fn end(conn: &mut Conn, options: &Options) -> anyhow::Result<usize> {
    if let Some(email) = &options.user {
        let user_id = find_user(conn, email)?;
        return Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(conn)?);
    }
    if let Some(named) = &options.workspace {
        let workspace = existing::workspace(conn, named)?;
        let people = users::table.filter(users::workspace_id.eq(workspace.id)).select(users::id);
        return Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq_any(people))).execute(conn)?);
    }
    Ok(diesel::delete(sessions::table).execute(conn)?)
}

fn find_user(conn: &mut Conn, email: &str) -> anyhow::Result<i64> {
    let Some(email) = Email::parse(email) else {
        bail!("{email:?} is no e-mail address; write it as name@example.com")
    };
    let found =
        users::table.filter(users::email.eq(email.as_str())).select(users::id).first(conn).optional()?;
    found.with_context(|| format!("Nobody signs in with {email}; check the spelling"))
}
