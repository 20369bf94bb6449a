//! Twitter accounts of the workspace.

mod shapes;

use actix_web::web::Data;
use utoipa::ToSchema;

pub use self::shapes::{
    DisconnectedTwitterAccount, SharedTwitterAccount, TwitterAccount, WorkspaceTwitterAccount,
    WorkspaceTwitterAccountDetails, WorkspaceTwitterAccounts,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::{
            id::Id,
            v4::{
                meta::{self, PageParam},
                twitter_account_params::{self, NewTwitterAccount},
            },
        },
        idempotency_key::{Created, IdempotencyKey, IdempotencyKeyHeader, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{connecting::Connected, sharing},
    },
    parameters::{Parameters, Query},
};

/// List the workspace's Twitter accounts
///
/// An admin sees all of them, a member those shared with the member's teams.
#[utoipa::path(get, path = "/api/v4/workspaces/twitter_accounts", tag = "workspace accounts", params(PageParam),
    responses((status = 200, body = WorkspaceTwitterAccounts)))]
pub async fn index(
    session: Session,
    app: Data<App>,
    query: Query,
) -> Result<Answer<WorkspaceTwitterAccounts>> {
    let page = meta::page(&query)?;
    app.view(session, move |conn, viewer| {
        let listed = viewer.workspace_accounts(conn, page)?;
        Ok(answer::ok(shapes::list(conn, viewer, listed)?))
    })
    .await
}

/// Show a Twitter account of the workspace
#[utoipa::path(get, path = "/api/v4/workspaces/twitter_accounts/{id}", tag = "workspace accounts",
    params(("id" = i64, Path)), responses((status = 200, body = WorkspaceTwitterAccountDetails)))]
pub async fn show(
    session: Session,
    app: Data<App>,
    Id(id): Id,
) -> Result<Answer<WorkspaceTwitterAccountDetails>> {
    app.view(session, move |conn, viewer| {
        let account = viewer.workspace_account(conn, id)?;
        Ok(answer::ok(shapes::details(conn, viewer, account)?))
    })
    .await
}

/// Connect a Twitter account to the workspace
///
/// An account the workspace has already is refreshed: 200, and the same id.
#[utoipa::path(post, path = "/api/v4/workspaces/twitter_accounts", params(IdempotencyKeyHeader), tag = "workspace accounts",
    request_body = NewTwitterAccount,
    responses((status = 201, body = WorkspaceTwitterAccount), (status = 200, body = WorkspaceTwitterAccount)))]
pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    params: Parameters,
) -> Result<Created<WorkspaceTwitterAccount>> {
    let connection = twitter_account_params::read(&params)?;
    let vault = app.vault.clone();
    let (once, ()) = create_once(
        &app,
        key,
        &params,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let answer = match admin.connect(conn, &vault, &connection)? {
                Connected::New(account) => answer::created(WorkspaceTwitterAccount::new(account, 0)),
                Connected::Refreshed(account) => {
                    let teams_count = sharing::teams_count(conn, &account)?;
                    answer::ok(WorkspaceTwitterAccount::new(account, teams_count))
                }
            };
            Ok((answer, ()))
        },
    )
    .await?;
    Ok(once)
}

/// The body that renames an account and says which teams share it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct SharedTwitterAccountParams {
    twitter_account: Sharing,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct Sharing {
    /// The label given here. Absent: as it was.
    #[schema(max_length = 255)]
    nickname: Option<String>,
    /// Exactly the teams that share it from now on; null and [] mean none.
    #[schema(required)]
    team_ids: Option<Vec<i64>>,
}

/// Rename a Twitter account of the workspace and share it with teams
#[utoipa::path(put, path = "/api/v4/workspaces/twitter_accounts/{id}", tag = "workspace accounts",
    params(("id" = i64, Path)), request_body = SharedTwitterAccountParams,
    responses((status = 200, body = SharedTwitterAccount)))]
pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    params: Parameters,
) -> Result<Answer<SharedTwitterAccount>> {
    let (nickname, team_ids) = params.read(|root| {
        let account = root.hash("twitter_account");
        (account.optional_text("nickname", 255), account.integers_or_nil("team_ids"))
    })?;
    app.db
        .write(move |conn| {
            let admin = session.admin(conn)?;
            let account =
                admin.share(conn, id, nickname.as_deref(), &team_ids, "twitter_account.team_ids")?;
            let teams_count = sharing::teams_count(conn, &account)?;
            Ok(answer::ok(SharedTwitterAccount::new(account, teams_count)))
        })
        .await
}

/// Disconnect a Twitter account from the workspace
#[utoipa::path(delete, path = "/api/v4/workspaces/twitter_accounts/{id}", tag = "workspace accounts",
    params(("id" = i64, Path)), responses((status = 200, body = DisconnectedTwitterAccount)))]
pub async fn destroy(
    session: Session,
    app: Data<App>,
    Id(id): Id,
) -> Result<Answer<DisconnectedTwitterAccount>> {
    app.db
        .write(move |conn| {
            session.admin(conn)?.disconnect(conn, id)?;
            Ok(answer::ok(DisconnectedTwitterAccount::new(id)))
        })
        .await
}
