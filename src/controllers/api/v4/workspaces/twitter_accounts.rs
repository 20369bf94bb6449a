//! Twitter accounts of the workspace.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::v4::twitter_account_params::{self, NewTwitterAccount},
    },
    db::Conn,
    error::Result,
    models::{
        session::Session,
        social_account::{SocialAccount, connecting::Connected, sharing},
    },
    parameters::Parameters,
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
    /// How many teams it is shared with.
    teams_count: i64,
    account_verified: bool,
    /// The handle.
    #[schema(example = "falcons")]
    twitter_nickname: String,
}

impl TwitterAccount {
    pub fn new(account: SocialAccount, teams_count: i64) -> Self {
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

type Wrapped = Answer<WorkspaceTwitterAccount>;

fn wrapped(twitter_account: TwitterAccount) -> WorkspaceTwitterAccount {
    WorkspaceTwitterAccount { success: true, twitter_account }
}

/// Connect a Twitter account to the workspace
///
/// An account the workspace has already is refreshed: 200, and the same id.
#[utoipa::path(post, path = "/api/v4/workspaces/twitter_accounts", tag = "workspace accounts",
    request_body = NewTwitterAccount,
    responses((status = 201, body = WorkspaceTwitterAccount), (status = 200, body = WorkspaceTwitterAccount)))]
pub async fn create(session: Session, app: Data<App>, params: Parameters) -> Result<Wrapped> {
    let connection = twitter_account_params::read(&params)?;
    let vault = app.vault.clone();
    app.db
        .write(move |conn| {
            let admin = session.admin(conn)?;
            Ok(match admin.connect(conn, &vault, &connection)? {
                Connected::New(account) => answer::created(wrapped(TwitterAccount::new(account, 0))),
                Connected::Refreshed(account) => answer::ok(wrapped(with_teams(conn, account)?)),
            })
        })
        .await
}

fn with_teams(conn: &mut Conn, account: SocialAccount) -> Result<TwitterAccount> {
    let teams_count = sharing::teams_count(conn, &account)?;
    Ok(TwitterAccount::new(account, teams_count))
}
