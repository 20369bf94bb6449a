//! The caller's personal accounts on the network of the route, such as `/twitter_accounts`.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    connection::Connection,
    meta::{Meta, PagedAccounts},
    new_account::NewNetworkAccount,
    workspaces::accounts::DisconnectedNetworkAccount,
};
use crate::{
    app::App,
    clock::{self, Moment},
    controllers::{
        answer::{self, Answer, Named},
        api::id::Id,
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{
            Owner, SocialAccount, connecting::Connected, connection::ConnectedAccount,
            first_connection::FirstConnection,
        },
    },
    networks::Network,
    parameters::{Body, Query, TextOrEmpty, parameters},
};

/// The response to the connection of a personal account.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalNetworkAccount {
    #[schema(example = true)]
    success: bool,
    account: NetworkProfile,
}

/// A personal account as its owner sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NetworkProfile {
    id: i64,
    #[schema(example = "Network")]
    social_channel: &'static str,
    #[schema(example = "Falcons Athletics")]
    name: String,
    /// The label given in Roster; empty by default.
    nickname: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo: String,
    /// The handle.
    #[schema(example = "falcons")]
    handle: String,
}

/// The caller's personal accounts, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalNetworkAccounts {
    accounts: Vec<NetworkProfileDetails>,
    meta: Meta,
}

/// A personal account with its state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NetworkProfileDetails {
    #[serde(flatten)]
    profile: NetworkProfile,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    connected_at: Moment,
    /// Since when its token has not worked; null while it works.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    auth_failed_at: Option<Moment>,
    connection: Connection,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalNetworkAccountDetails {
    #[schema(example = true)]
    success: bool,
    account: NetworkProfileDetails,
}

impl PersonalNetworkAccountDetails {
    fn new(network: &'static Network, account: ConnectedAccount) -> Named<Self> {
        Named::new(network, Self { success: true, account: NetworkProfileDetails::new(network, account) })
    }
}

impl PersonalNetworkAccount {
    pub fn new(network: &Network, account: SocialAccount) -> Self {
        Self { success: true, account: NetworkProfile::new(network, account) }
    }
}

impl NetworkProfile {
    fn new(network: &Network, account: SocialAccount) -> Self {
        Self {
            id: account.id,
            social_channel: network.label,
            name: account.screen_name,
            nickname: account.nickname,
            logo: account.logo_url,
            handle: account.twitter_nickname,
        }
    }
}

impl NetworkProfileDetails {
    fn new(network: &Network, ConnectedAccount { account, connection }: ConnectedAccount) -> Self {
        let (connected_at, auth_failed_at) = (account.created_at, account.auth_failed_at);
        let (profile, connection) = (NetworkProfile::new(network, account), connection.into());
        Self { profile, connected_at, auth_failed_at, connection }
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Query(PagedAccounts { page, name }): Query<PagedAccounts>,
) -> Result<Answer<Named<PersonalNetworkAccounts>>> {
    app.view(session, move |conn, viewer| {
        let listed = viewer.personal_accounts(conn, network.name, name.as_deref(), page)?;
        let meta = Meta { total_count: listed.total_count };
        let accounts = listed.rows.into_iter().map(|account| NetworkProfileDetails::new(network, account));
        let list = PersonalNetworkAccounts { accounts: accounts.collect(), meta };
        Ok(answer::ok(Named::new(network, list)))
    })
    .await
}

pub async fn show(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
) -> Result<Answer<Named<PersonalNetworkAccountDetails>>> {
    app.view_at_once(session, move |conn| {
        let (viewer, account) = session.personal_account(conn, network.name, id)?;
        Ok((viewer, answer::ok(PersonalNetworkAccountDetails::new(network, account))))
    })
    .await
}

pub async fn create(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    key: IdempotencyKey,
    body: Body<NewNetworkAccount>,
) -> Result<Created<Named<PersonalNetworkAccount>>> {
    let connecting = body.parameters.account.on(network);
    let vault = app.vault();
    let to_body = |account| Named::new(network, PersonalNetworkAccount::new(network, account));
    if !key.was_sent()
        && let Some(new) = connecting.pasted()
        && let Some(first) = FirstConnection::new(&vault, &session, Owner::Person(session.user_id), new)
        && let Some(account) = first.attempt(&app.db).await?
    {
        return Ok(Created::New(answer::created(to_body(account))));
    }
    let (created, ()) = create_once(
        &app,
        &session,
        key,
        &body.sent,
        move |conn| session.member(conn),
        move |conn, member| {
            let answer = match connecting.for_person(conn, &vault, &member)? {
                Connected::New(account) => answer::created(to_body(account)),
                Connected::Refreshed(account) => answer::ok(to_body(account)),
            };
            Ok((answer, ()))
        },
    )
    .await?;
    Ok(created)
}

parameters! {
    /// The body that renames an account.
    pub struct RenamedNetworkAccountParams {
        account: Renaming,
    }

    pub struct Renaming {
        /// The label given in Roster. Absent: unchanged.
        nickname: Option<TextOrEmpty<255>>,
    }
}

pub async fn update(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
    body: Body<RenamedNetworkAccountParams>,
) -> Result<Answer<Named<PersonalNetworkAccountDetails>>> {
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let account = session.member(conn)?.change_personal_nickname(
                conn,
                network.name,
                id,
                body.account.nickname.as_deref(),
            )?;
            Ok(answer::ok(PersonalNetworkAccountDetails::new(network, account)))
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
            session.member(conn)?.disconnect_personal(conn, &vault, network.name, id)?;
            Ok(answer::ok(DisconnectedNetworkAccount::new(network, id)))
        })
        .await
}
