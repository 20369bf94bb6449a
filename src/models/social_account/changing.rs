//! Changing an account: its handle, its tokens, its nickname, and the teams it is shared with.

use diesel::prelude::*;
use secrecy::SecretString;

use super::{
    Change, Progress, Secret, SocialAccount,
    conflict::Holders,
    connecting::release_claim,
    identity::{Handle, Identity},
};
use crate::{
    clock::Moment,
    db::{Conn, dialect},
    error::{Error, Problem, Result},
    models::{actor::Actor, vault::Vault},
    schema::{account_shares, social_accounts, teams},
};

const HANDLE_TAKEN: &str =
    "The same holder has an account with this handle already. Disconnect one of the two first.";
const PROVIDER_FIXED: &str = "The provider of an account that is known by its id there cannot change. Disconnect it and connect the other.";

const MAX_TEAM_PROBLEMS: usize = 20;

impl SocialAccount {
    /// Writes a change. Takes a new claim before the row changes and releases the old claim after it.
    pub(super) fn change(&self, conn: &mut Conn, change: Change) -> Result<Self> {
        let workspace_id = change.workspace_id.unwrap_or(self.workspace_id);
        let provider = change.provider.unwrap_or(&self.provider);
        let key = change.key.unwrap_or(&self.key);
        let claim_changes = workspace_id != self.workspace_id || provider != self.provider || key != self.key;
        if claim_changes {
            dialect::insert_claim(conn, workspace_id, provider, key, &self.scope)?;
        }
        let changed = diesel::update(
            social_accounts::table
                .filter(social_accounts::workspace_id.eq(self.workspace_id))
                .filter(social_accounts::id.eq(self.id)),
        )
        .set(change)
        .returning(Self::columns())
        .get_result(conn)?;
        if claim_changes {
            release_claim(conn, self)?;
        }
        Ok(changed)
    }
}

/// New tokens and progress. `None` leaves a value as it is; of a token, `Some(None)` removes it.
#[derive(Default)]
pub struct Changes {
    pub access_token: Option<Option<SecretString>>,
    pub refresh_token: Option<Option<SecretString>>,
    pub progress: Progress,
}

impl Progress {
    /// A new access token clears an authentication failure, unless the request sets `auth_failed_at` itself.
    pub(super) fn after_token(mut self, is_new: bool) -> Self {
        if is_new && self.auth_failed_at.is_none() {
            self.auth_failed_at = Some(None);
        }
        self
    }
}

pub fn update(
    conn: &mut Conn,
    vault: &Vault,
    actor: Actor,
    account: &SocialAccount,
    changes: &Changes,
) -> Result<()> {
    let seal = |secret: Secret, text: &Option<Option<SecretString>>| {
        let seal = |text: &SecretString| secret.seal(vault, account.uuid, account.workspace_id, text);
        text.as_ref().map(|text| text.as_ref().map(seal))
    };
    let has_new_token = matches!(changes.access_token, Some(Some(_)));
    let change = Change {
        access_token: seal(Secret::AccessToken, &changes.access_token),
        refresh_token: seal(Secret::RefreshToken, &changes.refresh_token),
        progress: changes.progress.clone().after_token(has_new_token),
        updated_at: actor.now,
        ..Change::default()
    };
    account.change(conn, change).map(drop)
}

/// Changes the handle or the network of an account, and its claim if that is by handle. `entered` is the handle as
/// entered. An account with an external id cannot change its network.
pub fn rename(
    conn: &mut Conn,
    actor: Actor,
    account: &SocialAccount,
    provider: &str,
    handle: &Handle,
    entered: &str,
    parameter: &str,
) -> Result<SocialAccount> {
    let identity = Identity { handle: handle.as_str().to_owned(), ..account.identity() };
    if provider != account.provider && identity.digest.is_some() {
        return Err(Error::invalid("provider", "fixed", PROVIDER_FIXED));
    }
    if identity.handle != account.handle || provider != account.provider {
        Holders::find(conn, actor.workspace_id, provider, &identity)?.except(account).expect_free(
            conn,
            actor,
            account.owner(),
            parameter,
            HANDLE_TAKEN,
        )?;
    }
    // A screen name that equals the old handle changes with it.
    let screen_name = (account.screen_name == account.twitter_nickname).then_some(entered);
    let change = Change {
        provider: Some(provider),
        key: Some(&identity.key()),
        handle: Some(&identity.handle),
        screen_name,
        twitter_nickname: Some(entered),
        updated_at: actor.now,
        ..Change::default()
    };
    account.change(conn, change)
}

pub(super) fn change_nickname(
    conn: &mut Conn,
    account: SocialAccount,
    nickname: Option<&str>,
    now: Moment,
) -> Result<SocialAccount> {
    match nickname {
        None => Ok(account),
        Some(_) => account.change(conn, Change { nickname, updated_at: now, ..Change::default() }),
    }
}

/// Shares an account with exactly these teams; 422 if an id is no team of the workspace. `parameter` is the parameter
/// that listed them.
pub(super) fn share(
    conn: &mut Conn,
    account: &SocialAccount,
    team_ids: &[i64],
    parameter: &str,
) -> Result<()> {
    expect_teams(conn, account.workspace_id, team_ids, parameter)?;
    unshare(conn, account)?;
    let mut shared = Vec::new();
    for &team_id in team_ids {
        if !shared.contains(&team_id) {
            shared.push(team_id);
            diesel::insert_into(account_shares::table)
                .values((
                    account_shares::workspace_id.eq(account.workspace_id),
                    account_shares::account_id.eq(account.id),
                    account_shares::team_id.eq(team_id),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn expect_teams(conn: &mut Conn, workspace_id: i64, team_ids: &[i64], parameter: &str) -> Result<()> {
    let known: Vec<i64> = teams::table
        .filter(teams::workspace_id.eq(workspace_id))
        .filter(teams::id.eq_any(team_ids))
        .select(teams::id)
        .load(conn)?;
    let problems: Vec<Problem> = team_ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !known.contains(id))
        .take(MAX_TEAM_PROBLEMS)
        .map(|(index, id)| {
            let message =
                format!("Invalid parameter 'team_ids' value {id}: Must be a team of this workspace");
            Problem::new(format!("{parameter}[{index}]"), "invalid", message)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

pub(super) fn unshare(conn: &mut Conn, account: &SocialAccount) -> Result<()> {
    diesel::delete(
        account_shares::table
            .filter(account_shares::workspace_id.eq(account.workspace_id))
            .filter(account_shares::account_id.eq(account.id)),
    )
    .execute(conn)?;
    Ok(())
}

pub fn teams_count(conn: &mut Conn, account: &SocialAccount) -> Result<i64> {
    let count = account_shares::table
        .filter(account_shares::workspace_id.eq(account.workspace_id))
        .filter(account_shares::account_id.eq(account.id))
        .count()
        .get_result(conn)?;
    Ok(count)
}
