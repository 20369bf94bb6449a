//! Registering: a new person, and a workspace of their own unless they were invited into another.

use diesel::prelude::*;

use super::{User, full_name};
use crate::{
    clock::Moment,
    db::{Conn, dialect, types::Uuid},
    error::{Error, Result},
    models::{email::Email, role::Role, workspace::Workspace},
    schema::users,
};

pub struct Registration {
    pub email: Email,
    pub password_digest: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

impl Registration {
    /// Registers the owner of a new workspace.
    pub fn with_workspace(
        &self,
        conn: &mut Conn,
        name: Option<&str>,
        now: Moment,
    ) -> Result<(User, Workspace)> {
        let name = name.map_or_else(|| self.workspace_name(), str::to_owned);
        let workspace = Workspace::create(conn, &name, now)?;
        let user = self.into_workspace(conn, workspace.id, Role::Owner, now)?;
        Ok((user, workspace))
    }

    /// Registers somebody into a workspace that exists.
    pub fn into_workspace(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        role: Role,
        now: Moment,
    ) -> Result<User> {
        let user: User = diesel::insert_into(users::table)
            .values((
                users::uuid.eq(Uuid::random()),
                users::workspace_id.eq(workspace_id),
                users::email.eq(self.email.as_str()),
                users::password_digest.eq(&self.password_digest),
                users::first_name.eq(&self.first_name),
                users::last_name.eq(&self.last_name),
                users::mode.eq("light"),
                users::created_at.eq(now),
                users::updated_at.eq(now),
            ))
            .returning(User::columns())
            .get_result(conn)
            .map_err(email_taken)?;
        super::enter(conn, user.id, workspace_id, role, now)?;
        Ok(user)
    }

    /// "First Last Workspace", else by the local part of the e-mail.
    fn workspace_name(&self) -> String {
        let name = full_name(self.first_name.as_deref(), self.last_name.as_deref());
        let name = if name.is_empty() { self.email.local_part().to_owned() } else { name };
        format!("{name} Workspace")
    }
}

/// The unique index has the last word on addresses.
pub fn email_taken(failure: diesel::result::Error) -> Error {
    if dialect::violated_unique(&failure).as_deref() == Some("users_email") {
        return Error::invalid("user.email", "taken", "Email has already been taken");
    }
    failure.into()
}
