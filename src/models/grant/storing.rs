//! Storing the outcome of a refresh. Each is a compare-and-set on the version and on the lease, so nothing overwrites what
//! a consent or another refresh has stored meanwhile. The workspace is locked first, then the network's breaker, the grant
//! and its accounts.

use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use super::{
    ACTOR, Reason, State, breaker,
    leasing::Lease,
    place,
    revoking::revoke,
    schedule::{Schedule, retry_at},
};
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, Variant, dialect},
    error::{Error, Result},
    models::{event, social_account::granted, vault::Vault},
    networks::consent::{Pair, verdict::Death},
    schema::grants,
};

const LEASED_MEANWHILE: &str = "the grant was leased by another process";

/// The outcome of a refresh.
#[derive(Clone)]
pub enum Outcome {
    Renewed(Pair),
    /// The network has refused the grant.
    Dead(Death),
    /// The network has refused the service's own app.
    Ours(String),
    /// The network has said nothing about the grant. It may be asked again at this time, if it says so.
    Wait(Option<Moment>),
}

/// What became of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Stored,
    /// The grant has other tokens or another lease, and stays as it is; or it is gone, and what came for it ends.
    Superseded,
    MovedTo(i64),
}

/// What changes with new tokens. `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = grants)]
struct Renewal {
    access_token: String,
    refresh_token: Option<String>,
    scopes: Option<String>,
    granted_at: Moment,
    expires_at: Option<Option<Moment>>,
    leased_until: Option<Option<Moment>>,
    sent_at: Option<Option<Moment>>,
    attempts: i32,
    next_attempt_at: Option<Option<Moment>>,
    state: &'static str,
    reason: Option<Option<String>>,
    last_checked_at: Moment,
}

/// What changes when only a new consent helps. `None` sets NULL.
#[derive(AsChangeset)]
#[diesel(table_name = grants, treat_none_as_null = true)]
pub(super) struct Refusal {
    state: &'static str,
    reason: Option<String>,
    expires_at: Option<Moment>,
    leased_until: Option<Moment>,
    sent_at: Option<Moment>,
    attempts: i32,
    next_attempt_at: Option<Moment>,
    last_checked_at: Option<Moment>,
}

impl Refusal {
    pub fn new(reason: Reason, now: Moment) -> Self {
        Self {
            state: State::NeedsReconnect.name(),
            reason: Some(reason.name().to_owned()),
            expires_at: None,
            leased_until: None,
            sent_at: None,
            attempts: 0,
            next_attempt_at: None,
            last_checked_at: Some(now),
        }
    }
}

/// What changes when a token has ended and the network gives no other one: it is no longer known to work.
#[derive(AsChangeset)]
#[diesel(table_name = grants)]
pub(super) struct Silence {
    state: &'static str,
    reason: &'static str,
}

impl Silence {
    pub fn at_end(schedule: &Schedule, now: Moment) -> Option<Self> {
        let (state, reason) = (State::Unknown.name(), Reason::NetworkUnavailable.name());
        schedule.has_ended(now).then_some(Self { state, reason })
    }
}

/// The grant while it still has the version and the lease of a refresh.
macro_rules! leased {
    ($lease:expr, $workspace_id:expr) => {
        grants::table
            .filter(grants::workspace_id.eq($workspace_id))
            .filter(grants::id.eq($lease.grant.id))
            .filter(grants::version.eq($lease.version))
            .filter(grants::leased_until.eq(Some($lease.until)))
    };
}

impl Lease {
    /// Stores an outcome in a grant of this workspace, or says why it has no place there.
    pub fn record(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        outcome: &Outcome,
        now: Moment,
    ) -> Result<Recorded> {
        dialect::lock_workspace(conn, workspace_id)?;
        let schedule: Option<Schedule> = leased!(self, workspace_id)
            .select(<Schedule as Selectable<MultiBackend>>::construct_selection())
            .first(conn)
            .optional()?;
        let Some(schedule) = schedule else {
            return self.record_elsewhere(conn, vault, workspace_id, outcome, now);
        };
        event::act_as_job(ACTOR, now);
        self.tell_breaker(conn, outcome, now)?;
        match outcome {
            Outcome::Renewed(pair) => self.renew(conn, vault, workspace_id, &schedule, pair, now)?,
            Outcome::Dead(death) => self.refuse(conn, vault, workspace_id, *death, now)?,
            Outcome::Ours(_) => self.release(conn, workspace_id, &schedule, None, now)?,
            Outcome::Wait(at) => self.release(conn, workspace_id, &schedule, *at, now)?,
        }
        Ok(Recorded::Stored)
    }

