//! A workspace to try things on: an athletic department as it might look after three weeks.
//! Everything happens through the verbs the doors use, at the moments it would have happened.

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use chrono::TimeDelta;
use diesel::prelude::*;

use self::{
    accounts::ACCOUNTS,
    people::{GUEST, PEOPLE, Person, TEAMS, WORKSPACE},
};
use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::Conn,
    error::Result,
    models::{
        api_key::{NewApiKey, Scope},
        email::Email,
        invite::IssuedInvite,
        session::Session,
        user::{User, registering::Registration, signing_in},
        vault::Vault,
    },
    schema::users,
};

mod accounts;
pub mod people;

/// How long ago the first of them came.
const WEEKS: TimeDelta = TimeDelta::weeks(3);
const KEY_MADE_ON: i64 = 18;

/// What was made, as far as somebody has to be told.
#[derive(Debug)]
pub struct Demo {
    pub teams: usize,
    pub accounts: usize,
    pub pending: IssuedInvite,
    pub key: KeyText,
}

/// The department while it comes to be: who is in it, and what its teams are called.
struct Department<'a> {
    vault: &'a Vault,
    began: Moment,
    sessions: HashMap<&'static str, Session>,
    team_ids: HashMap<&'static str, i64>,
}

/// Fills a database nobody uses yet; one password digest for each of [`PEOPLE`].
pub fn fill(
    conn: &mut Conn,
    vault: &Vault,
    password_digests: &[String],
    now: Moment,
) -> anyhow::Result<Demo> {
    expect_fresh(conn)?;
    let began = now - WEEKS;
    let mut department = Department { vault, began, sessions: HashMap::new(), team_ids: HashMap::new() };
    department.people_come(conn, password_digests)?;
    department.teams_form(conn)?;
    department.accounts_are_connected(conn)?;
    let pending = department.guest_is_invited(conn)?;
    let key = department.key_is_made(conn)?;
    department.sessions_end(conn)?;
    Ok(Demo { teams: TEAMS.len(), accounts: ACCOUNTS.len(), pending, key })
}

fn expect_fresh(conn: &mut Conn) -> anyhow::Result<()> {
    let people: i64 = users::table.count().get_result(conn)?;
    if people > 0 {
        bail!(
            "{people} people use this database already, and it was left as it is; name a fresh one with --data-dir \
             or DATABASE_URL"
        );
    }
    Ok(())
}

impl Department<'_> {
    fn people_come(&mut self, conn: &mut Conn, password_digests: &[String]) -> anyhow::Result<()> {
        for (person, digest) in PEOPLE.iter().zip(password_digests) {
            let came = self.day(person.came_on);
            let registration = Registration {
                email: address(person.email)?,
                password_digest: digest.clone(),
                first_name: Some(person.first_name.to_owned()),
                last_name: Some(person.last_name.to_owned()),
            };
            let (user, ..) = if self.sessions.is_empty() {
                registration.with_workspace(conn, Some(WORKSPACE), came)?
            } else {
                let invite = self.invite(conn, person.email, came)?.invite;
                registration.by_invite(conn, &invite, came)?
            };
            self.sign_in(conn, person, &user, came)?;
        }
        Ok(())
    }

    fn invite(&self, conn: &mut Conn, email: &str, at: Moment) -> anyhow::Result<IssuedInvite> {
        let owner = self.session(PEOPLE[0].first_name, at).member(conn)?;
        let invited = owner.invite(conn, self.vault, &[address(email)?], None, "user_emails")?;
        invited.issued.into_iter().next().context("nobody was invited")
    }

    fn sign_in(&mut self, conn: &mut Conn, person: &Person, user: &User, at: Moment) -> Result<()> {
        let uuid = signing_in::begin_session(conn, user.id, None, at)?;
        self.sessions.insert(person.first_name, Session { user_id: user.id, uuid, issued_at: at, now: at });
        if person.role.is_admin() {
            let owner = self.session(PEOPLE[0].first_name, at).admin(conn)?;
            owner.give_role(conn, user.id, person.role)?;
        }
        Ok(())
    }

    fn teams_form(&mut self, conn: &mut Conn) -> anyhow::Result<()> {
        for team in &TEAMS {
            let founder = self.session(team.founder, self.day(team.formed_on)).member(conn)?;
            let team_admin = founder.create_team(conn, team.name)?;
            let emails =
                team.members.iter().map(|email| address(email)).collect::<anyhow::Result<Vec<_>>>()?;
            team_admin.add(conn, self.vault, &emails, "user_emails")?;
            self.team_ids.insert(team.name, team_admin.team.id);
        }
        Ok(())
    }

    fn guest_is_invited(&self, conn: &mut Conn) -> anyhow::Result<IssuedInvite> {
        self.invite(conn, GUEST, self.began + WEEKS - TimeDelta::days(1))
    }

    /// By the owner, for everything a key can be for.
    fn key_is_made(&self, conn: &mut Conn) -> Result<KeyText> {
        let owner = self.session(PEOPLE[0].first_name, self.day(KEY_MADE_ON)).key_admin(conn)?;
        let new = NewApiKey { name: "n8n".to_owned(), scopes: Scope::ALL.to_vec(), expires_at: None };
        Ok(owner.issue_api_key(conn, &new)?.text)
    }

    /// Nobody is left signed in.
    fn sessions_end(&self, conn: &mut Conn) -> Result<()> {
        for session in self.sessions.values() {
            let viewer = session.viewer(conn)?;
            viewer.end_session(conn, viewer.session_id)?;
        }
        Ok(())
    }

    fn session(&self, first_name: &str, now: Moment) -> Session {
        Session { now, ..self.sessions[first_name] }
    }

    /// In the morning of the day with this number.
    fn day(&self, number: i64) -> Moment {
        self.began + TimeDelta::days(number)
    }
}

fn address(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).with_context(|| format!("{text} is no address"))
}
