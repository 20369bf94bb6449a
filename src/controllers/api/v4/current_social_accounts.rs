//! `/current_social_accounts`: those of the accounts with these ids that the caller sees.

pub mod refresh_avatar;

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{account_type::AccountType, verify_social_accounts::user_refer};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::{Error, Result},
    models::{session::Session, social_account::SocialAccount},
    parameters::{OneOf, Query, parameters},
};

const MAX_IDS: usize = 100;

parameters! {
    /// The accounts to show.
    pub struct CurrentAccountIds {
        #[schema(example = "twitter")]
        r#type: OneOf<AccountType>,
        /// At most 100.
        ids: Vec<i64>,
    }
}

/// An account as a program shows it that knows its id.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentAccount {
    id: i64,
    /// The display name.
    #[schema(example = "Falcons Athletics")]
    name: String,
    /// The label given in Roster; empty by default.
    nickname: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo: String,
    /// `personal` or `workspace`.
    #[schema(example = "personal")]
    user_refer: &'static str,
}

impl From<SocialAccount> for CurrentAccount {
    fn from(account: SocialAccount) -> Self {
        Self {
            id: account.id,
            user_refer: user_refer(account.owner()),
            name: account.screen_name,
            nickname: account.nickname,
            logo: account.logo_url,
        }
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(CurrentAccountIds { r#type, ids }): Query<CurrentAccountIds>,
) -> Result<Answer<Vec<CurrentAccount>>> {
    if ids.len() > MAX_IDS {
        let sentence = format!("At most {MAX_IDS} accounts can be asked for at once");
        return Err(Error::invalid("ids", "too_many", sentence));
    }
    app.view(session, move |conn, viewer| {
        let accounts = viewer.accounts_among(conn, r#type.provider(), &ids)?;
        Ok(answer::ok(accounts.into_iter().map(CurrentAccount::from).collect()))
    })
    .await
}
