//! Authority as types. A valid token gives a [`Session`]; the database turns it into a [`Viewer`], who may read, a
//! [`Member`], who may also write for themselves, or an [`Admin`], who may write for the workspace.

use std::{net::IpAddr, ops::Deref, time::Duration};

use chrono::TimeDelta;
use diesel::prelude::*;
use tokio::time::timeout;

use crate::{
    clock::Moment,
    crypto::{key_ring::KeyId, token::Claims},
    db::{Conn, Db, FirstLock, Lane, MultiBackend, dialect, types::Uuid},
    error::{Error, Result},
    idempotency::Sender,
    models::{
        event::{self, Event},
        known_network,
        role::Role,
        throttle,
    },
    person_name, prepared,
    schema::{known_networks, memberships, sessions, users},
};

/// A session ends this long after its last use.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// After the first, the use of a session or an API key is recorded at most this often.
pub const TOUCH_INTERVAL: TimeDelta = TimeDelta::hours(1);
/// A session ends when its recorded last use is this old: [`LIFETIME`] plus [`TOUCH_INTERVAL`], because the real last
/// use may be that much later than the recorded one.
pub const MAX_RECORDED_IDLE: TimeDelta = TimeDelta::hours(30 * 24 + 1);

/// An answer waits so long for the record of its session's use, because writes may wait for others for seconds.
const MAX_RECORDING_WAIT: Duration = Duration::from_millis(100);

pub const ENDED: &str = "Your session has ended. Please sign in again.";
pub const ONLY_ADMINS_MANAGE_WORKSPACE_ACCOUNTS: &str = "Only workspace admins can manage workspace accounts";

/// The row of a session with those of its person, if it has not ended, and of other tables that are joined.
macro_rules! session_rows {
    ($session:ident, $network:ident $(, $joined:expr)?) => {{
        use $crate::schema::{known_networks, memberships, sealing_keys, sessions, users};
        let valid_key = sealing_keys::table
            .find($session.key_id.as_str())
            .filter(sealing_keys::retired_at.is_null())
            .select(sealing_keys::id);
        sessions::table
            .inner_join(users::table.on(users::id.eq(sessions::user_id)))
            .inner_join(memberships::table.on(
                memberships::workspace_id.eq(users::workspace_id).and(memberships::user_id.eq(users::id)),
            ))
            .left_join(known_networks::table.on(
                known_networks::user_id.eq(users::id).and(known_networks::network.eq($network.as_str())),
            ))
            $(.left_join($joined))?
            .filter(sessions::uuid.eq($session.uuid))
            .filter(sessions::user_id.eq($session.user_id))
            .filter(sessions::last_used_at.gt($session.now - $crate::models::session::MAX_RECORDED_IDLE))
            .filter(diesel::dsl::exists(valid_key))
    }};
}
pub(super) use session_rows;

/// The contents of a valid token, with the time of the request. Only the database knows whether the session still
/// exists.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    pub user_id: i64,
    pub uuid: Uuid,
    /// The person's workspace when the token was made, if the token says so. They may have left it.
    pub workspace_id_in_token: Option<i64>,
    /// When the token was made, to the second.
    pub issued_at: Moment,
    /// The key that signed the token.
    pub key_id: KeyId,
    /// The address of the client that sent the token.
    pub client: IpAddr,
    pub now: Moment,
}

/// A signed-in person in their workspace, who may read what their role allows.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub session_id: i64,
    pub user_id: i64,
    pub workspace_id: i64,
    pub email: String,
    /// The full name, or else the address.
    pub name: String,
    pub role: Role,
    /// The id of the person in this workspace, in `/rest`.
    pub member_uuid: Uuid,
    pub signed_in_at: Moment,
    /// The recorded last use of the session.
    pub last_used_at: Moment,
    /// The network of the request.
    pub network: String,
    /// The person's last recorded use of this network.
    pub network_used_at: Option<Moment>,
    pub now: Moment,
}

/// A session in the list that its person sees.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OpenSession {
    pub id: i64,
    pub created_at: Moment,
    pub last_used_at: Moment,
    pub user_agent: Option<String>,
}

/// A viewer whose workspace is locked for this transaction, so that nothing changes between a check and a write.
#[derive(Debug, Clone)]
pub struct Member(Viewer);

/// A member who may act for the workspace.
#[derive(Debug, Clone)]
pub struct Admin(Member);

impl Session {
    pub fn from_claims(claims: &Claims, client: IpAddr, now: Moment) -> Self {
        Self {
            user_id: claims.user_id,
            uuid: Uuid(claims.sid),
            workspace_id_in_token: claims.workspace_id,
            issued_at: claims.issued_at,
            key_id: claims.key_id,
            client,
            now,
        }
    }

