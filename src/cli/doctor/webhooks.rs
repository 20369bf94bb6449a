//! Says which hosts webhooks may reach besides public ones, and names the webhooks that are off.

use super::Finding;
use crate::{
    db::{Conn, inspection, types::Uuid},
    models::webhook::{OffReason, listing},
    settings::Settings,
};

const SUBJECT: &str = "webhooks";
/// More are only counted.
const MAX_NAMED: usize = 20;

pub fn of_settings(settings: &Settings) -> Finding {
    let open: Vec<String> =
        settings.webhook_hosts.iter().filter(|host| host.is_open()).map(ToString::to_string).collect();
    if open.is_empty() {
        return Finding::ok(SUBJECT, "they reach public addresses only");
    }
    let sentence =
        format!("the admins of every workspace can send requests to {}, at any address", open.join(", "));
    Finding::ok(SUBJECT, sentence)
}

pub fn of_database(conn: &mut Conn) -> anyhow::Result<Vec<Finding>> {
    if !inspection::tables(conn)?.iter().any(|table| table == "webhook_deliveries") {
        return Ok(Vec::new());
    }
    let off = listing::off(conn)?;
    let describe = |(workspace_id, id, reason): &(i64, Uuid, String)| {
        let reason = reason.parse().unwrap_or(OffReason::NotConfirmed).sentence();
        let sentence = format!(
            "{} in workspace {workspace_id} is off, because {reason}; an admin switches it on by a change",
            id.0
        );
        Finding::warn(SUBJECT, sentence)
    };
    let mut findings: Vec<Finding> = off.iter().take(MAX_NAMED).map(describe).collect();
    if let Some(more) = off.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        findings.push(Finding::warn(SUBJECT, format!("and {more} more are off")));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(SUBJECT, "none is off"));
    }
    Ok(findings)
}
