//! Signing in: loads the stored password digest and begins a session.

use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, Steps, Two, dialect, together, types::Uuid},
    error::Result,
    models::{email::Email, known_network, role::Role, user::User, workspace::Workspace},
    prepared,
    schema::{memberships, sessions, users, workspaces},
};

#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct StoredPassword {
    pub user_id: i64,
    pub workspace_id: i64,
    email: String,
    pub password_digest: String,
}

type Columns = (users::id, users::workspace_id, users::email, users::password_digest);
const COLUMNS: Columns = (users::id, users::workspace_id, users::email, users::password_digest);

impl StoredPassword {
    /// Carries out the steps in the same round trip.
    pub fn find_by_email(conn: &mut Conn, email: &Email, steps: impl Steps) -> Result<Option<Self>> {
        let stored = users::table.filter(users::email.eq(email.as_str())).select(COLUMNS);
        Ok(together(conn, steps, prepared!(stored)).optional()?)
    }

    pub fn find(conn: &mut Conn, user_id: i64) -> Result<Self> {
        Ok(prepared!(users::table.find(user_id).select(COLUMNS)).get_result(conn)?)
    }

    /// Whether neither the password nor the address has changed since they were loaded.
    pub fn is_current(&self, conn: &mut Conn) -> Result<bool> {
        let same = users::table
            .find(self.user_id)
            .filter(users::email.eq(&self.email))
            .filter(users::password_digest.eq(&self.password_digest));
        Ok(prepared!(diesel::select(diesel::dsl::exists(same))).get_result(conn)?)
    }

    /// The person with their role and workspace; `None` if the password or the address has changed since they were
    /// loaded. Locks the workspace first.
    pub fn current_person(&self, conn: &mut Conn) -> Result<Option<(User, Role, Workspace)>> {
        let locked = dialect::lock_workspace_of_user(conn, self.user_id)?;
        let same = users::table
            .inner_join(memberships::table.on(
                memberships::workspace_id.eq(users::workspace_id).and(memberships::user_id.eq(users::id)),
            ))
            .inner_join(workspaces::table.on(workspaces::id.eq(users::workspace_id)))
            .filter(users::id.eq(self.user_id))
            .filter(users::email.eq(&self.email))
            .filter(users::password_digest.eq(&self.password_digest))
            .select((User::columns(), memberships::role, Workspace::columns()));
        let person: Option<(User, i32, Workspace)> = prepared!(same).get_result(conn).optional()?;
        let Some((user, role, workspace)) = person else { return Ok(None) };
        if !locked.includes(workspace.id) {
            return Err(dialect::moved_error().into());
        }
        Ok(Some((user, Role::stored(role), workspace)))
    }

    /// Replaces a digest made with older settings by a new digest of the same password. Does nothing if the password
    /// has changed in the meantime.
    pub fn replace_digest(&self, conn: &mut Conn, password_digest: &str) -> Result<()> {
        let same = users::table.find(self.user_id).filter(users::password_digest.eq(&self.password_digest));
        prepared!(diesel::update(same).set(users::password_digest.eq(password_digest))).execute(conn)?;
        Ok(())
    }
}

/// A person's open sessions. A further sign-in ends those that were not used for the longest time.
const MAX_SESSIONS: i64 = 100;
/// How many sessions one sign-in ends at most.
const MAX_ENDED: i64 = 1_000;

/// Begins a session and returns the id that its token contains. Records the network from which it begins.
pub fn begin_session(
    conn: &mut Conn,
    user_id: i64,
    user_agent: Option<&str>,
    network: Option<&str>,
    now: Moment,
) -> Result<Uuid> {
    let new = (
        sessions::uuid.eq(Uuid::random()),
        sessions::user_id.eq(user_id),
        sessions::user_agent.eq(user_agent),
        sessions::created_at.eq(now),
        sessions::last_used_at.eq(now),
    );
    let insert = diesel::insert_into(sessions::table).values(new).returning(sessions::uuid);
    let insert = prepared!(insert);
    let uuid = match network.map(|network| known_network::recording(conn, user_id, network, now)) {
        Some(recording) => together(conn, Two(recording, making_room(user_id)), insert),
        None => together(conn, making_room(user_id), insert),
    };
    Ok(uuid?)
}

/// The statement that makes room for one more session. Sessions that were used after their sign-in stay longer: a program
/// that signs in again and again ends its own.
fn making_room(user_id: i64) -> impl Steps {
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
    prepared!(diesel::delete(sessions::table.filter(sessions::id.eq_any(excess))))
}
