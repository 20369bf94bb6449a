//! Shares an account of the workspace with teams.

use std::collections::BTreeSet;

use diesel::{
    dsl::{exists, not},
    prelude::*,
};

use super::{Owner, SocialAccount, owned_account};
use crate::{
    db::{Conn, Two, among, together},
    error::{Error, Problem, Result},
    models::{
        event::{AccountChange, Event, Verb},
        session::Admin,
    },
    prepared,
    schema::{account_shares, social_accounts, teams},
};

const MAX_PROBLEMS: usize = 20;

/// Shares an account with exactly these teams, and changes its nickname if one is given. Returns the account and the
/// number of its teams; 404 if there is no such account, 422 if an id is no team of the workspace. `parameter` is the
/// parameter that listed the teams.
pub(super) fn share(
    conn: &mut Conn,
    admin: &Admin,
    provider: &str,
    id: i64,
    nickname: Option<&str>,
    team_ids: &[i64],
    parameter: &str,
) -> Result<(SocialAccount, i64)> {
    let workspace_id = admin.workspace_id;
    let account = || owned_account!(workspace_id, Owner::Workspace, provider, id);
    let wanted =
        || teams::table.filter(teams::workspace_id.eq(workspace_id)).filter(among(teams::id, team_ids));
    let shares = || {
        account_shares::table
            .filter(account_shares::workspace_id.eq(workspace_id))
            .filter(account_shares::account_id.eq(id))
    };
    let ended = shares().filter(not(among(account_shares::team_id, team_ids))).filter(exists(account()));
    let begun = wanted()
        .filter(exists(account()))
        .filter(not(exists(shares().filter(account_shares::team_id.eq(teams::id)))))
        .select((teams::workspace_id, id.into_sql::<diesel::sql_types::BigInt>(), teams::id));
    let columns = (account_shares::workspace_id, account_shares::account_id, account_shares::team_id);
    let steps = Two(
        prepared!(diesel::delete(ended)),
        prepared!(diesel::insert_into(account_shares::table).values(begun).into_columns(columns)),
    );
    let answer = (SocialAccount::columns(), wanted().count().single_value().assume_not_null());
    let answered = match nickname {
        None => together(conn, steps, prepared!(account().select(answer))),
        Some(nickname) => {
            let change = (social_accounts::nickname.eq(nickname), social_accounts::updated_at.eq(admin.now));
            together(conn, steps, prepared!(diesel::update(account()).set(change).returning(answer)))
        }
    };
    let (account, teams_count): (SocialAccount, i64) = answered.optional()?.ok_or(Error::NotFound)?;
    let distinct: BTreeSet<&i64> = team_ids.iter().collect();
    if i64::try_from(distinct.len()) != Ok(teams_count) {
        let known = prepared!(wanted().select(teams::id)).load(conn)?;
        return Err(unknown_teams(team_ids, &known, parameter));
    }
    let fields = nickname.map(|_| "nickname").into_iter().chain(["teams"]);
    Event::of_account(Verb::Updated, &account).change(AccountChange::Shared).fields(fields).record(conn)?;
    Ok((account, teams_count))
}

fn unknown_teams(team_ids: &[i64], known: &[i64], parameter: &str) -> Error {
    let unknown = team_ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let problem = |(index, id): (usize, &i64)| {
        let message = format!("Invalid parameter 'team_ids' value {id}: Must be a team of this workspace");
        Problem::new(format!("{parameter}[{index}]"), "invalid", message)
    };
    Error::Invalid(unknown.take(MAX_PROBLEMS).map(problem).collect())
}
