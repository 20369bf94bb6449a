//! A person with an e-mail address and a password, in exactly one workspace.

pub mod candidate;
pub mod confirming;
pub mod registering;
pub mod resetting;
pub mod signing_in;

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use self::registering::email_taken;
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, Variant, among, dialect},
    error::Result,
    models::{
        email::Email,
        event::{self, Event, Verb},
        job, known_network,
        membership::Membership,
        session::{self, Member},
    },
    person_name, prepared,
    schema::{known_networks, sessions, users},
};

/// A person without their password digest.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct User {
    pub id: i64,
    pub workspace_id: i64,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub role_in_organization: Option<String>,
    pub state: Option<String>,
    pub city: Option<String>,
    pub avatar_image: Option<String>,
    pub mode: String,
}

/// A change of the profile: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(AsChangeset, Default)]
#[diesel(table_name = users)]
pub struct ProfileChange {
    pub first_name: Option<Option<String>>,
    pub last_name: Option<Option<String>>,
    pub role_in_organization: Option<Option<String>>,
    pub state: Option<Option<String>>,
    pub city: Option<Option<String>>,
    pub avatar_image: Option<Option<String>>,
    pub mode: Option<String>,
}

/// The colour scheme of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode(&'static str);

impl Mode {
    pub const ALL: [Self; 2] = [Self("light"), Self("dark")];
}

impl AsRef<str> for Mode {
    fn as_ref(&self) -> &str {
        self.0
    }
}

pub type Columns = <User as Selectable<MultiBackend>>::SelectExpression;

impl User {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn find(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(users::table.find(id).select(Self::columns()).get_result(conn)?)
    }

    /// Loads people and returns them by id. The ids may repeat.
    pub fn load_by_ids(conn: &mut Conn, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, Self>> {
        let ids: BTreeSet<i64> = ids.collect();
        let users: Vec<Self> =
            prepared!(users::table.filter(among(users::id, ids)).select(Self::columns())).load(conn)?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }

    pub fn full_name(&self) -> String {
        person_name::full(self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// The full name, or else the address.
    pub fn name(&self) -> String {
        person_name::of(self.first_name.as_deref(), self.last_name.as_deref(), &self.email)
    }

    /// The default name for a workspace of this person.
    pub fn workspace_name(&self) -> String {
        workspace_name(&self.full_name(), &self.email)
    }
}

/// Gives a person another address, for the operator: ends their sessions and links. `false` if there is no such person;
/// 422 if another person has the address.
pub fn change_address(
    conn: &mut Conn,
    user_id: i64,
    email: &Email,
    confirmed_at: Option<Moment>,
) -> Result<bool> {
    dialect::lock_workspace_of_user(conn, user_id)?;
    let former: Option<User> =
        users::table.find(user_id).select(User::columns()).get_result(conn).optional()?;
    let Some(former) = former else { return Ok(false) };
    set_email(conn, user_id, &former.email, email, confirmed_at)?;
    let member = Membership::find(conn, former.workspace_id, user_id)?;
    member.event(Verb::Updated).fields(["userEmail"]).record(conn)?;
    session::end_all(conn, former.workspace_id, user_id)?;
    diesel::delete(known_networks::table.filter(known_networks::user_id.eq(user_id))).execute(conn)?;
    Ok(true)
}

/// Also makes reset links invalid, because they were sent to the former address.
fn set_email(
    conn: &mut Conn,
    user_id: i64,
    former: &str,
    email: &Email,
    confirmed_at: Option<Moment>,
) -> Result<()> {
    prepared!(
        diesel::update(users::table.find(user_id))
            .set((users::email.eq(email.as_str()), users::email_confirmed_at.eq(confirmed_at)))
    )
    .execute(conn)
    .map_err(email_taken)?;
    resetting::delete_links(conn, user_id)?;
    job::delete_by_subject_without_workspace(conn, &resetting::job_subject(former))?;
    Ok(())
}

impl Member {
    pub fn change_profile(&self, conn: &mut Conn, change: &ProfileChange) -> Result<User> {
        let changed = diesel::update(users::table.find(self.user_id))
            .set((change, users::updated_at.eq(self.now)))
            .returning(User::columns());
        let user: User = Variant(changed).get_result(conn)?;
        self.event(&user.name()).fields(change.fields()).record(conn)?;
        Ok(user)
    }

    /// Also ends the person's other sessions, forgets their other networks, and makes reset links invalid, because they
    /// were sent to the old address.
    /// 422 if another person has the address. `is_confirmed` says whether the new address counts as confirmed.
    pub fn change_email(&self, conn: &mut Conn, email: &Email, is_confirmed: bool) -> Result<()> {
        set_email(conn, self.user_id, &self.email, email, is_confirmed.then_some(self.now))?;
        self.event(&self.name).fields(["userEmail"]).record(conn)?;
        self.end_other_sessions(conn)
    }

    /// Also ends the person's other sessions, forgets their other networks, and makes reset links invalid.
    pub fn change_password(&self, conn: &mut Conn, password_digest: &str) -> Result<()> {
        set_password(conn, self.user_id, password_digest, self.now)?;
        self.event(&self.name).fields(["password"]).record(conn)?;
        self.end_other_sessions(conn)
    }

    fn end_other_sessions(&self, conn: &mut Conn) -> Result<()> {
        let others = sessions::table
            .filter(sessions::user_id.eq(self.user_id))
            .filter(sessions::id.ne(self.session_id));
        let ended: Vec<i64> = diesel::delete(others).returning(sessions::id).load(conn)?;
        session::record_ended(conn, self.workspace_id, self.user_id, &ended)?;
        known_network::forget_others(conn, self.user_id, &self.network, self.now)
    }

    /// The event of a change of this person.
    fn event(&self, name: &str) -> Event {
        Event::of_member(Verb::Updated, self.workspace_id, self.member_uuid, self.user_id, name)
    }
}

impl ProfileChange {
    /// The names of the fields to change: those of `/rest`, or else those of V4.
    fn fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        event::names_of([
            ("name", self.first_name.is_some() || self.last_name.is_some()),
            ("role_in_organization", self.role_in_organization.is_some()),
            ("state", self.state.is_some()),
            ("city", self.city.is_some()),
            ("avatarUrl", self.avatar_image.is_some()),
            ("mode", self.mode.is_some()),
        ])
    }
}

/// "First Last Workspace"; without a name, the local part of the address and "Workspace".
fn workspace_name(full_name: &str, email: &str) -> String {
    let local_part = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let name = if full_name.is_empty() { local_part } else { full_name };
    format!("{name} Workspace")
}

/// What the subjects of the jobs that tell a person of changes begin with.
pub fn change_job_prefix(user_id: i64) -> String {
    format!("account-change/{user_id}/")
}

/// Replaces a password, and makes reset links invalid.
fn set_password(conn: &mut Conn, user_id: i64, password_digest: &str, now: Moment) -> Result<()> {
    prepared!(
        diesel::update(users::table.find(user_id))
            .set((users::password_digest.eq(password_digest), users::updated_at.eq(now)))
    )
    .execute(conn)?;
    resetting::delete_links(conn, user_id)
}
