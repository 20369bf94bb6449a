//! The workspace's accounts on the network of the route, such as `/workspaces/twitter_accounts`.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    clock::{self, Moment},
    controllers::{
        answer::{self, Answer, Named},
        api::{
            id::Id,
            v4::{
                connection::Connection,
                meta::{Meta, PagedAccounts},
                new_account::NewNetworkAccount,
                person::Person,
                team_summary::TeamName,
            },
        },
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    db::Conn,
    error::Result,
    models::{
        page::Listed,
        session::{Session, Viewer},
        social_account::{
            Owner, SocialAccount, changing, connecting::Connected, detailed::DetailedAccount,
            first_connection::FirstConnection,
        },
    },
    networks::Network,
    parameters::{Body, IdsOrNull, Query, TextOrEmpty, parameters},
};

/// The response to the connection of a workspace account.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceNetworkAccount {
    #[schema(example = true)]
    success: bool,
    account: NetworkAccount,
}

/// An account of the workspace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NetworkAccount {
    id: i64,
    /// The display name.
    #[schema(example = "Falcons Athletics")]
    screen_name: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo_url: String,
    /// The label given in Roster; empty by default.
    nickname: String,
    /// The number of teams that share it.
    teams_count: i64,
    account_verified: bool,
    /// The handle.
    #[schema(example = "falcons")]
    handle: String,
}

/// The workspace's accounts, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceNetworkAccounts {
    accounts: Vec<NetworkAccountDetails>,
    meta: Meta,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceNetworkAccountDetails {
    #[schema(example = true)]
    success: bool,
    account: NetworkAccountDetails,
}

/// An account with its teams and the person who connected it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NetworkAccountDetails {
    #[serde(flatten)]
    account: NetworkAccount,
    teams: Vec<TeamName>,
    /// Null if the person has left.
    #[schema(required)]
    connected_by: Option<Person>,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    connected_at: Moment,
    /// Since when its token has not worked; null while it works.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    auth_failed_at: Option<Moment>,
    connection: Connection,
}

/// A workspace account after it was renamed or shared.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedNetworkAccount {
    id: i64,
    screen_name: String,
    logo_url: String,
    nickname: String,
    teams_count: i64,
}

/// The id of an account that was disconnected.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisconnectedNetworkAccount {
    #[schema(example = true)]
    success: bool,
    account_id: i64,
}

impl WorkspaceNetworkAccount {
    pub fn new(account: SocialAccount, teams_count: i64) -> Self {
        Self { success: true, account: NetworkAccount::new(account, teams_count) }
    }
}

impl NetworkAccount {
    fn new(account: SocialAccount, teams_count: i64) -> Self {
        Self {
            id: account.id,
            screen_name: account.screen_name,
            logo_url: account.logo_url,
            nickname: account.nickname,
            teams_count,
            account_verified: account.account_verified,
            handle: account.twitter_nickname,
        }
    }
}

impl From<DetailedAccount> for NetworkAccountDetails {
    fn from(DetailedAccount { account, connection, details }: DetailedAccount) -> Self {
        let teams: Vec<TeamName> = details.teams.into_iter().map(TeamName::from).collect();
        Self {
            connected_by: details.connected_by.map(Person::from),
            connected_at: account.created_at,
            auth_failed_at: account.auth_failed_at,
            connection: connection.into(),
            account: NetworkAccount::new(account, i64::try_from(teams.len()).unwrap_or(i64::MAX)),
            teams,
        }
    }
}

impl SharedNetworkAccount {
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

impl DisconnectedNetworkAccount {
    pub fn new(network: &'static Network, account_id: i64) -> Named<Self> {
        Named::new(network, Self { success: true, account_id })
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Query(PagedAccounts { page, name }): Query<PagedAccounts>,
) -> Result<Answer<Named<WorkspaceNetworkAccounts>>> {
    let Listed { rows, total_count } = match name {
        None => {
            let list = move |conn: &mut Conn| session.workspace_accounts(conn, network.name, page);
            app.view_at_once(session, list).await?
        }
        Some(name) => {
            let list = move |conn: &mut Conn, viewer: &Viewer| {
                viewer.workspace_accounts(conn, network.name, Some(&name), page)
            };
            app.view(session, list).await?
        }
    };
    let accounts = rows.into_iter().map(NetworkAccountDetails::from).collect();
    let list = WorkspaceNetworkAccounts { accounts, meta: Meta { total_count } };
    Ok(answer::ok(Named::new(network, list)))
}

pub async fn show(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
) -> Result<Answer<Named<WorkspaceNetworkAccountDetails>>> {
    app.view_at_once(session, move |conn| {
        let (viewer, account) = session.workspace_account(conn, network.name, id)?;
        let body = WorkspaceNetworkAccountDetails { success: true, account: account.into() };
        Ok((viewer, answer::ok(Named::new(network, body))))
    })
    .await
}

pub async fn create(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    key: IdempotencyKey,
    body: Body<NewNetworkAccount>,
) -> Result<Created<Named<WorkspaceNetworkAccount>>> {
    let connecting = body.parameters.account.on(network);
    let vault = app.vault();
    let to_body =
        |account, teams_count| Named::new(network, WorkspaceNetworkAccount::new(account, teams_count));
    if !key.was_sent()
        && let Some(new) = connecting.pasted()
        && let Some(first) = FirstConnection::new(&vault, &session, Owner::Workspace, new)
        && let Some(account) = first.attempt(&app.db).await?
    {
        return Ok(Created::New(answer::created(to_body(account, 0))));
    }
    let (created, ()) = create_once(
        &app,
        &session,
        key,
        &body.sent,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let answer = match connecting.for_workspace(conn, &vault, &admin)? {
                Connected::New(account) => answer::created(to_body(account, 0)),
                Connected::Refreshed(account) => {
                    let teams_count = changing::teams_count(conn, &account)?;
                    answer::ok(to_body(account, teams_count))
                }
            };
            Ok((answer, ()))
        },
    )
    .await?;
    Ok(created)
}

parameters! {
    /// The body that renames an account and sets the teams that share it.
    pub struct SharedNetworkAccountParams {
        account: Sharing,
    }

    pub struct Sharing {
        /// The label given in Roster. Absent: unchanged.
        nickname: Option<TextOrEmpty<255>>,
        /// All teams that share it from now on; null and [] mean none.
        team_ids: IdsOrNull,
    }
}

pub async fn update(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
    body: Body<SharedNetworkAccountParams>,
) -> Result<Answer<SharedNetworkAccount>> {
    let Sharing { nickname, team_ids } = body.parameters.account;
    let parameter = format!("{}.team_ids", network.account);
    app.db
        .in_workspace(session.first_lock())
        .write_many(team_ids.len(), move |conn| {
            let admin = session.admin(conn)?;
            let (account, teams_count) =
                admin.share(conn, network.name, id, nickname.as_deref(), &team_ids, &parameter)?;
            Ok(answer::ok(SharedNetworkAccount::new(account, teams_count)))
        })
        .await
}

pub async fn destroy(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
) -> Result<Answer<Named<DisconnectedNetworkAccount>>> {
    let vault = app.vault();
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            session.admin(conn)?.disconnect(conn, &vault, network.name, id)?;
            Ok(answer::ok(DisconnectedNetworkAccount::new(network, id)))
        })
        .await
}
