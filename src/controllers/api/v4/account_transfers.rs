//! Moving an account between a person and the workspace, without disconnecting it.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{personal_accounts::PersonalTwitterAccount, workspaces::accounts::WorkspaceTwitterAccount};
use crate::{
    app::App,
    controllers::{
        answer,
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        session::Session,
        social_account::{Owner, changing},
    },
    networks::TWITTER,
    parameters::{Body, Choices, OneOf, parameters},
};

const NAMED_BY: &str = "account_transfer.social_account_id";

/// The side an account is to land on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Workspace,
    Personal,
}

impl AsRef<str> for Side {
    fn as_ref(&self) -> &str {
        match self {
            Self::Workspace => "workspace",
            Self::Personal => "personal",
        }
    }
}

parameters! {
    /// The body of a transfer.
    pub struct NewAccountTransfer {
        account_transfer: AccountTransfer,
    }

    pub struct AccountTransfer {
        #[schema(example = 1)]
        social_account_id: i64,
        to: OneOf<Side>,
    }
}

impl Choices for Side {
    type Value = Self;
    const ALL: &'static [Self] = &[Self::Workspace, Self::Personal];
}

/// The account in the shape of the side it landed on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TransferredAccount {
    Workspace(WorkspaceTwitterAccount),
    Personal(PersonalTwitterAccount),
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewAccountTransfer>,
) -> Result<Created<TransferredAccount>> {
    let AccountTransfer { social_account_id: id, to } = body.account_transfer;
    let (once, ()) = create_once(
        &app,
        key,
        &body.sent,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let account = match to {
                Side::Workspace => admin.transfer_to_workspace(conn, &[TWITTER.name], id, NAMED_BY)?,
                Side::Personal => admin.transfer_to_self(conn, &[TWITTER.name], id, NAMED_BY)?,
            };
            let transferred = if account.owner() == Owner::Workspace {
                let teams_count = changing::teams_count(conn, &account)?;
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
