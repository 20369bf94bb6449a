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

type Row = (String, String, i64, Option<String>, Schedule);

/// The rows of a grant that nobody has changed or leased since it was read.
macro_rules! unleased {
    ($grant:expr, $version:expr, $now:expr) => {
        grants::table
            .filter(grants::workspace_id.eq($grant.workspace_id))
            .filter(grants::id.eq($grant.id))
            .filter(grants::version.eq($version))
            .filter(grants::leased_until.is_null().or(grants::leased_until.assume_not_null().le($now)))
    };
}

/// Leases a grant on one of these networks if it is due. Locks only its row.
pub fn begin(
    conn: &mut Conn,
    vault: &Vault,
    networks: &[&str],
    grant: GrantId,
    purpose: Purpose,
    now: Moment,
) -> Result<Step> {
    let row = grants::table
        .find((grant.workspace_id, grant.id))
        .filter(among(grants::provider, networks))
        .filter(among(grants::state, State::REFRESHED))
        .select((
            grants::provider,
            grants::key,
            grants::version,
            grants::refresh_token,
            <Schedule as Selectable<MultiBackend>>::construct_selection(),
        ));
    let row: Option<Row> = prepared!(row).get_result(conn).optional()?;
    let Some((provider, key, version, Some(sealed), schedule)) = row else { return Ok(Step::Nothing) };
    if matches!(purpose, Purpose::Rejected(rejected) if rejected != version) {
        return Ok(Step::Nothing);
    }
    match schedule.next(purpose, now) {
        Next::Nothing => return Ok(Step::Nothing),
        Next::Wait => return Ok(Step::Wait((version, schedule.leased_until))),
        Next::PutOff(until) => {
            put_off(conn, grant, version, until, None, now)?;
            return Ok(Step::Nothing);
        }
        Next::Ask => {}
    }
    let attempts = schedule.attempts.saturating_add(1);
    let refresh_token = match vault.open(&place(grant.workspace_id, grant.id, "refresh_token"), &sealed) {
        Ok(token) => token,
        Err(error) => {
            log::warn!("the refresh token of a grant does not open: {error}");
            put_off(conn, grant, version, retry_at(attempts, now), None, now)?;
            return Ok(Step::Nothing);
        }
    };
    let is_probe = match breaker::pass(conn, &provider, now)? {
        Passage::Free => false,
        Passage::Probe => true,
        Passage::Barred(until) => {
            put_off(conn, grant, version, until, Silence::at_end(&schedule, now), now)?;
            return Ok(Step::Nothing);
        }
    };
    let until = now + DURATION;
    let lease = (
        grants::leased_until.eq(Some(until)),
        grants::sent_at.eq(Some(now)),
        grants::attempts.eq(attempts),
        grants::next_attempt_at.eq(Some(until)),
    );
    match Variant(diesel::update(unleased!(grant, version, now)).set(lease)).execute(conn)? {
        0 => Ok(Step::Wait((version, schedule.leased_until))),
        _ => Ok(Step::Ask(Lease { grant, provider, key, refresh_token, until, is_probe, version, attempts })),
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

/// `silence` is also stored.
fn put_off(
    conn: &mut Conn,
    grant: GrantId,
    version: i64,
    until: Moment,
    silence: Option<Silence>,
    now: Moment,
) -> Result<()> {
    let change = (grants::leased_until.eq(None::<Moment>), grants::next_attempt_at.eq(Some(until)), silence);
    Variant(diesel::update(unleased!(grant, version, now)).set(change)).execute(conn)?;
    Ok(())
}
