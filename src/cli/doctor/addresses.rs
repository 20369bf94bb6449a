//! Names the people and the invites whose address is another spelling of an older one.

use super::Finding;
use crate::{
    db::{Conn, inspection},
    models::{
        email::written,
        installation::folding::{self, Row, Table, Unfolded},
    },
    spelling::invisible,
};

const SUBJECT: &str = "addresses";
/// More are only counted.
const MAX_NAMED: usize = 20;

/// Nothing for a database that waits for the next start: it folds them.
pub fn findings(conn: &mut Conn) -> anyhow::Result<Vec<Finding>> {
    if !inspection::applied_migrations(conn)?.iter().any(|version| version == folding::MIGRATION) {
        return Ok(Vec::new());
    }
    let (mut findings, mut more) = (Vec::new(), 0);
    for (table, describe) in [(Table::Users, describe_person as Describe), (Table::Invites, describe_invite)]
    {
        folding::each_unfolded(conn, table, |_, unfolded| {
            if findings.len() < MAX_NAMED {
                findings.push(Finding::warn(SUBJECT, describe(&unfolded)));
            } else {
                more += 1;
            }
            Ok(())
        })?;
    }
    if more > 0 {
        findings.push(Finding::warn(
            SUBJECT,
            format!("and {more} more like these; they are named when these are mended"),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(SUBJECT, "each is there in one spelling"));
    }
    Ok(findings)
}

type Describe = fn(&Unfolded) -> String;

fn describe_person(Unfolded { row, holder, folded }: &Unfolded) -> String {
    let Row { id, workspace_id, .. } = row;
    let email = invisible::escape(&row.email);
    match holder {
        Some(holder) => format!(
            "person {id} in workspace {workspace_id} cannot sign in: their address {email} is another spelling of {}, \
             with which person {} in workspace {} registered before. Ask person {id} for another address, then run \
             `roster change-address {id} NEW`",
            written(&holder.email),
            holder.id,
            holder.workspace_id
        ),
        None => format!(
            "person {id} in workspace {workspace_id} cannot sign in with their address {email}, which is free in its \
             one spelling; `roster change-address {id} {folded}` gives it to them"
        ),
    }
}

fn describe_invite(Unfolded { row, holder, folded }: &Unfolded) -> String {
    let Row { id, workspace_id, .. } = row;
    let email = invisible::escape(&row.email);
    match holder {
        Some(holder) => format!(
            "invite {id} into workspace {workspace_id} is to {email}, another spelling of {}, to which invite {} was \
             sent before. Both links work until they expire; revoke one of them in the pages, or leave them",
            written(&holder.email),
            holder.id
        ),
        None => format!(
            "invite {id} into workspace {workspace_id} is to {email}, a spelling that nobody can use; its link works \
             until it expires; invite {folded} instead, or leave it"
        ),
    }
}
