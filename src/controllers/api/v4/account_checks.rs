//! `/account_checks`: asks the network of an account, now, whether it still takes its token.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::connection::Connection;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{consent::Refusal, grant, session::Session, social_account::checking},
    parameters::{Body, parameters},
};

/// The parameter that problems are reported for.
const ID_PARAMETER: &str = "account_check.account_id";

parameters! {
    /// The body that checks an account.
    pub struct NewAccountCheck {
        account_check: AccountCheck,
    }

    pub struct AccountCheck {
        /// An account of yours, or as an admin one of the workspace.
        #[schema(example = 1)]
        account_id: i64,
    }
}

/// How well the account is after the check.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedAccount {
    #[schema(example = true)]
    success: bool,
    connection: Connection,
}

pub async fn create(
    session: Session,
    app: Data<App>,
    body: Body<NewAccountCheck>,
) -> Result<Answer<CheckedAccount>> {
    let id = body.parameters.account_check.account_id;
    let begin = move |conn: &mut _| session.member(conn)?.begin_check(conn, id, ID_PARAMETER);
    let checked = app.db.in_workspace(session.first_lock()).write(begin).await?;
    let refresher = app.refresher();
    // A network that is not set up any more is not asked.
    if let Some(page) = refresher.pages.find(&checked.provider)
        && let grant::Answer::Nothing(failure) = refresher.identify(&*page, checked.grant).await?
    {
        let brand = page.network().brand;
        return Err(Refusal::Unavailable.to_error(ID_PARAMETER, brand, failure.retry_after()));
    }
    app.view(session, move |conn, viewer| {
        let connection = checking::connection(conn, viewer, id)?.into();
        Ok(answer::ok(CheckedAccount { success: true, connection }))
    })
    .await
}
