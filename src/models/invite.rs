//! An invite lets one address join one workspace, and possibly some of its teams, once and within seven days.
//! A client with the token may see it. A wrong token and an unknown invite get the same answer, 404.

mod addressee;
pub mod inviting;
pub mod link;
pub mod listing;
pub mod offer;
pub mod redeeming;
mod token;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

pub(super) use self::addressee::{Addressee, load_addressees};
pub use self::inviting::IssuedInvite;
use crate::{
    clock::Moment,
    crypto::workspace_token::WorkspaceToken,
    db::{Conn, MultiBackend, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        event::{Event, Verb, object},
        job,
        session::Admin,
        vault::Vault,
    },
    prepared,
    schema::invites,
};

pub const LIFETIME: TimeDelta = TimeDelta::days(7);

/// How long an expired invite is kept, so that its link can say that it has expired.
const EXPIRED_RETENTION: TimeDelta = TimeDelta::days(30);

const EXPIRED: &str = "This invite has expired. Ask for a new one.";

/// An invite without its token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Invite {
    pub id: i64,
    pub uuid: Uuid,
    pub workspace_id: i64,
    pub email: String,
    pub sender_id: Option<i64>,
    pub created_at: Moment,
    pub expires_at: Moment,
    /// When the job that sends the letter with its link was given up.
    pub delivery_failed_at: Option<Moment>,
}

pub type Columns = <Invite as Selectable<MultiBackend>>::SelectExpression;

impl Invite {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Option<Self>> {
        let invite = invites::table
            .filter(invites::workspace_id.eq(workspace_id))
            .filter(invites::id.eq(id))
            .select(Self::columns())
            .first(conn)
            .optional()?;
        Ok(invite)
    }

    /// Loads the token, for the invite link; `None` if it does not open.
    pub fn token(&self, conn: &mut Conn, vault: &Vault) -> Result<Option<WorkspaceToken>> {
        let sealed: String = invites::table
            .filter(invites::workspace_id.eq(self.workspace_id))
            .filter(invites::id.eq(self.id))
            .select(invites::token)
            .first(conn)?;
        Ok(token::open(vault, self, &sealed))
    }

    /// Finds the invite with this token, expired or not; 404 for a wrong token. The token contains the workspace's id.
    pub fn find_by_token(conn: &mut Conn, vault: &Vault, id: i64, token: &SecretString) -> Result<Self> {
        let presented = WorkspaceToken::parse(token).ok_or(Error::NotFound)?;
        let (invite, sealed): (Self, String) = invites::table
            .filter(invites::workspace_id.eq(presented.workspace_id()))
            .filter(invites::id.eq(id))
            .select((Self::columns(), invites::token))
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)?;
        match token::open(vault, &invite, &sealed) {
            Some(stored) if presented.matches(&stored.digest()) => Ok(invite),
            _ => Err(Error::NotFound),
        }
    }

    /// The same as [`Self::find_by_token`], but locks the workspace before it reads anything.
    pub fn find_locked_by_token(
        conn: &mut Conn,
        vault: &Vault,
        id: i64,
        token: &SecretString,
    ) -> Result<Self> {
        let workspace_id = WorkspaceToken::parse(token).ok_or(Error::NotFound)?.workspace_id();
        dialect::lock_workspaces(conn, vec![workspace_id])?;
        Self::find_by_token(conn, vault, id, token)
    }

    /// 422 for an expired invite. `parameter` is the parameter with its token.
    pub fn expect_pending(&self, now: Moment, parameter: &str) -> Result<()> {
        if self.is_pending(now) { Ok(()) } else { Err(Error::invalid(parameter, "expired", EXPIRED)) }
    }

    pub fn is_pending(&self, now: Moment) -> bool {
        self.expires_at > now
    }

    /// V4's name for the state.
    pub fn state(&self, now: Moment) -> &'static str {
        if self.is_pending(now) { "pending" } else { "expired" }
    }

    pub(super) fn event(&self, verb: Verb) -> Event {
        Event::new(verb, object::INVITE, self.workspace_id, &self.id).label(&self.email)
    }

    /// Deletes the invite, which was redeemed, declined or revoked, and the job that sends its letter.
    pub fn withdraw(&self, conn: &mut Conn) -> Result<()> {
        job::delete_by_subject(conn, self.workspace_id, &job_subject(self.id))?;
        diesel::delete(
            invites::table
                .filter(invites::workspace_id.eq(self.workspace_id))
                .filter(invites::id.eq(self.id)),
        )
        .execute(conn)?;
        self.event(Verb::Deleted).record(conn)
    }
}

impl Admin {
    pub fn revoke_invite(&self, conn: &mut Conn, id: i64) -> Result<()> {
        Invite::find(conn, self.workspace_id, id)?.ok_or(Error::NotFound)?.withdraw(conn)
    }
}

pub fn job_subject(id: i64) -> String {
    format!("invite/{id}")
}

pub fn note_delivery_failed(conn: &mut Conn, workspace_id: i64, id: i64, now: Moment) -> Result<()> {
    let noted: Option<Invite> = prepared!(
        diesel::update(
            invites::table.filter(invites::workspace_id.eq(workspace_id)).filter(invites::id.eq(id))
        )
        .set(invites::delivery_failed_at.eq(Some(now)))
        .returning(Invite::columns())
    )
    .get_result(conn)
    .optional()?;
    noted.map_or(Ok(()), |invite| invite.event(Verb::Updated).fields(["deliveryFailedAt"]).record(conn))
}

/// Withdraws every invite to an address, in all workspaces.
pub fn withdraw_all(conn: &mut Conn, email: &str) -> Result<()> {
    let invites: Vec<Invite> =
        invites::table.filter(invites::email.eq(email)).select(Invite::columns()).load(conn)?;
    invites.into_iter().try_for_each(|invite| invite.withdraw(conn))
}

/// Withdraws the pending invites into a workspace, or only those that one person sent. Returns how many there were.
pub(super) fn withdraw_pending(
    conn: &mut Conn,
    workspace_id: i64,
    sender_id: Option<i64>,
    now: Moment,
) -> Result<usize> {
    let mut pending = invites::table
        .filter(invites::workspace_id.eq(workspace_id))
        .filter(invites::expires_at.gt(now))
        .select(Invite::columns())
        .into_boxed();
    if sender_id.is_some() {
        pending = pending.filter(invites::sender_id.eq(sender_id));
    }
    let pending: Vec<Invite> = pending.load(conn)?;
    pending.iter().try_for_each(|invite| invite.withdraw(conn))?;
    Ok(pending.len())
}

/// Deletes at most `most` invites that expired long ago, and returns their number. It locks their workspaces, because a
/// member may renew one at the same time.
pub fn delete_expired(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let expired = || invites::table.filter(invites::expires_at.le(now - EXPIRED_RETENTION));
    let found: Vec<(i64, i64)> =
        expired().select((invites::id, invites::workspace_id)).limit(most).load(conn)?;
    let (ids, workspace_ids): (Vec<i64>, Vec<i64>) = found.into_iter().unzip();
    dialect::lock_workspaces(conn, workspace_ids)?;
    Ok(diesel::delete(expired().filter(invites::id.eq_any(ids))).execute(conn)?)
}

/// Removes a person as sender of their invites, when they leave the workspace or are no admin any more. The invites stay.
pub fn clear_sender(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    prepared!(
        diesel::update(
            invites::table
                .filter(invites::workspace_id.eq(workspace_id))
                .filter(invites::sender_id.eq(Some(user_id))),
        )
        .set(invites::sender_id.eq(None::<i64>))
    )
    .execute(conn)?;
    Ok(())
}
