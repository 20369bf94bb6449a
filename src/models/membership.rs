//! Memberships: a person's role in a workspace, and how people join and leave.

pub mod erasing;
pub mod joining;
pub mod leaving;
pub mod roles;

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{
        event::{Event, Verb},
        role::Role,
        workspace::Workspace,
    },
    person_name,
    schema::{memberships, users},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub workspace_id: i64,
    pub user_id: i64,
    /// The id of the person in this workspace, in `/rest`.
    pub uuid: Uuid,
    pub role: Role,
    /// The person's address.
    pub email: String,
    /// The person's full name, or else their address.
    pub name: String,
}

/// A membership with the name of its person.
macro_rules! membership_rows {
    () => {
        memberships::table.inner_join(users::table.on(users::id.eq(memberships::user_id))).select((
            memberships::workspace_id,
            memberships::user_id,
            memberships::uuid,
            memberships::role,
            users::first_name,
            users::last_name,
            users::email,
        ))
    };
}

type Row = (i64, i64, Uuid, i32, Option<String>, Option<String>, String);

/// The user ids of the admins of a workspace, owners among them.
pub fn admins(conn: &mut Conn, workspace_id: i64) -> Result<Vec<i64>> {
    let admins = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::role.eq_any(Role::ADMINS.map(Role::id)))
        .order(memberships::user_id)
        .select(memberships::user_id)
        .load(conn)?;
    Ok(admins)
}

/// The address of an admin; `None` if the person is none any more.
pub fn admin_email(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<Option<String>> {
    let email = memberships::table
        .find((workspace_id, user_id))
        .filter(memberships::role.eq_any(Role::ADMINS.map(Role::id)))
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .select(users::email)
        .first(conn)
        .optional()?;
    Ok(email)
}

impl Membership {
    /// Finds a person in this workspace; 404 for a person of another workspace.
    pub fn find(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<Self> {
        let row: Option<Row> = membership_rows!()
            .filter(memberships::workspace_id.eq(workspace_id))
            .filter(memberships::user_id.eq(user_id))
            .get_result(conn)
            .optional()?;
        row.map(Self::from_row).ok_or(Error::NotFound)
    }

    /// Finds a person in the workspace where they are; 404 if there is no such person.
    pub fn find_current(conn: &mut Conn, user_id: i64) -> Result<Self> {
        let row: Option<Row> = membership_rows!()
            .filter(users::id.eq(user_id))
            .filter(memberships::workspace_id.eq(users::workspace_id))
            .get_result(conn)
            .optional()?;
        row.map(Self::from_row).ok_or(Error::NotFound)
    }

    fn from_row((workspace_id, user_id, uuid, role, first_name, last_name, email): Row) -> Self {
        let name = person_name::of(first_name.as_deref(), last_name.as_deref(), &email);
        Self { workspace_id, user_id, uuid, role: Role::stored(role), email, name }
    }

    /// The event of a change of this person.
    pub fn event(&self, verb: Verb) -> Event {
        Event::of_member(verb, self.workspace_id, self.uuid, self.user_id, &self.name)
    }

    /// Inserts a membership. The caller must also set the column `workspace_id` of the person.
    pub fn create(&self, conn: &mut Conn, now: Moment) -> Result<()> {
        diesel::insert_into(memberships::table)
            .values((
                memberships::workspace_id.eq(self.workspace_id),
                memberships::user_id.eq(self.user_id),
                memberships::uuid.eq(self.uuid),
                memberships::role.eq(self.role.id()),
                memberships::created_at.eq(now),
            ))
            .execute(conn)?;
        self.event(Verb::Created).record(conn)
    }

    /// Whether the workspace has no other people.
    pub fn is_alone(&self, conn: &mut Conn) -> Result<bool> {
        let others = memberships::table
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .filter(memberships::user_id.ne(self.user_id));
        Ok(!diesel::select(diesel::dsl::exists(others)).get_result::<bool>(conn)?)
    }

    /// Refuses to take the role from the last owner of a workspace.
    fn expect_another_owner(&self, conn: &mut Conn) -> Result<()> {
        let other_owners = memberships::table
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .filter(memberships::user_id.ne(self.user_id))
            .filter(memberships::role.eq(Role::Owner.id()));
        let another = diesel::select(diesel::dsl::exists(other_owners)).get_result::<bool>(conn)?;
        if self.role != Role::Owner || another {
            return Ok(());
        }
        let name = Workspace::find(conn, self.workspace_id)?.name;
        let sentence = format!("Make someone else an owner of \"{name}\" first.");
        Err(Error::invalid("workspace", "only_owner", sentence))
    }
}
