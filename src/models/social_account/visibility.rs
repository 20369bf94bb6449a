//! Which accounts a viewer may see, as queries and conditions: their own, and those of the workspace that are shared with
//! their teams, or all of the workspace for an admin.

use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::{Bool, Text},
};

use super::detailed::Query;
use crate::{
    db::{Conn, MultiBackend},
    error::Result,
    models::{event::object, session::Viewer},
    schema::{account_shares, events, social_accounts, team_memberships},
};

/// The shares of a workspace's accounts with teams of a person.
macro_rules! shares_to {
    ($workspace_id:expr, $user_id:expr) => {
        account_shares::table
            .inner_join(
                team_memberships::table.on(team_memberships::workspace_id
                    .eq(account_shares::workspace_id)
                    .and(team_memberships::team_id.eq(account_shares::team_id))),
            )
            .filter(account_shares::workspace_id.eq($workspace_id))
            .filter(team_memberships::user_id.eq($user_id))
    };
}
pub(super) use shares_to;

pub(super) fn workspace_accounts<'a>(viewer: &Viewer, provider: &'a str) -> Query<'a> {
    in_workspace(viewer)
        .filter(is_visible_for_workspace(viewer))
        .filter(social_accounts::provider.eq(provider))
}

pub(super) fn personal_accounts<'a>(viewer: &Viewer, provider: &'a str) -> Query<'a> {
    in_workspace(viewer)
        .filter(social_accounts::owner_id.eq(Some(viewer.user_id)))
        .filter(social_accounts::provider.eq(provider))
}

pub(super) fn in_workspace<'a>(viewer: &Viewer) -> Query<'a> {
    social_accounts::table.filter(social_accounts::workspace_id.eq(viewer.workspace_id)).into_boxed()
}

/// The condition for an event of an account that the viewer, who is no admin, sees.
pub(in crate::models) fn is_of_visible_account(
    viewer: &Viewer,
) -> Box<dyn BoxableExpression<events::table, MultiBackend, SqlType = Bool>> {
    let shared = shares_to!(viewer.workspace_id, viewer.user_id).select(account_shares::account_id);
    let is_own = social_accounts::owner_id.eq(Some(viewer.user_id)).assume_not_null();
    let is_shared = social_accounts::owner_id.is_null().and(social_accounts::id.eq_any(shared));
    let visible = social_accounts::table
        .filter(social_accounts::workspace_id.eq(viewer.workspace_id))
        .filter(is_own.or(is_shared))
        .select(sql::<Text>("CAST(social_accounts.uuid AS text)"));
    Box::new(events::object.eq(object::ACCOUNT).and(events::record_id.eq_any(visible)))
}

pub(super) fn all_networks(viewer: &Viewer) -> Query<'static> {
    let mine = social_accounts::owner_id.eq(Some(viewer.user_id)).assume_not_null();
    in_workspace(viewer).filter(mine.or(is_visible_for_workspace(viewer)))
}

/// The condition for a workspace account that the viewer may see: any for an admin, otherwise a shared one.
pub(super) fn is_visible_for_workspace<'a>(
    viewer: &Viewer,
) -> Box<dyn BoxableExpression<social_accounts::table, MultiBackend, SqlType = Bool> + 'a> {
    if viewer.is_admin() {
        return Box::new(social_accounts::owner_id.is_null());
    }
    let shared = shares_to!(viewer.workspace_id, viewer.user_id).select(account_shares::account_id);
    Box::new(social_accounts::owner_id.is_null().and(social_accounts::id.eq_any(shared)))
}

pub(super) fn is_shared_with(conn: &mut Conn, viewer: &Viewer, account_id: i64) -> Result<bool> {
    let shared =
        shares_to!(viewer.workspace_id, viewer.user_id).filter(account_shares::account_id.eq(account_id));
    Ok(diesel::select(exists(shared)).get_result(conn)?)
}
