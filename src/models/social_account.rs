//! A social account: connected by somebody, held by a person or by the workspace.

pub mod asker;
mod candidates;
pub mod conflict;
pub mod connecting;
pub mod disconnecting;
pub mod identity;
pub mod listing;
pub mod moving;
mod refusing;
pub mod sharing;
pub mod transferring;
pub mod updating;

use std::fmt;

use diesel::prelude::*;
use secrecy::SecretString;

use self::{
    conflict::Claimant,
    identity::{Handle, Identity},
};
use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{MultiBackend, types::Uuid},
    models::location::Location,
    schema::social_accounts,
};

/// The one network V4 speaks of.
pub const TWITTER: &str = "twitter";

/// An account as everything but its secrets; those stay in the database until somebody needs one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct SocialAccount {
    pub id: i64,
    pub uuid: Uuid,
    pub workspace_id: i64,
    pub provider: String,
    pub key: String,
    pub handle: String,
    pub scope: String,
    pub owner_id: Option<i64>,
    pub connected_by: Option<i64>,
    pub screen_name: String,
    pub twitter_nickname: String,
    pub logo_url: String,
    pub nickname: String,
    pub account_verified: bool,
    pub auth_failed_at: Option<Moment>,
    pub refreshed_at: Moment,
    pub created_at: Moment,
}

pub type Columns = <SocialAccount as Selectable<MultiBackend>>::SelectExpression;

/// What a client brings to have an account connected.
pub struct Connection {
    /// The id a client chose for a new account.
    pub uuid: Option<Uuid>,
    pub provider: String,
    pub external_id: Option<SecretString>,
    pub handle: Handle,
    /// The handle as it was written.
    pub twitter_nickname: String,
    /// Absent: as it was, or the handle for a name on a new account.
    pub profile: Option<Profile>,
    /// Absent: as it was.
    pub access_token: Option<SecretString>,
    pub refresh_token: Option<SecretString>,
    pub progress: Progress,
    /// Absent: as it was, or unverified on a new account.
    pub account_verified: Option<bool>,
    pub location: Option<Location>,
    /// The parameter that named the account, where a conflict is shown.
    pub named_by: &'static str,
}

/// How an account shows itself on its network.
pub struct Profile {
    pub screen_name: String,
    pub logo_url: String,
}

/// What programs that use the account write down about it; absent: as it was.
#[derive(Debug, Default, Clone, AsChangeset)]
#[diesel(table_name = social_accounts)]
pub struct Progress {
    /// A JSON list.
    pub scopes: Option<String>,
    pub handle_aliases: Option<String>,
    pub last_sync_history_id: Option<String>,
    pub auth_failed_at: Option<Option<Moment>>,
}

impl SocialAccount {
    /// The columns it is read from, for `select` and `returning` on either database.
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn holder(&self) -> Claimant {
        self.owner_id.map_or(Claimant::Workspace, Claimant::Person)
    }

    pub fn identity(&self) -> Identity {
        Identity::stored(&self.key, &self.handle)
    }

    pub fn is_workspace_account(&self) -> bool {
        self.owner_id.is_none()
    }
}

/// The secret columns of the table, and the name each is sealed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    ExternalId,
    AccessToken,
    RefreshToken,
}

impl Secret {
    /// Where a secret of the account with this uuid is sealed, in this workspace.
    pub fn place(self, row: Uuid, workspace: i64) -> Place {
        let column = match self {
            Self::ExternalId => "external_id",
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        };
        Place { table: "social_accounts", column, row: row.0, workspace }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("provider", &self.provider)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
