//! Leasing: before the network is asked, the right to ask is stored for a minute, so that of all processes one asks. A
//! lease that has ended without an outcome says that an answer was lost.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

use super::{
    GrantId,
    breaker::{self, Passage},
    place,
    schedule::{Next, Purpose, Schedule, retry_at},
    state::State,
    storing::Silence,
};
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, Variant, among, types::Uuid},
    error::Result,
    models::vault::Vault,
    prepared,
    schema::grants,
};

pub const DURATION: TimeDelta = TimeDelta::seconds(60);

/// The right of this process to ask the network for new tokens.
#[derive(Debug, Clone)]
pub struct Lease {
    pub grant: GrantId,
    /// The stored name of the network.
    pub provider: String,
    /// Of the identity.
    pub(super) key: String,
    pub refresh_token: SecretString,
    pub until: Moment,
    /// Its outcome opens or closes the breaker of the network.
    pub(super) is_probe: bool,
    pub(super) version: i64,
    pub(super) attempts: i32,
}

/// What other processes see change when a grant was refreshed.
pub type Progress = (i64, Option<Moment>);

pub enum Step {
    Nothing,
    Wait(Progress),
    Ask(Lease),
}

/// A grant with what decides about a refresh.
#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct Stored {
    workspace_id: i64,
    id: Uuid,
    provider: String,
    key: String,
    version: i64,
    #[diesel(select_expression = grants::refresh_token.assume_not_null())]
    refresh_token: String,
    #[diesel(embed)]
    schedule: Schedule,
}

/// The row of a grant that nobody has changed or leased since it was read.
macro_rules! unleased {
    ($stored:expr, $now:expr) => {
        grants::table
            .filter(grants::workspace_id.eq($stored.workspace_id))
            .filter(grants::id.eq($stored.id))
            .filter(grants::version.eq($stored.version))
            .filter(grants::leased_until.is_null().or(grants::leased_until.assume_not_null().le($now)))
    };
}

/// Leases a grant on one of these networks if it is due. Locks only its row, and that of an open breaker before it.
pub fn begin(
    conn: &mut Conn,
    vault: &Vault,
    networks: &[&str],
    grant: GrantId,
    purpose: Purpose,
    now: Moment,
) -> Result<Step> {
    let Some(stored) = Stored::find(conn, networks, grant)? else { return Ok(Step::Nothing) };
    if matches!(purpose, Purpose::Rejected(version) if version != stored.version) {
        return Ok(Step::Nothing);
    }
    match stored.schedule.next(purpose, now) {
        Next::Nothing => Ok(Step::Nothing),
        Next::Wait => Ok(Step::Wait(stored.progress())),
        Next::PutOff(until) => stored.put_off(conn, until, None, now),
        Next::Ask => stored.lease(conn, vault, now),
    }
}

impl Stored {
    fn find(conn: &mut Conn, networks: &[&str], grant: GrantId) -> Result<Option<Self>> {
        let row = grants::table
            .find((grant.workspace_id, grant.id))
            .filter(among(grants::provider, networks))
            .filter(among(grants::state, State::REFRESHED))
            .filter(grants::refresh_token.is_not_null())
            .select(<Self as Selectable<MultiBackend>>::construct_selection());
        Ok(prepared!(row).get_result(conn).optional()?)
    }

    fn lease(self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<Step> {
        let attempts = self.schedule.attempts.saturating_add(1);
        let place = place(self.workspace_id, self.id, "refresh_token");
        let refresh_token = match vault.open(&place, &self.refresh_token) {
            Ok(token) => token,
            Err(error) => {
                log::warn!("the refresh token of a grant does not open: {error}");
                return self.put_off(conn, retry_at(attempts, now), None, now);
            }
        };
        let is_probe = match breaker::pass(conn, &self.provider, now)? {
            Passage::Free => false,
            Passage::Probe => true,
            Passage::Barred(until) => {
                return self.put_off(conn, until, Silence::at_end(&self.schedule, now), now);
            }
        };
        let until = now + DURATION;
        let change = (
            grants::leased_until.eq(Some(until)),
            grants::sent_at.eq(Some(now)),
            grants::attempts.eq(attempts),
            grants::next_attempt_at.eq(Some(until)),
        );
        if Variant(diesel::update(unleased!(self, now)).set(change)).execute(conn)? == 0 {
            return Ok(Step::Wait(self.progress()));
        }
        Ok(Step::Ask(Lease {
            grant: GrantId { workspace_id: self.workspace_id, id: self.id },
            provider: self.provider,
            key: self.key,
            refresh_token,
            until,
            is_probe,
            version: self.version,
            attempts,
        }))
    }

    /// `silence` is also stored.
    fn put_off(&self, conn: &mut Conn, until: Moment, silence: Option<Silence>, now: Moment) -> Result<Step> {
        let change =
            (grants::leased_until.eq(None::<Moment>), grants::next_attempt_at.eq(Some(until)), silence);
        Variant(diesel::update(unleased!(self, now)).set(change)).execute(conn)?;
        Ok(Step::Nothing)
    }

    fn progress(&self) -> Progress {
        (self.version, self.schedule.leased_until)
    }
}

/// The first grants on these networks for which a refresh in the background is due.
pub fn due(conn: &mut Conn, networks: &[&str], now: Moment, most: i64) -> Result<Vec<GrantId>> {
    let due: Vec<(i64, Uuid)> = grants::table
        .filter(grants::next_attempt_at.le(Some(now)))
        .filter(grants::leased_until.is_null().or(grants::leased_until.assume_not_null().le(now)))
        .filter(among(grants::state, State::REFRESHED))
        .filter(among(grants::provider, networks))
        .order(grants::next_attempt_at)
        .limit(most)
        .select((grants::workspace_id, grants::id))
        .load(conn)?;
    Ok(due.into_iter().map(|(workspace_id, id)| GrantId { workspace_id, id }).collect())
}

/// The current progress; `None` if the grant is gone.
pub fn progress(conn: &mut Conn, grant: GrantId) -> Result<Option<Progress>> {
    let row = grants::table.find((grant.workspace_id, grant.id));
    Ok(row.select((grants::version, grants::leased_until)).first(conn).optional()?)
}