    /// The workspace that the token names, if the person is still there.
    pub fn first_lock(&self) -> Option<FirstLock> {
        let workspace_id = self.workspace_id_in_token?;
        let used_after = self.now - MAX_RECORDED_IDLE;
        Some(FirstLock::OfSession { workspace_id, user_id: self.user_id, session: self.uuid, used_after })
    }

    /// Loads the person, for whom the transaction acts from now on; 401 if the session has ended.
    pub fn viewer(&self, conn: &mut Conn) -> Result<Viewer> {
        let viewer = self.find(conn)?.ok_or(Error::Unauthenticated(ENDED))?;
        event::act_as_person(viewer.user_id, Some(viewer.name.clone()), self.now);
        Ok(viewer)
    }

    /// Loads the person for writing. Locks their workspace before it reads anything.
    pub fn member(&self, conn: &mut Conn) -> Result<Member> {
        let locked = dialect::lock_workspace_of_user(conn, self.user_id)?;
        let viewer = self.viewer(conn)?;
        if !locked.includes(viewer.workspace_id) {
            return Err(dialect::moved_error().into());
        }
        if viewer.is_use_due() {
            viewer.record_use(conn)?;
        }
        Ok(Member(viewer))
    }

    /// Loads the person for a move to another workspace. Locks both workspaces, in the order of their ids.
    pub fn member_with(&self, conn: &mut Conn, workspace_id: i64) -> Result<Member> {
        let current_workspace_id = self.viewer(conn)?.workspace_id;
        dialect::lock_workspaces(conn, vec![current_workspace_id, workspace_id])?;
        let viewer = self.viewer(conn)?;
        if viewer.workspace_id != current_workspace_id {
            return Err(dialect::moved_error().into());
        }
        if viewer.is_use_due() {
            viewer.record_use(conn)?;
        }
        Ok(Member(viewer))
    }

    /// Loads an admin, for writing on behalf of the workspace; 403 for other members.
    pub fn admin(&self, conn: &mut Conn) -> Result<Admin> {
        self.member(conn)?.admin(ONLY_ADMINS_MANAGE_WORKSPACE_ACCOUNTS)
    }

    /// `None` also if the key that signed the token is retired, which this process may not have noticed yet.
    fn find(&self, conn: &mut Conn) -> Result<Option<Viewer>> {
        let network = throttle::network(self.client);
        let rows = session_rows!(self, network);
        let row = prepared!(rows.select(ViewerRow::columns())).get_result(conn).optional()?;
        Ok(row.map(|row| self.to_viewer(row, network)))
    }

    pub(super) fn to_viewer(self, row: ViewerRow, network: String) -> Viewer {
        let ViewerRow {
            session_id,
            user_id,
            workspace_id,
            email,
            first_name,
            last_name,
            role,
            member_uuid,
            signed_in_at,
            last_used_at,
            network_used_at,
        } = row;
        Viewer {
            name: person_name::of(first_name.as_deref(), last_name.as_deref(), &email),
            session_id,
            user_id,
            workspace_id,
            email,
            role: Role::stored(role),
            member_uuid,
            signed_in_at,
            last_used_at,
            network,
            network_used_at,
            now: self.now,
        }
    }
}

/// What [`session_rows`] finds of a session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(super) struct ViewerRow {
    #[diesel(column_name = id)]
    session_id: i64,
    #[diesel(select_expression = users::id)]
    user_id: i64,
    #[diesel(select_expression = users::workspace_id)]
    workspace_id: i64,
    #[diesel(select_expression = users::email)]
    email: String,
    #[diesel(select_expression = users::first_name)]
    first_name: Option<String>,
    #[diesel(select_expression = users::last_name)]
    last_name: Option<String>,
    #[diesel(select_expression = memberships::role)]
    role: i32,
    #[diesel(select_expression = memberships::uuid)]
    member_uuid: Uuid,
    #[diesel(column_name = created_at)]
    signed_in_at: Moment,
    last_used_at: Moment,
    #[diesel(select_expression = known_networks::last_used_at.nullable())]
    network_used_at: Option<Moment>,
}

impl ViewerRow {
    pub(super) fn columns() -> <Self as Selectable<MultiBackend>>::SelectExpression {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }
}

/// Deletes at most `most` sessions that ended because they were not used, and returns their number.
pub fn delete_ended(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(sessions as old);
    let ids = old
        .filter(old.field(sessions::last_used_at).le(now - MAX_RECORDED_IDLE))
        .select(old.field(sessions::id))
        .limit(most);
    let ended = sessions::table
        .filter(sessions::id.eq_any(ids))
        .filter(sessions::last_used_at.le(now - MAX_RECORDED_IDLE));
    Ok(diesel::delete(ended).execute(conn)?)
}

