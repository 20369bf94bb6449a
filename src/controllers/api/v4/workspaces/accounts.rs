//! Twitter accounts of the workspace.

mod responses;

use actix_web::web::Data;

pub use self::responses::{
    DisconnectedTwitterAccount, SharedTwitterAccount, TwitterAccount, WorkspaceTwitterAccount,
    WorkspaceTwitterAccountDetails, WorkspaceTwitterAccounts,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::{
            id::Id,
            v4::{meta::Paged, new_account::NewTwitterAccount},
        },
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{NewAccount, changing, connecting::Connected},
    },
    networks::TWITTER,
    parameters::{Body, IdsOrNull, Query, TextOrEmpty, parameters},
};

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<WorkspaceTwitterAccounts>> {
    app.view(session, move |conn, viewer| {
        let listed = viewer.workspace_accounts(conn, TWITTER.name, page)?;
        Ok(answer::ok(responses::list(conn, viewer, listed)?))
    })
    .await
}

pub async fn show(
    session: Session,
    app: Data<App>,
    Id(id): Id,
) -> Result<Answer<WorkspaceTwitterAccountDetails>> {
    app.view(session, move |conn, viewer| {
        let account = viewer.workspace_account(conn, TWITTER.name, id)?;
        Ok(answer::ok(responses::details(conn, viewer, account)?))
    })
    .await
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewTwitterAccount>,
) -> Result<Created<WorkspaceTwitterAccount>> {
    let new = NewAccount::from(body.parameters.twitter_account);
    let vault = app.vault.clone();
    let (once, ()) = create_once(
        &app,
        key,
        &body.sent,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let answer = match admin.connect(conn, &vault, &new)? {
                Connected::New(account) => answer::created(WorkspaceTwitterAccount::new(account, 0)),
                Connected::Refreshed(account) => {
                    let teams_count = changing::teams_count(conn, &account)?;
                    answer::ok(WorkspaceTwitterAccount::new(account, teams_count))
                }
            };
            Ok((answer, ()))
        },
    )
    .await?;
    Ok(once)
}

parameters! {
    /// The body that renames an account and says which teams share it.
    pub struct SharedTwitterAccountParams {
        twitter_account: Sharing,
    }

    pub struct Sharing {
        /// The label given here. Absent: as it was.
        nickname: Option<TextOrEmpty<255>>,
        /// Exactly the teams that share it from now on; null and [] mean none.
        team_ids: IdsOrNull,
    }
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    body: Body<SharedTwitterAccountParams>,
) -> Result<Answer<SharedTwitterAccount>> {
    let Sharing { nickname, team_ids } = body.parameters.twitter_account;
    app.db
        .write(move |conn| {
            let admin = session.admin(conn)?;
            let account =
                admin.share(conn, TWITTER.name, id, nickname.as_deref(), &team_ids, TWITTER.team_ids)?;
            let teams_count = changing::teams_count(conn, &account)?;
            Ok(answer::ok(SharedTwitterAccount::new(account, teams_count)))
        })
        .await
}

pub async fn destroy(
    session: Session,
    app: Data<App>,
    Id(id): Id,
) -> Result<Answer<DisconnectedTwitterAccount>> {
    app.db
        .write(move |conn| {
            session.admin(conn)?.disconnect(conn, TWITTER.name, id)?;
            Ok(answer::ok(DisconnectedTwitterAccount::new(id)))
        })
        .await
}
