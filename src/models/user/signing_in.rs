//! Signing in: what the password is held against, and the session that follows.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    models::email::Email,
    schema::{sessions, users},
};

/// A person's id and the digest of their password.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Credentials {
    pub user_id: i64,
    pub password_digest: String,
}

impl Credentials {
    pub fn of(conn: &mut Conn, email: &Email) -> Result<Option<Self>> {
        let credentials = users::table
            .filter(users::email.eq(email.as_str()))
            .select((users::id, users::password_digest))
            .first(conn)
            .optional()?;
        Ok(credentials)
    }

    pub fn of_user(conn: &mut Conn, user_id: i64) -> Result<Self> {
        Ok(users::table.find(user_id).select((users::id, users::password_digest)).first(conn)?)
    }

    /// Whether the password is still the one that was checked.
    pub fn still_stand(&self, conn: &mut Conn) -> Result<bool> {
        let same = users::table.find(self.user_id).filter(users::password_digest.eq(&self.password_digest));
        Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
    }

    /// Puts a digest of the same password in place of this one, which was made with older parameters.
    pub fn renew(&self, conn: &mut Conn, password_digest: &str) -> Result<()> {
        let same = users::table.find(self.user_id).filter(users::password_digest.eq(&self.password_digest));
        diesel::update(same).set(users::password_digest.eq(password_digest)).execute(conn)?;
        Ok(())
    }
}

/// Begins a session and answers the id its token carries.
pub fn begin_session(conn: &mut Conn, user_id: i64, user_agent: Option<&str>, now: Moment) -> Result<Uuid> {
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
