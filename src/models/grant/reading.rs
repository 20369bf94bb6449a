//! Noting that the token of a grant was read, which decides whether it is refreshed in the background.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::schedule::Schedule;
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, types::Uuid},
    error::Result,
    prepared,
    schema::grants,
};

/// A reading is noted at most this often.
const INTERVAL: TimeDelta = TimeDelta::hours(1);

/// Whether a reading now is to be noted after the last one that was.
pub fn is_reading_due(last_read_at: Option<Moment>, now: Moment) -> bool {
    last_read_at.is_none_or(|at| at <= now - INTERVAL)
}

/// Notes it for each of these grants, and plans the next refresh. Leaves a grant that changes meanwhile as it is.
pub fn note_read(conn: &mut Conn, workspace_id: i64, ids: &[Uuid], now: Moment) -> Result<()> {
    // In one order everywhere, so that two transactions cannot wait for each other.
    let mut ids = ids.to_vec();
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup();
    for id in ids {
        let row = grants::table.find((workspace_id, id));
        let columns = (grants::version, <Schedule as Selectable<MultiBackend>>::construct_selection());
        let found: Option<(i64, Schedule)> = prepared!(row.select(columns)).get_result(conn).optional()?;
        let Some((version, schedule)) = found else { continue };
        let read = schedule.read(now);
        let unchanged = grants::table
            .filter(grants::workspace_id.eq(workspace_id))
            .filter(grants::id.eq(id))
            .filter(grants::version.eq(version))
            .filter(grants::attempts.eq(schedule.attempts));
        let change =
            (grants::last_read_at.eq(read.last_read_at), grants::next_attempt_at.eq(read.next_attempt_at));
        prepared!(diesel::update(unchanged).set(change)).execute(conn)?;
    }
    Ok(())
}
