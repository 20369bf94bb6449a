//! A person with an e-mail address and a password, in exactly one workspace.

pub mod candidate;
pub mod registering;
pub mod signing_in;

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, types::Uuid},
    error::Result,
    models::role::Role,
    schema::{memberships, users},
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

/// Makes a user stand in a workspace: the row that names the workspace is written by the caller.
pub fn enter(conn: &mut Conn, user_id: i64, workspace_id: i64, role: Role, now: Moment) -> Result<()> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::workspace_id.eq(workspace_id),
            memberships::user_id.eq(user_id),
            memberships::uuid.eq(Uuid::random()),
            memberships::role.eq(role.id()),
            memberships::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
