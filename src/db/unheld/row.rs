//! The row of a new account.

use diesel::Insertable;
use serde::Serialize;

use crate::{
    clock::{self, Moment},
    db::{account_record::AccountRecord, dialect::NewClaim, events::Cells, types::Uuid},
    schema::social_accounts,
};

/// An account to insert, with sealed secrets.
#[derive(Insertable, Serialize)]
#[diesel(table_name = social_accounts)]
// The statement has all columns, so that it is prepared once.
#[diesel(treat_none_as_default_value = false)]
pub struct NewAccountRow {
    pub uuid: Uuid,
    pub workspace_id: i64,
    pub provider: String,
    pub key: String,
    pub handle: String,
    pub scope: &'static str,
    pub owner_id: Option<i64>,
    pub connected_by: Option<i64>,
    pub screen_name: String,
    pub twitter_nickname: String,
    pub logo_url: String,
    pub nickname: String,
    pub account_verified: bool,
    pub location: Option<String>,
    pub external_id: Option<String>,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    /// Accounts that are connected in one call have an external id, and so no such digest.
    #[serde(skip)]
    pub token_id_digest: Option<String>,
    pub scopes: String,
    pub handle_aliases: String,
    pub last_sync_history_id: String,
    #[serde(serialize_with = "clock::serialize_option")]
    pub auth_failed_at: Option<Moment>,
    #[serde(serialize_with = "clock::serialize")]
    pub refreshed_at: Moment,
    #[serde(serialize_with = "clock::serialize")]
    pub created_at: Moment,
    #[serde(serialize_with = "clock::serialize")]
    pub updated_at: Moment,
}

impl NewAccountRow {
    /// `owner` is the member to whom the account belongs.
    pub fn cells(&self, owner: Option<Uuid>) -> Cells {
        let record = AccountRecord {
            uuid: self.uuid,
            created_at: self.created_at,
            updated_at: self.updated_at,
            twitter_nickname: self.twitter_nickname.clone(),
            provider: self.provider.clone(),
            last_sync_history_id: self.last_sync_history_id.clone(),
            auth_failed_at: self.auth_failed_at,
            handle_aliases: self.handle_aliases.clone(),
            scopes: self.scopes.clone(),
            owner,
        };
        record.into_cells()
    }

    pub fn claim(&self) -> NewClaim<'_> {
        let Self { workspace_id, provider, key, scope, .. } = self;
        NewClaim { workspace_id: *workspace_id, provider, key, scope }
    }
}
