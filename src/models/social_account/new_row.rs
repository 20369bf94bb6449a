//! The row of a new account.

use secrecy::SecretString;

use super::{NewAccount, Owner, Secret, SocialAccount, identity::Identity, pasted_token};
use crate::{
    clock::Moment,
    db::{types::Uuid, unheld::NewAccountRow},
    models::{actor::Actor, vault::Vault},
};

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

impl NewAccountRow {
    /// Seals the secrets. An account without a profile uses the handle as its screen name.
    pub(super) fn new(
        vault: &Vault,
        creator: Creator,
        owner: Owner,
        identity: &Identity,
        new: &NewAccount,
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
            provider: new.provider.clone(),
            key: identity.key(),
            handle: identity.handle.clone(),
            scope: owner.scope(),
            owner_id: owner.user_id(),
            connected_by: creator.user_id,
            screen_name: screen_name.to_owned(),
            twitter_nickname: new.twitter_nickname.clone(),
            logo_url: logo_url.to_owned(),
            nickname: String::new(),
            account_verified: new.account_verified.unwrap_or(false),
            location: new.location.map(|location| location.name().to_owned()),
            external_id: seal(Secret::ExternalId, &new.external_id),
            access_token: seal(Secret::AccessToken, &new.access_token),
            refresh_token: seal(Secret::RefreshToken, &new.refresh_token),
            token_id_digest: pasted_token::digest(vault, identity, new.access_token.as_ref()),
            scopes: progress.scopes.clone().unwrap_or_else(|| "[]".to_owned()),
            handle_aliases: progress.handle_aliases.clone().unwrap_or_default(),
            last_sync_history_id: progress.last_sync_history_id.clone().unwrap_or_default(),
            auth_failed_at: progress.auth_failed_at.flatten(),
            refreshed_at: creator.now,
            created_at: creator.now,
            updated_at: creator.now,
        }
    }

    /// The account that this row becomes with this id.
    pub(super) fn to_account(&self, id: i64) -> SocialAccount {
        SocialAccount {
            id,
            uuid: self.uuid,
            workspace_id: self.workspace_id,
            provider: self.provider.clone(),
            key: self.key.clone(),
            handle: self.handle.clone(),
            scope: self.scope.to_owned(),
            owner_id: self.owner_id,
            connected_by: self.connected_by,
            screen_name: self.screen_name.clone(),
            twitter_nickname: self.twitter_nickname.clone(),
            logo_url: self.logo_url.clone(),
            nickname: self.nickname.clone(),
            account_verified: self.account_verified,
            auth_failed_at: self.auth_failed_at,
            refreshed_at: self.refreshed_at,
            created_at: self.created_at,
            grant_id: None,
            identified: false,
        }
    }
}
