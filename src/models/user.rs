//! A person with an e-mail address and a password, in exactly one workspace.

pub mod candidate;
pub mod profile;
pub mod registering;
pub mod resetting;
pub mod signing_in;

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, MultiBackend},
    error::Result,
    schema::users,
};

/// A person as everything but the password.
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

pub type Columns = <User as Selectable<MultiBackend>>::SelectExpression;

impl User {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn find(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(users::table.find(id).select(Self::columns()).first(conn)?)
    }

    /// Several by id; ids may repeat.
    pub fn many(conn: &mut Conn, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, Self>> {
        let ids: BTreeSet<i64> = ids.collect();
        let users: Vec<Self> =
            users::table.filter(users::id.eq_any(ids)).select(Self::columns()).load(conn)?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }

    pub fn full_name(&self) -> String {
        full_name(self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// What a workspace of their own is called.
    pub fn workspace_name(&self) -> String {
        workspace_name(&self.full_name(), &self.email)
    }
}

/// "First Last", or as much of it as there is.
pub fn full_name(first_name: Option<&str>, last_name: Option<&str>) -> String {
    [first_name, last_name]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// "First Last Workspace", else by the local part of the e-mail.
fn workspace_name(full_name: &str, email: &str) -> String {
    let local_part = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let name = if full_name.is_empty() { local_part } else { full_name };
    format!("{name} Workspace")
}

/// Replaces a password; a reset link that is out is void.
fn set_password(conn: &mut Conn, user_id: i64, password_digest: &str, now: Moment) -> Result<()> {
    diesel::update(users::table.find(user_id))
        .set((
            users::password_digest.eq(password_digest),
            users::reset_digest.eq(None::<String>),
            users::reset_expires_at.eq(None::<Moment>),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
