//! Moving an account between a person and the workspace, without disconnecting it.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

use super::{
    twitter_accounts::PersonalTwitterAccount, workspaces::twitter_accounts::WorkspaceTwitterAccount,
};
use crate::{
    app::App,
    controllers::{
        answer,
        idempotency_key::{Created, IdempotencyKey, IdempotencyKeyHeader, create_once},
        openapi,
    },
    error::Result,
    models::{
        session::Session,
        social_account::{sharing, transferring::Side},
    },
    parameters::Parameters,
};

/// The body of a transfer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct NewAccountTransfer {
    account_transfer: AccountTransfer,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct AccountTransfer {
    #[schema(example = 1)]
    social_account_id: i64,
    #[schema(schema_with = sides)]
    to: String,
}

fn sides() -> Object {
    openapi::one_of(&Side::ALL)
}

/// The account in the shape of the side it landed on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TransferredAccount {
    Workspace(WorkspaceTwitterAccount),
    Personal(PersonalTwitterAccount),
}

/// Move an account to the workspace, or to yourself
///
/// The same id, the same token, the same nickname; what is shared with teams ends when it becomes personal.
#[utoipa::path(post, path = "/api/v4/account_transfers", params(IdempotencyKeyHeader), tag = "workspace accounts",
    request_body = NewAccountTransfer, responses((status = 200, body = TransferredAccount)))]
pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    params: Parameters,
) -> Result<Created<TransferredAccount>> {
    let (id, to) = params.read(|root| {
        let transfer = root.hash("account_transfer");
        (transfer.integer("social_account_id"), transfer.one_of("to", &Side::ALL))
    })?;
    let (once, ()) = create_once(
        &app,
        key,
        &params,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let account = admin.transfer(conn, id, to, "account_transfer.social_account_id")?;
            let transferred = if account.is_workspace_account() {
                let teams_count = sharing::teams_count(conn, &account)?;
                TransferredAccount::Workspace(WorkspaceTwitterAccount::new(account, teams_count))
            } else {
                TransferredAccount::Personal(PersonalTwitterAccount::new(account))
            };
            Ok((answer::ok(transferred), ()))
        },
    )
    .await?;
    Ok(once)
}
