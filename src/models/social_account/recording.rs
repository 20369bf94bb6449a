//! The events of changes of an account: what happened, and which fields changed. Fields have their names at `/rest`, or else
//! those of V4.

use super::{Change, SocialAccount};
use crate::{
    db::Conn,
    error::Result,
    models::event::{self, AccountChange, Event, Verb},
};

const ACCESS_TOKEN: &str = "accessToken";

impl Change<'_> {
    /// The fields that it sets whose former values are not loaded with an account.
    pub(super) fn unloaded_fields(&self) -> Vec<&'static str> {
        let fields = [
            (ACCESS_TOKEN, self.access_token.is_some()),
            ("refreshToken", self.refresh_token.is_some()),
            ("scopes", self.progress.scopes.is_some()),
            ("handleAliases", self.progress.handle_aliases.is_some()),
            ("lastSyncHistoryId", self.progress.last_sync_history_id.is_some()),
        ];
        event::names_of(fields).collect()
    }
}

impl SocialAccount {
    /// Records that a change made `changed` of this account, and set these fields that are not loaded.
    pub(super) fn record_change(
        &self,
        conn: &mut Conn,
        changed: &Self,
        unloaded: &[&'static str],
    ) -> Result<()> {
        if changed.workspace_id != self.workspace_id {
            Event::of_account(Verb::Deleted, self).change(AccountChange::Moved).record(conn)?;
            return Event::of_account(Verb::Created, changed).change(AccountChange::Moved).record(conn);
        }
        Event::of_account(Verb::Updated, changed)
            .change(self.what_became(changed, unloaded.contains(&ACCESS_TOKEN)))
            .fields(self.fields_changed(changed).chain(unloaded.iter().copied()))
            .record(conn)
    }

    fn what_became(&self, changed: &Self, has_new_token: bool) -> Option<AccountChange> {
        match (self.auth_failed_at, changed.auth_failed_at) {
            _ if changed.owner() != self.owner() => Some(AccountChange::Moved),
            (None, Some(_)) => Some(AccountChange::Broke),
            (Some(_), None) if has_new_token => Some(AccountChange::Reconnected),
            (Some(_), None) => Some(AccountChange::Recovered),
            _ if changed.refreshed_at != self.refreshed_at => Some(AccountChange::Refreshed),
            _ => None,
        }
    }

    fn fields_changed(&self, changed: &Self) -> impl Iterator<Item = &'static str> + use<> {
        event::names_of([
            ("provider", changed.provider != self.provider),
            ("handle", changed.handle != self.handle || changed.twitter_nickname != self.twitter_nickname),
            ("accountOwnerId", changed.owner() != self.owner()),
            ("authFailedAt", changed.auth_failed_at != self.auth_failed_at),
            ("screen_name", changed.screen_name != self.screen_name),
            ("logo_url", changed.logo_url != self.logo_url),
            ("account_verified", changed.account_verified != self.account_verified),
        ])
    }
}
