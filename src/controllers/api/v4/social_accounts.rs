//! `/social_accounts`: all accounts that the caller can post from, on any network, in one format.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::meta::{Meta, Paged};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{session::Session, social_account::SocialAccount},
    networks::{self, Network},
    parameters::Query,
};

/// The accounts that the caller can post from, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SocialAccounts {
    accounts: Vec<Profile>,
    meta: Meta,
}

/// An account of any network.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    id: i64,
    #[schema(example = "Twitter")]
    social_channel: String,
    #[schema(example = "Falcons Athletics")]
    name: String,
    nickname: String,
    logo: String,
}

impl Profile {
    fn new(networks: &[&'static Network], account: SocialAccount) -> Self {
        Self {
            id: account.id,
            social_channel: networks::label(networks, &account.provider).into_owned(),
            name: account.screen_name,
            nickname: account.nickname,
            logo: account.logo_url,
        }
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<SocialAccounts>> {
    let networks = app.networks.clone();
    app.view(session, move |conn, viewer| {
        let listed = viewer.social_accounts(conn, page)?;
        let accounts =
            listed.rows.into_iter().map(|listed| Profile::new(&networks, listed.account)).collect();
        Ok(answer::ok(SocialAccounts { accounts, meta: Meta { total_count: listed.total_count } }))
    })
    .await
}
