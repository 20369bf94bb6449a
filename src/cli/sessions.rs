//! `roster sessions end`: ends the sessions of everybody, of a workspace or of a person.

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use diesel::prelude::*;

use super::existing;
use crate::{
    clock::Clock,
    db::Conn,
    models::{email::Email, event, session},
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
    let ended = existing::change(settings, |conn| {
        event::act_as_operator(Clock::default().now());
        end(conn, options)
    })?;
    let noun = if ended == 1 { "session" } else { "sessions" };
    writeln!(
        io::stdout(),
        "Ended {ended} {noun}. API keys still open /rest; they are revoked in the pages."
    )?;
    Ok(())
}

fn end(conn: &mut Conn, options: &Options) -> anyhow::Result<usize> {
    let people: Vec<(i64, i64)> = users::table
        .filter(users::id.eq_any(sessions::table.select(sessions::user_id)))
        .order((users::workspace_id, users::id))
        .select((users::id, users::workspace_id))
        .load(conn)?;
    let user_id = options.user.as_ref().map(|email| find_user(conn, email)).transpose()?;
    let workspace = options.workspace.as_ref().map(|named| existing::workspace(conn, named)).transpose()?;
    let mut ended = 0;
    for (id, workspace_id) in people {
        let is_meant = user_id.is_none_or(|user_id| user_id == id)
            && workspace.as_ref().is_none_or(|workspace| workspace.id == workspace_id);
        if is_meant {
            ended += session::end_all(conn, workspace_id, id)?;
        }
    }
    Ok(ended)
}

fn find_user(conn: &mut Conn, email: &str) -> anyhow::Result<i64> {
    let Some(email) = Email::parse(email) else {
        bail!("{email:?} is no e-mail address; write it as name@example.com")
    };
    let found =
        users::table.filter(users::email.eq(email.as_str())).select(users::id).first(conn).optional()?;
    found.with_context(|| format!("Nobody signs in with {email}; check the spelling"))
}