/// Ends all sessions of a person.
pub fn end_all(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<usize> {
    let all = sessions::table.filter(sessions::user_id.eq(user_id));
    let ended: Vec<i64> = diesel::delete(all).returning(sessions::id).load(conn)?;
    record_ended(conn, workspace_id, user_id, &ended)?;
    Ok(ended.len())
}

pub(super) fn record_ended(conn: &mut Conn, workspace_id: i64, user_id: i64, ids: &[i64]) -> Result<()> {
    ids.iter().try_for_each(|id| Event::of_ended_session(workspace_id, *id, user_id).record(conn))
}

/// Records a use of a session or a key. The caller waits only for a moment; then the recording goes on alone. A failure is
/// only logged.
pub async fn record_use(
    db: &Db,
    workspace_id: i64,
    touch: impl Fn(&mut Conn) -> Result<()> + Send + 'static,
) {
    let db = db.in_lane(Lane::Workspace(workspace_id));
    let recording = tokio::spawn(async move {
        if let Err(error) = db.write_among_reads(1, touch).await {
            log::warn!("the use of a session or a key could not be recorded: {error}");
        }
    });
    _ = timeout(MAX_RECORDING_WAIT, recording).await;
}

impl Viewer {
    /// The owner of the request's `Idempotency-Key`.
    pub fn sender(&self) -> Sender {
        Sender::person(self.workspace_id, self.user_id, self.now)
    }

    pub fn is_admin(&self) -> bool {
        self.role.is_admin()
    }

    /// Whether another look has found the person in the same workspace and role.
    pub fn agrees_with(&self, other: &Self) -> bool {
        (self.workspace_id, self.role) == (other.workspace_id, other.role)
    }

    /// Whether this use has to be recorded: the first of the session, or one long after the last recorded one, of the
    /// session or of the network.
    pub fn is_use_due(&self) -> bool {
        let is_first = self.last_used_at == self.signed_in_at && self.now > self.signed_in_at;
        is_first || self.now - self.last_used_at >= TOUCH_INTERVAL || self.is_network_due()
    }

    fn is_network_due(&self) -> bool {
        self.network_used_at.is_none_or(|used_at| self.now - used_at >= known_network::RECORD_INTERVAL)
    }

    /// The viewer's open sessions, oldest first.
    pub fn sessions(&self, conn: &mut Conn) -> Result<Vec<OpenSession>> {
        let open = sessions::table
            .filter(sessions::user_id.eq(self.user_id))
            .filter(sessions::last_used_at.gt(self.now - MAX_RECORDED_IDLE))
            .order(sessions::id)
            .select((sessions::id, sessions::created_at, sessions::last_used_at, sessions::user_agent))
            .load(conn)?;
        Ok(open)
    }

    /// Ends one of the viewer's sessions; 404 for any other, and 401 if another request has just ended the viewer's own.
    pub fn end_session(&self, conn: &mut Conn, id: i64) -> Result<()> {
        let ended = diesel::delete(sessions::table.find(id).filter(sessions::user_id.eq(self.user_id)));
        match ended.execute(conn)? {
            0 if id == self.session_id => Err(Error::Unauthenticated(ENDED)),
            0 => Err(Error::NotFound),
            _ => Event::of_ended_session(self.workspace_id, id, self.user_id).record(conn),
        }
    }

    /// Records this use of the session, and of the network if that is due. Does nothing if the session has ended in the
    /// meantime: a network that was forgotten with it stays forgotten.
    pub fn record_use(&self, conn: &mut Conn) -> Result<()> {
        let used = prepared!(
            diesel::update(sessions::table.find(self.session_id)).set(sessions::last_used_at.eq(self.now))
        )
        .execute(conn)?;
        if used > 0 && self.is_network_due() {
            known_network::record(conn, self.user_id, &self.network, self.now)?;
        }
        Ok(())
    }
}

impl Member {
    /// The same person as an admin; for other members, 403 with the sentence `refusal`.
    pub fn admin(self, refusal: &'static str) -> Result<Admin> {
        if self.is_admin() { Ok(Admin(self)) } else { Err(Error::Forbidden(refusal)) }
    }
}

impl Deref for Member {
    type Target = Viewer;

    fn deref(&self) -> &Viewer {
        &self.0
    }
}

impl AsRef<Viewer> for Viewer {
    fn as_ref(&self) -> &Viewer {
        self
    }
}

impl AsRef<Viewer> for Member {
    fn as_ref(&self) -> &Viewer {
        &self.0
    }
}

impl Deref for Admin {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.0
    }
}

impl AsRef<Viewer> for Admin {
    fn as_ref(&self) -> &Viewer {
        self
    }
}