    /// Before the grant changes, because leasing locks the breaker first, too.
    fn tell_breaker(&self, conn: &mut Conn, outcome: &Outcome, now: Moment) -> Result<()> {
        match outcome {
            Outcome::Ours(reason) => breaker::open(conn, &self.provider, reason, self.is_probe, now),
            Outcome::Renewed(_) | Outcome::Dead(_) if self.is_probe => breaker::close(conn, &self.provider),
            Outcome::Renewed(_) | Outcome::Dead(_) | Outcome::Wait(_) => Ok(()),
        }
    }

    /// Says where the grant is now. It may have moved to another workspace with its last account.
    fn record_elsewhere(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        outcome: &Outcome,
        now: Moment,
    ) -> Result<Recorded> {
        let found: Option<i64> = grants::table
            .filter(grants::id.eq(self.grant.id))
            .select(grants::workspace_id)
            .first(conn)
            .optional()?;
        if let (None, Outcome::Renewed(pair)) = (found, outcome) {
            revoke(conn, vault, self.grant.workspace_id, &self.provider, Some(&self.key), pair, now)?;
        }
        Ok(match found {
            Some(id) if id != workspace_id => Recorded::MovedTo(id),
            _ => Recorded::Superseded,
        })
    }

    fn renew(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        schedule: &Schedule,
        pair: &Pair,
        now: Moment,
    ) -> Result<()> {
        let id = self.grant.id;
        let seal = |column, text: &str| {
            vault.ring().seal(&place(workspace_id, id, column), text).as_str().to_owned()
        };
        let refresh_token =
            pair.refresh_token.as_ref().map(|token| seal("refresh_token", token.expose_secret()));
        let scopes = (!pair.scopes.is_empty()).then(|| serde_json::to_string(&pair.scopes));
        let scopes = scopes.transpose().map_err(Error::ours)?;
        let renewed = schedule.renewed(pair.lifetime, now);
        let renewal = Renewal {
            access_token: seal("access_token", pair.access_token.expose_secret()),
            refresh_token,
            scopes: scopes.clone(),
            granted_at: now,
            expires_at: Some(renewed.expires_at),
            leased_until: Some(None),
            sent_at: Some(None),
            attempts: 0,
            next_attempt_at: Some(renewed.next_attempt_at),
            state: State::Ok.name(),
            reason: Some(None),
            last_checked_at: now,
        };
        let change = (renewal, grants::version.eq(self.version + 1));
        let renewed = Variant(diesel::update(leased!(self, workspace_id)).set(change)).execute(conn)?;
        expect_leased(renewed)?;
        granted::renew(conn, vault, workspace_id, id, &pair.access_token, scopes.as_deref(), now)
    }

    /// The tokens stay in the grant alone, to be revoked there if the network suspends only the account.
    fn refuse(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        death: Death,
        now: Moment,
    ) -> Result<()> {
        let refusal = Refusal::new(death.into(), now);
        let refused = Variant(diesel::update(leased!(self, workspace_id)).set(refusal)).execute(conn)?;
        expect_leased(refused)?;
        granted::fail(conn, vault, workspace_id, self.grant.id, now)
    }

    /// Leaves the tokens as they are.
    fn release(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        schedule: &Schedule,
        at: Option<Moment>,
        now: Moment,
    ) -> Result<()> {
        let retry_at = retry_at(self.attempts, now).max(at.unwrap_or(now));
        let change = (
            grants::leased_until.eq(None::<Moment>),
            grants::sent_at.eq(None::<Moment>),
            grants::next_attempt_at.eq(Some(retry_at)),
            Silence::at_end(schedule, now),
        );
        Variant(diesel::update(leased!(self, workspace_id)).set(change)).execute(conn)?;
        Ok(())
    }
}

/// The lease may have ended and been taken since the grant was looked up; then the transaction runs again.
fn expect_leased(changed: usize) -> Result<()> {
    if changed == 0 { Err(dialect::retry_error(LEASED_MEANWHILE).into()) } else { Ok(()) }
}
