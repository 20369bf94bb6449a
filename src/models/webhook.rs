//! Webhooks: addresses that are called when records change. Their rows are records of `/rest`; here is what decides when
//! they are called, and their deliveries. `records/deliveries.rs` writes deliveries, `jobs/deliveries.rs` sends them.

pub mod address;
pub mod body;
pub mod delivery;
pub mod lease;
pub mod listing;
pub mod outcome;
pub mod schedule;
pub mod signing;

use diesel::prelude::*;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::{
    clock::Moment,
    crypto::seal::{OpenError, Place},
    db::{Conn, types::Uuid},
    error::Result,
    models::vault::Vault,
    prepared,
    schema::{webhooks, workspaces},
};

/// The singular name of the object.
pub const OBJECT: &str = "webhook";

/// Why a webhook is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum OffReason {
    /// An earlier version stored it, which called no webhooks.
    NotConfirmed,
    /// The receiver answered 410.
    Gone,
    /// For three days, every attempt has failed.
    NothingDelivered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    On,
    FailingSince(Moment),
    OffBecause(OffReason),
}

impl OffReason {
    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotConfirmed => {
                "it was stored before webhooks were called, and nobody has said that it should be called"
            }
            Self::Gone => "the receiver answered 410: it wants no more deliveries",
            Self::NothingDelivered => "nothing could be delivered for three days",
        }
    }
}

impl State {
    pub fn new(off_because: Option<&str>, failing_since: Option<Moment>) -> Self {
        match (off_because.map(str::parse), failing_since) {
            (Some(reason), _) => Self::OffBecause(reason.unwrap_or(OffReason::NotConfirmed)),
            (None, Some(since)) => Self::FailingSince(since),
            (None, None) => Self::On,
        }
    }
}

/// The target of a webhook that is off, and the name of its workspace.
pub fn find_off(conn: &mut Conn, workspace_id: i64, id: Uuid) -> Result<Option<(String, String)>> {
    let found = webhooks::table
        .find((workspace_id, id))
        .filter(webhooks::off_because.is_not_null())
        .inner_join(workspaces::table.on(workspaces::id.eq(webhooks::workspace_id)))
        .select((webhooks::target_url, workspaces::name))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Opens the secret of a webhook; `None` if it has none.
fn open_secret(
    vault: &Vault,
    workspace_id: i64,
    id: Uuid,
    sealed: Option<&str>,
) -> Result<Option<SecretString>, OpenError> {
    let place = Place { table: "webhooks", column: "secret", row: id.0, workspace: workspace_id };
    sealed.map(|sealed| vault.open(&place, sealed)).transpose()
}

/// Switches a webhook on: it is called for what happens from now on. What waited is listed, and can be sent again.
pub fn switch_on(conn: &mut Conn, workspace_id: i64, id: Uuid) -> Result<()> {
    end_pause(conn, workspace_id, id)?;
    let off = webhooks::table.find((workspace_id, id)).filter(webhooks::off_because.is_not_null());
    let switched = diesel::update(off)
        .set((webhooks::off_because.eq(None::<&str>), webhooks::failing_since.eq(None::<Moment>)))
        .execute(conn)?;
    if switched > 0 { delivery::settle_waiting(conn, workspace_id, id) } else { Ok(()) }
}

/// Ends the pause of a webhook, because a person waits for what is sent.
fn end_pause(conn: &mut Conn, workspace_id: i64, id: Uuid) -> Result<()> {
    let paused = webhooks::table.find((workspace_id, id)).filter(webhooks::paused_until.is_not_null());
    prepared!(diesel::update(paused).set(webhooks::paused_until.eq(None::<Moment>))).execute(conn)?;
    Ok(())
}

/// Switches a webhook off. Returns whether it was on.
pub fn switch_off(conn: &mut Conn, workspace_id: i64, id: Uuid, reason: OffReason) -> Result<bool> {
    let on = webhooks::table.find((workspace_id, id)).filter(webhooks::off_because.is_null());
    let reason: &str = reason.into();
    let switched = diesel::update(on).set(webhooks::off_because.eq(Some(reason))).execute(conn)?;
    if switched > 0 {
        delivery::settle_waiting(conn, workspace_id, id)?;
    }
    Ok(switched > 0)
}
