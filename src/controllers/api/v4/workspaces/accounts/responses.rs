//! A workspace's Twitter account in JSON: as created, as listed, as updated.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{self, Moment},
    controllers::api::v4::{meta::Meta, person::Person, team_summary::TeamName},
    db::Conn,
    error::Result,
    models::{
        page::Listed,
        session::Viewer,
        social_account::{SocialAccount, changing},
        user::User,
    },
};

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceTwitterAccount {
    #[schema(example = true)]
    success: bool,
    twitter_account: TwitterAccount,
}

/// An account as its workspace sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TwitterAccount {
    id: i64,
    /// The display name.
    #[schema(example = "Falcons Athletics")]
    screen_name: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo_url: String,
    /// The label given here; empty at first.
    nickname: String,
    /// How many teams share it.
    teams_count: i64,
    account_verified: bool,
    /// The handle.
    #[schema(example = "falcons")]
    twitter_nickname: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceTwitterAccounts {
    twitter_accounts: Vec<TwitterAccountDetails>,
    meta: Meta,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceTwitterAccountDetails {
    #[schema(example = true)]
    success: bool,
    twitter_account: TwitterAccountDetails,
}

/// The same, with who shares it and where it came from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TwitterAccountDetails {
    #[serde(flatten)]
    account: TwitterAccount,
    teams: Vec<TeamName>,
    /// Null once they have left.
    #[schema(required)]
    connected_by: Option<Person>,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    connected_at: Moment,
    /// When its token was found not to work any more.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    auth_failed_at: Option<Moment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SharedTwitterAccount {
    id: i64,
    screen_name: String,
    logo_url: String,
    nickname: String,
    teams_count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DisconnectedTwitterAccount {
    #[schema(example = true)]
    success: bool,
    twitter_account_id: i64,
}

impl WorkspaceTwitterAccount {
    pub fn new(account: SocialAccount, teams_count: i64) -> Self {
        Self { success: true, twitter_account: TwitterAccount::new(account, teams_count) }
    }
}

impl TwitterAccount {
    fn new(account: SocialAccount, teams_count: i64) -> Self {
        Self {
            id: account.id,
            screen_name: account.screen_name,
            logo_url: account.logo_url,
            nickname: account.nickname,
            teams_count,
            account_verified: account.account_verified,
            twitter_nickname: account.twitter_nickname,
        }
    }
}

impl SharedTwitterAccount {
    pub fn new(account: SocialAccount, teams_count: i64) -> Self {
        Self {
            id: account.id,
            screen_name: account.screen_name,
            logo_url: account.logo_url,
            nickname: account.nickname,
            teams_count,
        }
    }
}

impl DisconnectedTwitterAccount {
    pub fn new(twitter_account_id: i64) -> Self {
        Self { success: true, twitter_account_id }
    }
}

pub fn list(
    conn: &mut Conn,
    viewer: &Viewer,
    listed: Listed<SocialAccount>,
) -> Result<WorkspaceTwitterAccounts> {
    Ok(WorkspaceTwitterAccounts {
        twitter_accounts: with_details(conn, viewer, listed.rows)?,
        meta: Meta { total_count: listed.total_count },
    })
}

pub fn details(
    conn: &mut Conn,
    viewer: &Viewer,
    account: SocialAccount,
) -> Result<WorkspaceTwitterAccountDetails> {
    let twitter_account = with_details(conn, viewer, vec![account])?.remove(0);
    Ok(WorkspaceTwitterAccountDetails { success: true, twitter_account })
}

fn with_details(
    conn: &mut Conn,
    viewer: &Viewer,
    accounts: Vec<SocialAccount>,
) -> Result<Vec<TwitterAccountDetails>> {
    let ids: Vec<i64> = accounts.iter().map(|account| account.id).collect();
    let mut teams = changing::teams_by_account(conn, viewer.workspace_id, &ids)?;
    let people = User::many(conn, accounts.iter().filter_map(|account| account.connected_by))?;
    let details = accounts.into_iter().map(|account| {
        let teams: Vec<TeamName> =
            teams.remove(&account.id).unwrap_or_default().into_iter().map(TeamName::from).collect();
        TwitterAccountDetails {
            connected_by: account.connected_by.and_then(|id| people.get(&id)).map(Person::from),
            connected_at: account.created_at,
            auth_failed_at: account.auth_failed_at,
            account: TwitterAccount::new(account, i64::try_from(teams.len()).unwrap_or(i64::MAX)),
            teams,
        }
    });
    Ok(details.collect())
}
