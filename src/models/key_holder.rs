//! The running processes and their keys. Each reports here, so that a new key is used only when every process has it.
//! Times are the database's, because the machines' clocks may differ.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{Conn, inspection, types::Uuid},
    schema::key_holders,
};

/// A process without a report for so long has ended, or was stopped; then it looks for new keys as soon as it continues.
pub const LIVE: TimeDelta = TimeDelta::seconds(60);
/// A process that was stopped and continues might seal with its former key within this time.
pub const MAY_SEAL: TimeDelta = TimeDelta::minutes(10);
const RETENTION: TimeDelta = TimeDelta::days(1);

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct KeyHolder {
    /// Machine and process, for the operator.
    pub name: String,
    held: String,
    sealing: String,
    pub seen_at: Moment,
}

/// What a process reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The keys that everything in the process can open with.
    pub held: BTreeSet<String>,
    /// The keys that anything in the process may seal with.
    pub sealing: BTreeSet<String>,
}

impl KeyHolder {
    pub fn holds(&self, key_id: &str) -> bool {
        self.held.split(' ').any(|id| id == key_id)
    }

    pub fn seals_only_with(&self, key_id: &str) -> bool {
        self.sealing == key_id
    }

    pub fn seals_with(&self, key_id: &str) -> bool {
        self.sealing.split(' ').any(|id| id == key_id)
    }
}

/// The processes that have reported within a time.
pub fn seen_within(conn: &mut Conn, time: TimeDelta) -> QueryResult<Vec<KeyHolder>> {
    let now = inspection::now(conn)?;
    key_holders::table
        .filter(key_holders::seen_at.gt(now - time))
        .order((key_holders::name, key_holders::id))
        .select((key_holders::name, key_holders::held, key_holders::sealing, key_holders::seen_at))
        .load(conn)
}

/// Records a report of the process with this id.
pub fn record(conn: &mut Conn, id: Uuid, name: &str, report: &Report) -> QueryResult<()> {
    let now = inspection::now(conn)?;
    remove(conn, id)?;
    diesel::delete(key_holders::table.filter(key_holders::seen_at.lt(now - RETENTION))).execute(conn)?;
    let join = |ids: &BTreeSet<String>| ids.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    diesel::insert_into(key_holders::table)
        .values((
            key_holders::id.eq(id),
            key_holders::name.eq(name),
            key_holders::held.eq(join(&report.held)),
            key_holders::sealing.eq(join(&report.sealing)),
            key_holders::seen_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes a process that ends.
pub fn remove(conn: &mut Conn, id: Uuid) -> QueryResult<()> {
    diesel::delete(key_holders::table.find(id)).execute(conn)?;
    Ok(())
}
