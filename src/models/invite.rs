//! An invite: for one address, into one workspace and perhaps some of its teams, for seven days, once.
//! Whoever holds its token may see it; a wrong token and no such invite are one answer.

mod addressee;
pub mod inviting;
pub mod link;
pub mod listing;
pub mod offer;
pub mod redeeming;
pub mod token;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

pub(super) use self::addressee::{Addressee, load_addressees};
pub use self::inviting::IssuedInvite;
use self::token::InviteToken;
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, dialect, types::Uuid},
    error::{Error, Result},
    models::{job, session::Admin, vault::Vault},
    schema::invites,
};

pub const LIFETIME: TimeDelta = TimeDelta::days(7);

/// How long an invite is still known after its time is over, so that its link says what became of it.
const EXPIRED_RETENTION: TimeDelta = TimeDelta::days(30);

const EXPIRED: &str = "This invite has expired. Ask for a new one.";

/// An invite as everything but its token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Invite {
    pub id: i64,
    pub uuid: Uuid,
    pub workspace_id: i64,
    pub email: String,
    pub sender_id: Option<i64>,
    pub created_at: Moment,
    pub expires_at: Moment,
    /// When the letter with its link was given up.
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

    /// The token that opens it, for its link.
    pub fn token(&self, conn: &mut Conn, vault: &Vault) -> Result<InviteToken> {
        let sealed: String = invites::table
            .filter(invites::workspace_id.eq(self.workspace_id))
            .filter(invites::id.eq(self.id))
            .select(invites::token)
            .first(conn)?;
        InviteToken::open(vault, self, &sealed)
    }

    /// The invite this token opens, expired or not. The token says which workspace to look in.
    pub fn presented(conn: &mut Conn, vault: &Vault, id: i64, token: &SecretString) -> Result<Self> {
        let token = InviteToken::parse(token).ok_or(Error::NotFound)?;
        let (invite, sealed): (Self, String) = invites::table
            .filter(invites::workspace_id.eq(token.workspace_id()))
            .filter(invites::id.eq(id))
            .select((Self::columns(), invites::token))
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)?;
        if token.is(&InviteToken::open(vault, &invite, &sealed)?) { Ok(invite) } else { Err(Error::NotFound) }
    }

    /// The same, with its workspace locked before anything is read.
    pub fn locked(conn: &mut Conn, vault: &Vault, id: i64, token: &SecretString) -> Result<Self> {
        let workspace_id = InviteToken::parse(token).ok_or(Error::NotFound)?.workspace_id();
        dialect::lock_workspaces(conn, vec![workspace_id])?;
        Self::presented(conn, vault, id, token)
    }

    /// Refuses an invite whose time is over; `named_by` is the parameter that brought its token.
    pub fn expect_pending(&self, now: Moment, named_by: &str) -> Result<()> {
        if self.is_pending(now) { Ok(()) } else { Err(Error::invalid(named_by, "expired", EXPIRED)) }
    }

    pub fn is_pending(&self, now: Moment) -> bool {
        self.expires_at > now
    }

    /// As V4 calls it.
    pub fn state(&self, now: Moment) -> &'static str {
        if self.is_pending(now) { "pending" } else { "expired" }
    }

    /// Makes an end of it: redeemed, declined or revoked, its token opens nothing any more, and no letter carries it.
    pub fn withdraw(&self, conn: &mut Conn) -> Result<()> {
        job::delete_by_subject(conn, self.workspace_id, &job_subject(self.id))?;
        diesel::delete(
            invites::table
                .filter(invites::workspace_id.eq(self.workspace_id))
                .filter(invites::id.eq(self.id)),
        )
        .execute(conn)?;
        Ok(())
    }
}

impl Admin {
    pub fn revoke_invite(&self, conn: &mut Conn, id: i64) -> Result<()> {
        Invite::find(conn, self.workspace_id, id)?.ok_or(Error::NotFound)?.withdraw(conn)
    }
}

/// What a job that has to do with an invite is about.
pub fn job_subject(id: i64) -> String {
    format!("invite/{id}")
}

/// Notes that the letter with its link could not be delivered.
pub fn note_delivery_failed(conn: &mut Conn, workspace_id: i64, id: i64, now: Moment) -> Result<()> {
    diesel::update(invites::table.filter(invites::workspace_id.eq(workspace_id)).filter(invites::id.eq(id)))
        .set(invites::delivery_failed_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Withdraws every invite to an address, into whichever workspace.
pub fn withdraw_all(conn: &mut Conn, email: &str) -> Result<()> {
    let invites: Vec<Invite> =
        invites::table.filter(invites::email.eq(email)).select(Invite::columns()).load(conn)?;
    invites.into_iter().try_for_each(|invite| invite.withdraw(conn))
}

/// Forgets the invites whose time was over long ago, under the locks of those who may renew one.
pub fn delete_expired(conn: &mut Conn, now: Moment) -> Result<()> {
    let expired = || invites::table.filter(invites::expires_at.le(now - EXPIRED_RETENTION));
    let workspace_ids = expired().select(invites::workspace_id).distinct().load(conn)?;
    dialect::lock_workspaces(conn, workspace_ids)?;
    diesel::delete(expired()).execute(conn)?;
    Ok(())
}

/// The invites of somebody who goes stay, and no longer say who sent them.
pub fn clear_sender(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    diesel::update(
        invites::table
            .filter(invites::workspace_id.eq(workspace_id))
            .filter(invites::sender_id.eq(Some(user_id))),
    )
    .set(invites::sender_id.eq(None::<i64>))
    .execute(conn)?;
    Ok(())
}
