//! Signing in: loads the stored password digest and begins a session.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    models::email::Email,
    schema::{sessions, users},
};

#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct StoredPassword {
    pub user_id: i64,
    email: String,
    pub password_digest: String,
}

impl StoredPassword {
    pub fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<Self>> {
        let stored = users::table
            .filter(users::email.eq(email.as_str()))
            .select((users::id, users::email, users::password_digest))
            .first(conn)
            .optional()?;
        Ok(stored)
    }

    pub fn find(conn: &mut Conn, user_id: i64) -> Result<Self> {
        Ok(users::table
            .find(user_id)
            .select((users::id, users::email, users::password_digest))
            .first(conn)?)
    }

    /// Whether neither the password nor the address has changed since they were loaded.
    pub fn is_current(&self, conn: &mut Conn) -> Result<bool> {
        let same = users::table
            .find(self.user_id)
            .filter(users::email.eq(&self.email))
            .filter(users::password_digest.eq(&self.password_digest));
        Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
    }

    /// Replaces a digest made with older settings by a new digest of the same password. Does nothing if the password
    /// has changed in the meantime.
    pub fn replace_digest(&self, conn: &mut Conn, password_digest: &str) -> Result<()> {
        let same = users::table.find(self.user_id).filter(users::password_digest.eq(&self.password_digest));
        diesel::update(same).set(users::password_digest.eq(password_digest)).execute(conn)?;
        Ok(())
    }
}

/// A person's open sessions. A further sign-in ends those that were not used for the longest time.
const MAX_SESSIONS: i64 = 100;
/// How many sessions one sign-in ends at most.
const MAX_ENDED: i64 = 1_000;

/// Begins a session and returns the id that its token contains.
pub fn begin_session(conn: &mut Conn, user_id: i64, user_agent: Option<&str>, now: Moment) -> Result<Uuid> {
    make_room(conn, user_id)?;
    let uuid = Uuid::random();
    diesel::insert_into(sessions::table)
        .values((
            sessions::uuid.eq(uuid),
            sessions::user_id.eq(user_id),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
        ))
        .execute(conn)?;
    Ok(uuid)
}

/// Sessions that were used after their sign-in stay longer: a program that signs in again and again ends its own.
fn make_room(conn: &mut Conn, user_id: i64) -> Result<()> {
    let theirs = diesel::alias!(sessions as theirs);
    let excess = theirs
        .filter(theirs.field(sessions::user_id).eq(user_id))
        .order((
            theirs.field(sessions::last_used_at).gt(theirs.field(sessions::created_at)).desc(),
            theirs.field(sessions::last_used_at).desc(),
            theirs.field(sessions::id).desc(),
        ))
        .limit(MAX_ENDED)
        .offset(MAX_SESSIONS - 1)
        .select(theirs.field(sessions::id));
    diesel::delete(sessions::table.filter(sessions::id.eq_any(excess))).execute(conn)?;
    Ok(())
}
