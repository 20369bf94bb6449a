//! Twitter accounts of the caller.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    meta::{Meta, Paged},
    new_account::NewTwitterAccount,
    workspaces::accounts::DisconnectedTwitterAccount,
};
use crate::{
    app::App,
    clock::{self, Moment},
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{NewAccount, SocialAccount, connecting::Connected},
    },
    networks::TWITTER,
    parameters::{Body, Query, TextOrEmpty, parameters},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalTwitterAccount {
    #[schema(example = true)]
    success: bool,
    twitter_account: TwitterProfile,
}

/// An account as its holder sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TwitterProfile {
    id: i64,
    #[schema(example = "Twitter")]
    social_channel: &'static str,
    #[schema(example = "Falcons Athletics")]
    name: String,
    /// The label given here; empty at first.
    nickname: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo: String,
    /// The handle.
    #[schema(example = "falcons")]
    twitter_nickname: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalTwitterAccounts {
    twitter_accounts: Vec<TwitterProfileDetails>,
    meta: Meta,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TwitterProfileDetails {
    #[serde(flatten)]
    profile: TwitterProfile,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    connected_at: Moment,
    /// When its token was found not to work any more.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    auth_failed_at: Option<Moment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalTwitterAccountDetails {
    #[schema(example = true)]
    success: bool,
    twitter_account: TwitterProfileDetails,
}

impl PersonalTwitterAccountDetails {
    fn new(account: SocialAccount) -> Self {
        Self { success: true, twitter_account: account.into() }
    }
}

impl PersonalTwitterAccount {
    pub fn new(account: SocialAccount) -> Self {
        Self { success: true, twitter_account: account.into() }
    }
}

impl From<SocialAccount> for TwitterProfile {
    fn from(account: SocialAccount) -> Self {
        Self {
            id: account.id,
            social_channel: TWITTER.label,
            name: account.screen_name,
            nickname: account.nickname,
            logo: account.logo_url,
            twitter_nickname: account.twitter_nickname,
        }
    }
}

impl From<SocialAccount> for TwitterProfileDetails {
    fn from(account: SocialAccount) -> Self {
        let (connected_at, auth_failed_at) = (account.created_at, account.auth_failed_at);
        Self { profile: account.into(), connected_at, auth_failed_at }
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<PersonalTwitterAccounts>> {
    app.view(session, move |conn, viewer| {
        let listed = viewer.personal_accounts(conn, TWITTER.name, page)?;
        let meta = Meta { total_count: listed.total_count };
        let twitter_accounts = listed.rows.into_iter().map(TwitterProfileDetails::from).collect();
        Ok(answer::ok(PersonalTwitterAccounts { twitter_accounts, meta }))
    })
    .await
}

pub async fn show(
    session: Session,
    app: Data<App>,
    Id(id): Id,
) -> Result<Answer<PersonalTwitterAccountDetails>> {
    app.view(session, move |conn, viewer| {
        let account = viewer.personal_account(conn, TWITTER.name, id)?;
        Ok(answer::ok(PersonalTwitterAccountDetails::new(account)))
    })
    .await
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewTwitterAccount>,
) -> Result<Created<PersonalTwitterAccount>> {
    let new = NewAccount::from(body.parameters.twitter_account);
    let vault = app.vault.clone();
    let (once, ()) = create_once(
        &app,
        key,
        &body.sent,
        move |conn| session.member(conn),
        move |conn, member| {
            let answer = match member.connect_personally(conn, &vault, &new)? {
                Connected::New(account) => answer::created(PersonalTwitterAccount::new(account)),
                Connected::Refreshed(account) => answer::ok(PersonalTwitterAccount::new(account)),
            };
            Ok((answer, ()))
        },
    )
    .await?;
    Ok(once)
}

parameters! {
    /// The body that renames an account.
    pub struct RenamedTwitterAccountParams {
        twitter_account: Renaming,
    }

    pub struct Renaming {
        /// The label given here. Absent: as it was.
        nickname: Option<TextOrEmpty<255>>,
    }
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    body: Body<RenamedTwitterAccountParams>,
) -> Result<Answer<PersonalTwitterAccountDetails>> {
    app.db
        .write(move |conn| {
            let account = session.member(conn)?.rename_personal(
                conn,
                TWITTER.name,
                id,
                body.twitter_account.nickname.as_deref(),
            )?;
            Ok(answer::ok(PersonalTwitterAccountDetails::new(account)))
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
            session.member(conn)?.disconnect_personal(conn, TWITTER.name, id)?;
            Ok(answer::ok(DisconnectedTwitterAccount::new(id)))
        })
        .await
}
