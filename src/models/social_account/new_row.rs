//! The row of a new account.

use diesel::prelude::*;
use secrecy::SecretString;
use serde::Serialize;

use super::{NewAccount, Owner, Secret, SocialAccount, identity::Identity};
use crate::{
    clock::{self, Moment},
    db::types::Uuid,
    models::{actor::Actor, location::Location, vault::Vault},
    schema::social_accounts,
};

/// An account to insert, with sealed secrets.
#[derive(Insertable, Serialize)]
#[diesel(table_name = social_accounts)]
pub(super) struct NewRow<'a> {
    pub uuid: Uuid,
    pub workspace_id: i64,
    pub provider: &'a str,
    pub key: String,
    pub handle: &'a str,
    pub scope: &'a str,
    pub owner_id: Option<i64>,
    pub connected_by: Option<i64>,
    pub screen_name: &'a str,
    pub twitter_nickname: &'a str,
    pub logo_url: &'a str,
    pub nickname: &'a str,
    pub account_verified: bool,
    pub location: Option<&'a str>,
    pub external_id: Option<String>,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub scopes: &'a str,
    pub handle_aliases: &'a str,
    pub last_sync_history_id: &'a str,
    #[serde(serialize_with = "clock::serialize_option")]
    pub auth_failed_at: Option<Moment>,
    #[serde(serialize_with = "clock::serialize")]
    pub refreshed_at: Moment,
    #[serde(serialize_with = "clock::serialize")]
    pub created_at: Moment,
    #[serde(serialize_with = "clock::serialize")]
    pub updated_at: Moment,
}

/// Who connects an account, where and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Creator {
    pub workspace_id: i64,
    /// `None` for a program.
    pub user_id: Option<i64>,
    pub now: Moment,
}

impl From<Actor<'_>> for Creator {
    fn from(actor: Actor<'_>) -> Self {
        Self { workspace_id: actor.workspace_id, user_id: actor.user_id(), now: actor.now }
    }
}

impl<'a> NewRow<'a> {
    /// Seals the secrets. An account without a profile uses the handle as its screen name.
    pub fn new(
        vault: &Vault,
        creator: Creator,
        owner: Owner,
        identity: &'a Identity,
        new: &'a NewAccount,
    ) -> Self {
        let uuid = new.uuid.unwrap_or_else(Uuid::random);
        let seal = |secret: Secret, text: &Option<SecretString>| {
            text.as_ref().map(|text| secret.seal(vault, uuid, creator.workspace_id, text))
        };
        let progress = &new.progress;
        let (screen_name, logo_url) = match &new.profile {
            Some(profile) => (profile.screen_name.as_str(), profile.logo_url.as_str()),
            None => (new.twitter_nickname.as_str(), ""),
        };
        Self {
            uuid,
            workspace_id: creator.workspace_id,
            provider: &new.provider,
            key: identity.key(),
            handle: &identity.handle,
            scope: owner.scope(),
            owner_id: owner.user_id(),
            connected_by: creator.user_id,
            screen_name,
            twitter_nickname: &new.twitter_nickname,
            logo_url,
            nickname: "",
            account_verified: new.account_verified.unwrap_or(false),
            location: new.location.map(Location::name),
            external_id: seal(Secret::ExternalId, &new.external_id),
            access_token: seal(Secret::AccessToken, &new.access_token),
            refresh_token: seal(Secret::RefreshToken, &new.refresh_token),
            scopes: progress.scopes.as_deref().unwrap_or("[]"),
            handle_aliases: progress.handle_aliases.as_deref().unwrap_or_default(),
            last_sync_history_id: progress.last_sync_history_id.as_deref().unwrap_or_default(),
            auth_failed_at: progress.auth_failed_at.flatten(),
            refreshed_at: creator.now,
            created_at: creator.now,
            updated_at: creator.now,
        }
    }

    /// The account that this row becomes with this id.
    pub fn into_account(self, id: i64) -> SocialAccount {
        SocialAccount {
            id,
            uuid: self.uuid,
            workspace_id: self.workspace_id,
            provider: self.provider.to_owned(),
            key: self.key,
            handle: self.handle.to_owned(),
            scope: self.scope.to_owned(),
            owner_id: self.owner_id,
            connected_by: self.connected_by,
            screen_name: self.screen_name.to_owned(),
            twitter_nickname: self.twitter_nickname.to_owned(),
            logo_url: self.logo_url.to_owned(),
            nickname: self.nickname.to_owned(),
            account_verified: self.account_verified,
            auth_failed_at: self.auth_failed_at,
            refreshed_at: self.refreshed_at,
            created_at: self.created_at,
        }
    }
}
