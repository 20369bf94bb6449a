//! `/account_transfers`: moves an account between a person and the workspace without disconnecting it.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::{personal_accounts::PersonalNetworkAccount, workspaces::accounts::WorkspaceNetworkAccount};
use crate::{
    app::App,
    controllers::{
        answer::{self, Named},
        api::side::Side,
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    db::Conn,
    error::{Error, Result},
    models::{
        session::Session,
        social_account::{Owner, SocialAccount, changing},
    },
    networks::{self, Network},
    parameters::{Body, OneOf, parameters},
};

/// The parameter that problems are reported for.
const ID_PARAMETER: &str = "account_transfer.social_account_id";

parameters! {
    /// The body that moves an account.
    pub struct NewAccountTransfer {
        account_transfer: AccountTransfer,
    }

    pub struct AccountTransfer {
        #[schema(example = 1)]
        social_account_id: i64,
        to: OneOf<Side>,
    }
}

/// The account in the format of its new owner's accounts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TransferredAccount {
    Workspace(WorkspaceNetworkAccount),
    Personal(PersonalNetworkAccount),
}

impl TransferredAccount {
    fn new(conn: &mut Conn, networks: &[&'static Network], account: SocialAccount) -> Result<Named<Self>> {
        let network = networks::find(networks, &account.provider).ok_or(Error::NotFound)?;
        let transferred = match account.owner() {
            Owner::Workspace => {
                let teams_count = changing::teams_count(conn, &account)?;
                Self::Workspace(WorkspaceNetworkAccount::new(account, teams_count))
            }
            Owner::Person(_) => Self::Personal(PersonalNetworkAccount::new(network, account)),
        };
        Ok(Named::new(network, transferred))
    }
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewAccountTransfer>,
) -> Result<Created<Named<TransferredAccount>>> {
    let AccountTransfer { social_account_id: id, to } = body.account_transfer;
    let (networks, vault) = (app.networks.clone(), app.vault());
    let (created, ()) = create_once(
        &app,
        &session,
        key,
        &body.sent,
        move |conn| session.admin(conn),
        move |conn, admin| {
            let names: Vec<&str> = networks.iter().map(|network| network.name).collect();
            let account = match to {
                Side::Workspace => admin.transfer_to_workspace(conn, &vault, &names, id, ID_PARAMETER)?,
                Side::Personal => admin.transfer_to_self(conn, &vault, &names, id, ID_PARAMETER)?,
            };
            Ok((answer::ok(TransferredAccount::new(conn, &networks, account)?), ()))
        },
    )
    .await?;
    Ok(created)
}
