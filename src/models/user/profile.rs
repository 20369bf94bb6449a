//! What a person tells about themselves, and changing it.

use diesel::prelude::*;

use super::{User, registering::email_taken};
use crate::{
    db::Conn,
    error::Result,
    models::{email::Email, session::Member},
    schema::{sessions, users},
};

/// A change of some of it; what is absent stays, and `Some(None)` takes it away.
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

/// How pages are shown to a person.
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

impl Member {
    pub fn change_profile(&self, conn: &mut Conn, change: &ProfileChange) -> Result<User> {
        let user = diesel::update(users::table.find(self.user_id))
            .set((change, users::updated_at.eq(self.now)))
            .returning(User::columns())
            .get_result(conn)?;
        Ok(user)
    }

    pub fn change_email(&self, conn: &mut Conn, email: &Email) -> Result<()> {
        diesel::update(users::table.find(self.user_id))
            .set(users::email.eq(email.as_str()))
            .execute(conn)
            .map_err(email_taken)?;
        Ok(())
    }

    /// Ends every session but the one it is changed from.
    pub fn change_password(&self, conn: &mut Conn, password_digest: &str) -> Result<()> {
        super::set_password(conn, self.user_id, password_digest, self.now)?;
        diesel::delete(
            sessions::table
                .filter(sessions::user_id.eq(self.user_id))
                .filter(sessions::id.ne(self.session_id)),
        )
        .execute(conn)?;
        Ok(())
    }
}
