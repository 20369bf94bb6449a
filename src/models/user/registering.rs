//! Registers a person, either with a new workspace or into the workspace of an invite.

use diesel::prelude::*;

use super::{User, workspace_name};
use crate::{
    clock::Moment,
    db::{Conn, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        email::Email,
        event::{self, Verb},
        invite::Invite,
        membership::Membership,
        role::Role,
        workspace::Workspace,
    },
    person_name,
    schema::users,
};

/// A person to insert. The password is hashed already.
pub struct Registration {
    pub email: Email,
    /// Whether the address counts as confirmed.
    pub is_confirmed: bool,
    pub password_digest: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

impl Registration {
    /// Creates a workspace and registers its owner. Without `name`, the workspace is named after the person.
    pub fn with_workspace(
        &self,
        conn: &mut Conn,
        name: Option<&str>,
        now: Moment,
    ) -> Result<(User, Role, Workspace)> {
        let name = name.map_or_else(|| workspace_name(&self.full_name(), self.email.as_str()), str::to_owned);
        let workspace = Workspace::create(conn, &name, now)?;
        let user = self.insert(conn, workspace.id, Role::Owner, now)?;
        workspace.event(Verb::Created).record(conn)?;
        Ok((user, Role::Owner, workspace))
    }

    /// Registers a member of the invite's workspace, which must be locked.
    pub fn by_invite(
        &self,
        conn: &mut Conn,
        invite: &Invite,
        now: Moment,
    ) -> Result<(User, Role, Workspace)> {
        invite.expect_pending(now, "invite.token")?;
        invite.expect_addressee(self.email.as_str(), "user.email")?;
        let user = self.insert(conn, invite.workspace_id, Role::Member, now)?;
        invite.redeem(conn, user.id, now)?;
        Ok((user, Role::Member, Workspace::find(conn, invite.workspace_id)?))
    }

    fn full_name(&self) -> String {
        person_name::full(self.first_name.as_deref(), self.last_name.as_deref())
    }

    fn insert(&self, conn: &mut Conn, workspace_id: i64, role: Role, now: Moment) -> Result<User> {
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
                users::email_confirmed_at.eq(self.is_confirmed.then_some(now)),
            ))
            .returning(User::columns())
            .get_result(conn)
            .map_err(email_taken)?;
        event::act_as_person(user.id, Some(user.name()), now);
        let membership = Membership {
            workspace_id,
            user_id: user.id,
            uuid: Uuid::random(),
            role,
            email: user.email.clone(),
            name: user.name(),
        };
        membership.create(conn, now)?;
        Ok(user)
    }
}

/// Converts a violation of the unique index on addresses to 422. Other failures are converted as usual.
pub fn email_taken(failure: diesel::result::Error) -> Error {
    if dialect::violated_unique(&failure).as_deref() == Some("users_email") {
        return Error::invalid("user.email", "taken", "Email has already been taken");
    }
    failure.into()
}
