//! An example workspace: an athletic department after three weeks of use.
//! Everything is created by the functions that the APIs use, each with a time in the past.

use std::{collections::HashMap, net::Ipv4Addr};

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
pub mod stand_in;

/// How long ago the first person registered.
const DEPARTMENT_AGE: TimeDelta = TimeDelta::weeks(3);
/// Days after the beginning.
const KEY_CREATED_ON: i64 = 18;

/// The result, for `roster demo` to print.
#[derive(Debug)]
pub struct Demo {
    pub teams: usize,
    pub accounts: usize,
    pub pending: IssuedInvite,
    pub key: KeyText,
}

/// The department while it is being created.
struct Department<'a> {
    vault: &'a Vault,
    began: Moment,
    sessions: HashMap<&'static str, Session>,
    team_ids: HashMap<&'static str, i64>,
}

/// Fills a database without people. `password_digests` has one hash for each of [`PEOPLE`], in their order.
pub fn fill(
    conn: &mut Conn,
    vault: &Vault,
    password_digests: &[String],
    now: Moment,
) -> anyhow::Result<Demo> {
    expect_fresh(conn)?;
    let began = now - DEPARTMENT_AGE;
    let mut department = Department { vault, began, sessions: HashMap::new(), team_ids: HashMap::new() };
    department.register_people(conn, password_digests)?;
    department.create_teams(conn)?;
    department.connect_accounts(conn)?;
    let pending = department.invite_guest(conn)?;
    let key = department.issue_key(conn)?;
    department.end_sessions(conn)?;
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
    fn register_people(&mut self, conn: &mut Conn, password_digests: &[String]) -> anyhow::Result<()> {
        for (person, digest) in PEOPLE.iter().zip(password_digests) {
            let at = self.day(person.registered_on);
            let registration = Registration {
                email: parse_email(person.email)?,
                is_confirmed: true,
                password_digest: digest.clone(),
                first_name: Some(person.first_name.to_owned()),
                last_name: Some(person.last_name.to_owned()),
            };
            let (user, ..) = if self.sessions.is_empty() {
                registration.with_workspace(conn, Some(WORKSPACE), at)?
            } else {
                let invite = self.invite(conn, person.email, at)?.invite;
                registration.by_invite(conn, &invite, at)?
            };
            self.sign_in(conn, person, &user, at)?;
        }
        Ok(())
    }

    fn invite(&self, conn: &mut Conn, email: &str, at: Moment) -> anyhow::Result<IssuedInvite> {
        let owner = self.session(PEOPLE[0].first_name, at).member(conn)?;
        let invited = owner.invite(conn, self.vault, &[parse_email(email)?], None, "user_emails")?;
        invited.issued.into_iter().next().context("nobody was invited")
    }

    fn sign_in(&mut self, conn: &mut Conn, person: &Person, user: &User, at: Moment) -> Result<()> {
        let uuid = signing_in::begin_session(conn, user.id, None, None, at)?;
        self.sessions.insert(
            person.first_name,
            Session {
                user_id: user.id,
                uuid,
                workspace_id_in_token: None,
                issued_at: at,
                key_id: self.vault.ring().current_key_id(),
                client: Ipv4Addr::LOCALHOST.into(),
                now: at,
            },
        );
        if person.role.is_admin() {
            let owner = self.session(PEOPLE[0].first_name, at).admin(conn)?;
            owner.give_role(conn, user.id, person.role)?;
        }
        Ok(())
    }

    fn create_teams(&mut self, conn: &mut Conn) -> anyhow::Result<()> {
        for team in &TEAMS {
            let founder = self.session(team.founder, self.day(team.created_on)).member(conn)?;
            let team_admin = founder.create_team(conn, team.name)?;
            let emails =
                team.members.iter().map(|email| parse_email(email)).collect::<anyhow::Result<Vec<_>>>()?;
            team_admin.add(conn, self.vault, &emails, "user_emails")?;
            self.team_ids.insert(team.name, team_admin.team.id);
        }
        Ok(())
    }

    fn invite_guest(&self, conn: &mut Conn) -> anyhow::Result<IssuedInvite> {
        self.invite(conn, GUEST, self.began + DEPARTMENT_AGE - TimeDelta::days(1))
    }

    /// Issued by the owner, with every scope.
    fn issue_key(&self, conn: &mut Conn) -> Result<KeyText> {
        let owner = self.session(PEOPLE[0].first_name, self.day(KEY_CREATED_ON)).key_admin(conn)?;
        let new = NewApiKey { name: "n8n".to_owned(), scopes: Scope::ALL.to_vec(), expires_at: None };
        Ok(owner.issue_api_key(conn, &new)?.text)
    }

    fn end_sessions(&self, conn: &mut Conn) -> Result<()> {
        for session in self.sessions.values() {
            let viewer = session.viewer(conn)?;
            viewer.end_session(conn, viewer.session_id)?;
        }
        Ok(())
    }

    fn session(&self, first_name: &str, now: Moment) -> Session {
        Session { now, ..self.sessions[first_name] }
    }

    /// The moment this many days after the beginning.
    fn day(&self, number: i64) -> Moment {
        self.began + TimeDelta::days(number)
    }
}

fn parse_email(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).with_context(|| format!("{text} is not an e-mail address"))
}
