//! Sharing workspace accounts with teams, and the names accounts go by inside Roster.

use std::collections::HashMap;

use diesel::prelude::*;

use super::SocialAccount;
use crate::{
    db::Conn,
    error::{Error, Problem, Result},
    models::session::{Admin, Member, Viewer},
    schema::{account_shares, social_accounts, team_memberships, teams},
};

/// Sentences about one list; the caller has the idea by then.
const MOST_PROBLEMS: usize = 20;

impl Admin {
    /// Shares a workspace account with exactly these teams, and renames it where a nickname is given.
    /// An id that is no team of this workspace changes nothing; `named_by` is the parameter that listed them.
    pub fn share(
        &self,
        conn: &mut Conn,
        id: i64,
        nickname: Option<&str>,
        team_ids: &[i64],
        named_by: &str,
    ) -> Result<SocialAccount> {
        let account = self.workspace_account(conn, id)?;
        self.expect_teams(conn, team_ids, named_by)?;
        unshare(conn, &account)?;
        let mut shared = Vec::new();
        for &team_id in team_ids {
            if !shared.contains(&team_id) {
                shared.push(team_id);
                diesel::insert_into(account_shares::table)
                    .values((
                        account_shares::workspace_id.eq(self.workspace_id),
                        account_shares::account_id.eq(id),
                        account_shares::team_id.eq(team_id),
                    ))
                    .execute(conn)?;
            }
        }
        rename(conn, self, account, nickname)
    }

    fn expect_teams(&self, conn: &mut Conn, team_ids: &[i64], named_by: &str) -> Result<()> {
        let known: Vec<i64> = teams::table
            .filter(teams::workspace_id.eq(self.workspace_id))
            .filter(teams::id.eq_any(team_ids))
            .select(teams::id)
            .load(conn)?;
        let problems: Vec<Problem> = team_ids
            .iter()
            .enumerate()
            .filter(|(_, id)| !known.contains(id))
            .take(MOST_PROBLEMS)
            .map(|(index, id)| {
                let message =
                    format!("Invalid parameter 'team_ids' value {id}: Must be a team of this workspace");
                Problem::new(format!("{named_by}[{index}]"), "invalid", message)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }
}

impl Member {
    /// Renames an account of this person.
    pub fn rename_personal(&self, conn: &mut Conn, id: i64, nickname: Option<&str>) -> Result<SocialAccount> {
        let account = self.personal_account(conn, id)?;
        rename(conn, self, account, nickname)
    }
}

fn rename(
    conn: &mut Conn,
    member: &Member,
    account: SocialAccount,
    nickname: Option<&str>,
) -> Result<SocialAccount> {
    let Some(nickname) = nickname else { return Ok(account) };
    let renamed = diesel::update(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .set((social_accounts::nickname.eq(nickname), social_accounts::updated_at.eq(member.now)))
    .returning(SocialAccount::columns())
    .get_result(conn)?;
    Ok(renamed)
}

/// Ends all sharing of an account.
pub(super) fn unshare(conn: &mut Conn, account: &SocialAccount) -> Result<()> {
    diesel::delete(
        account_shares::table
            .filter(account_shares::workspace_id.eq(account.workspace_id))
            .filter(account_shares::account_id.eq(account.id)),
    )
    .execute(conn)?;
    Ok(())
}

/// Whether a team of this viewer shares the account.
pub(super) fn is_shared_with(conn: &mut Conn, viewer: &Viewer, account_id: i64) -> Result<bool> {
    let shared = account_shares::table
        .inner_join(
            team_memberships::table.on(team_memberships::workspace_id
                .eq(account_shares::workspace_id)
                .and(team_memberships::team_id.eq(account_shares::team_id))),
        )
        .filter(account_shares::workspace_id.eq(viewer.workspace_id))
        .filter(account_shares::account_id.eq(account_id))
        .filter(team_memberships::user_id.eq(viewer.user_id));
    Ok(diesel::select(diesel::dsl::exists(shared)).get_result(conn)?)
}

/// How many teams share an account.
pub fn teams_count(conn: &mut Conn, account: &SocialAccount) -> Result<i64> {
    let count = account_shares::table
        .filter(account_shares::workspace_id.eq(account.workspace_id))
        .filter(account_shares::account_id.eq(account.id))
        .count()
        .get_result(conn)?;
    Ok(count)
}

/// The teams (id, name) that share each of these accounts, by account id.
pub fn teams_of(
    conn: &mut Conn,
    workspace_id: i64,
    account_ids: &[i64],
) -> Result<HashMap<i64, Vec<(i64, String)>>> {
    let rows: Vec<(i64, i64, String)> = account_shares::table
        .inner_join(teams::table.on(
            teams::workspace_id.eq(account_shares::workspace_id).and(teams::id.eq(account_shares::team_id)),
        ))
        .filter(account_shares::workspace_id.eq(workspace_id))
        .filter(account_shares::account_id.eq_any(account_ids))
        .order(teams::id)
        .select((account_shares::account_id, teams::id, teams::name))
        .load(conn)?;
    let mut teams: HashMap<i64, Vec<(i64, String)>> = HashMap::new();
    for (account_id, id, name) in rows {
        teams.entry(account_id).or_default().push((id, name));
    }
    Ok(teams)
}
