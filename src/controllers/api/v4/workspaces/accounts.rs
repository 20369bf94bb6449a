//! The workspace's accounts on the network of the route, such as `/workspaces/twitter_accounts`.

mod responses;

use actix_web::web::Data;

pub use self::responses::{
    DisconnectedNetworkAccount, NetworkAccount, SharedNetworkAccount, WorkspaceNetworkAccount,
    WorkspaceNetworkAccountDetails, WorkspaceNetworkAccounts,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::{
            id::Id,
            v4::{meta::Paged, named::Named, new_account::NewNetworkAccount},
        },
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{changing, connecting::Connected},
    },
    networks::Network,
    parameters::{Body, IdsOrNull, Query, TextOrEmpty, parameters},
};

pub async fn index(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<Named<WorkspaceNetworkAccounts>>> {
    app.view(session, move |conn, viewer| {
        let listed = viewer.workspace_accounts(conn, network.name, page)?;
        Ok(answer::ok(responses::load_list(conn, viewer, network, listed)?))
    })
    .await
}

pub async fn show(
    session: Session,
    app: Data<App>,
    network: &'static Network,
    Id(id): Id,
) -> Result<Answer<Named<WorkspaceNetworkAccountDetails>>> {
    app.view(session, move |conn, viewer| {
        let account = viewer.workspace_account(conn, network.name, id)?;
        Ok(answer::ok(responses::load_details(conn, viewer, network, account)?))
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
    let new = body.parameters.account.into_new_account(network);
    let vault = app.vault.clone();
    let (created, ()) = create_once(
        &app,
        key,
        &body.sent,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let body = |account, teams_count| {
                Named::new(network, WorkspaceNetworkAccount::new(account, teams_count))
            };
            let answer = match admin.connect(conn, &vault, &new)? {
                Connected::New(account) => answer::created(body(account, 0)),
                Connected::Refreshed(account) => {
                    let teams_count = changing::teams_count(conn, &account)?;
                    answer::ok(body(account, teams_count))
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
        .write(move |conn| {
            let admin = session.admin(conn)?;
            let account = admin.share(conn, network.name, id, nickname.as_deref(), &team_ids, &parameter)?;
            let teams_count = changing::teams_count(conn, &account)?;
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
    app.db
        .write(move |conn| {
            session.admin(conn)?.disconnect(conn, network.name, id)?;
            Ok(answer::ok(DisconnectedNetworkAccount::new(network, id)))
        })
        .await
}
