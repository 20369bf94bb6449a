//! Twitter accounts of the caller.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::twitter_account_params::{self, NewTwitterAccount};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{
        session::Session,
        social_account::{SocialAccount, connecting::Connected},
    },
    parameters::Parameters,
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

impl From<SocialAccount> for TwitterProfile {
    fn from(account: SocialAccount) -> Self {
        Self {
            id: account.id,
            social_channel: "Twitter",
            name: account.screen_name,
            nickname: account.nickname,
            logo: account.logo_url,
            twitter_nickname: account.twitter_nickname,
        }
    }
}

fn wrapped(account: SocialAccount) -> PersonalTwitterAccount {
    PersonalTwitterAccount { success: true, twitter_account: account.into() }
}

/// Connect a Twitter account to yourself
///
/// An account the caller has already is refreshed: 200, and the same id.
#[utoipa::path(post, path = "/api/v4/twitter_accounts", tag = "personal accounts", request_body = NewTwitterAccount,
    responses((status = 201, body = PersonalTwitterAccount), (status = 200, body = PersonalTwitterAccount)))]
pub async fn create(
    session: Session,
    app: Data<App>,
    params: Parameters,
) -> Result<Answer<PersonalTwitterAccount>> {
    let connection = twitter_account_params::read(&params)?;
    let vault = app.vault.clone();
    app.db
        .write(move |conn| {
            let member = session.member(conn)?;
            Ok(match member.connect_personally(conn, &vault, &connection)? {
                Connected::New(account) => answer::created(wrapped(account)),
                Connected::Refreshed(account) => answer::ok(wrapped(account)),
            })
        })
        .await
}
