//! A conflict, told to who asked.

use diesel::prelude::*;

use super::{
    asker::Asker,
    conflict::{Conflict, Refusal},
    sharing,
};
use crate::{
    db::Conn,
    error::Result,
    models::role::Role,
    schema::{memberships, social_accounts, users},
};

/// Words the conflict for this caller, who learns of no account they may not see.
pub(super) fn refusal(conn: &mut Conn, asker: Asker, conflict: Conflict) -> Result<Refusal> {
    Ok(match (conflict, asker.mere_member()) {
        (Conflict::HeldByYou { account_id }, _) => Refusal::InYourAccount { account_id },
        (Conflict::HeldByMembers { emails }, _) => Refusal::WithMembers { emails },
        (Conflict::HeldByWorkspace { account_id }, None) => Refusal::InWorkspaceForAdmin { account_id },
        (Conflict::HeldByWorkspace { account_id }, Some(member)) => Refusal::InWorkspaceForMember {
            ask: whom_to_ask(conn, member.workspace_id, account_id)?,
            account_id: sharing::is_shared_with(conn, member, account_id)?.then_some(account_id),
        },
    })
}

/// Whoever connected it, if still an admin, else the longest-standing owner.
fn whom_to_ask(conn: &mut Conn, workspace_id: i64, account_id: i64) -> Result<String> {
    let connected_by_them = social_accounts::workspace_id
        .eq(memberships::workspace_id)
        .and(social_accounts::id.eq(account_id))
        .and(social_accounts::connected_by.eq(memberships::user_id.nullable()));
    let admins: Vec<(Option<i64>, i32, String)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .left_join(social_accounts::table.on(connected_by_them))
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::role.ne(Role::Member.id()))
        .order((memberships::created_at, memberships::user_id))
        .select((social_accounts::id.nullable(), memberships::role, users::email))
        .load(conn)?;
    let asked = admins
        .iter()
        .find(|(connected, ..)| connected.is_some())
        .or_else(|| admins.iter().find(|(_, role, _)| *role == Role::Owner.id()));
    Ok(asked.map(|(.., email)| email.clone()).unwrap_or_default())
}
