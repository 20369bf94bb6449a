//! A social account: its row, its owner, and a new account to connect. A new column is added here and in `schema.rs`.

pub mod breaking;
pub mod changing;
pub mod checking;
pub mod conflict;
pub mod connecting;
pub mod connection;
pub mod counting;
pub mod detailed;
pub mod first_connection;
pub mod granted;
pub mod holders;
pub mod identity;
mod listing;
mod new_row;
pub mod pasted_token;
pub mod picture;
pub mod reconnecting;
mod recording;
mod rights;
mod sharing;
pub mod transferring;
pub mod verified;
mod visibility;

use std::fmt;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use self::identity::{Handle, Identity};
pub(in crate::models) use self::visibility::is_of_visible_account;
use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{MultiBackend, types::Uuid},
    models::{location::Location, vault::Vault},
    schema::social_accounts,
};

/// The account with this id on a network that has this owner, in a workspace.
macro_rules! owned_account {
    ($workspace_id:expr, $owner:expr, $provider:expr, $id:expr) => {{
        use $crate::schema::social_accounts;
        let owner: $crate::models::social_account::Owner = $owner;
        let is_theirs = social_accounts::owner_id.eq(owner.user_id()).assume_not_null();
        social_accounts::table
            .filter(social_accounts::workspace_id.eq($workspace_id))
            .filter(social_accounts::id.eq($id))
            .filter(social_accounts::provider.eq($provider))
            .filter(social_accounts::scope.eq(owner.scope()))
            .filter(social_accounts::owner_id.is_null().or(is_theirs))
    }};
}
use owned_account;

/// The owner of an account: the workspace, or a person by user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Workspace,
    Person(i64),
}

impl Owner {
    fn user_id(self) -> Option<i64> {
        match self {
            Self::Workspace => None,
            Self::Person(id) => Some(id),
        }
    }

    /// The value of the column `scope` of accounts and claims.
    pub(super) fn scope(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Person(_) => "personal",
        }
    }
}

/// An account without its secrets, which are loaded only where they are needed.
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
    /// The grant from which its token comes; `None` for an account with a token that was pasted or written.
    pub grant_id: Option<Uuid>,
    /// Whether the network itself has named its external id, which otherwise is what a person has pasted.
    pub identified: bool,
}

pub type Columns = <SocialAccount as Selectable<MultiBackend>>::SelectExpression;

/// The columns to change, with sealed secrets. `None` leaves a column as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = social_accounts)]
struct Change<'a> {
    uuid: Option<Uuid>,
    workspace_id: Option<i64>,
    provider: Option<&'a str>,
    key: Option<&'a str>,
    handle: Option<&'a str>,
    scope: Option<&'a str>,
    owner_id: Option<Option<i64>>,
    connected_by: Option<Option<i64>>,
    screen_name: Option<&'a str>,
    twitter_nickname: Option<&'a str>,
    logo_url: Option<&'a str>,
    nickname: Option<&'a str>,
    account_verified: Option<bool>,
    location: Option<&'a str>,
    external_id: Option<Option<String>>,
    access_token: Option<Option<String>>,
    refresh_token: Option<Option<String>>,
    #[diesel(embed)]
    progress: Progress,
    refreshed_at: Option<Moment>,
    updated_at: Moment,
    grant_id: Option<Option<Uuid>>,
    identified: Option<bool>,
    token_id_digest: Option<Option<String>>,
}

/// The columns in which programs that use the account record their state. `None` leaves a column as it is.
#[derive(Debug, Default, Clone, AsChangeset)]
#[diesel(table_name = social_accounts)]
pub struct Progress {
    /// A JSON list.
    pub scopes: Option<String>,
    pub handle_aliases: Option<String>,
    pub last_sync_history_id: Option<String>,
    pub auth_failed_at: Option<Option<Moment>>,
}

/// What a request asks to connect. If the owner has the account already, `None` leaves a value as it is.
pub struct NewAccount {
    /// The id that the client chose for a new account.
    pub uuid: Option<Uuid>,
    pub provider: String,
    pub external_id: Option<SecretString>,
    pub handle: Handle,
    /// The handle as entered.
    pub twitter_nickname: String,
    /// A new account without a profile uses the handle as its screen name.
    pub profile: Option<Profile>,
    pub access_token: Option<SecretString>,
    pub refresh_token: Option<SecretString>,
    pub source: TokenSource,
    pub progress: Progress,
    /// `None` makes a new account unverified.
    pub account_verified: Option<bool>,
    pub location: Option<Location>,
    /// The parameter that named the account; a conflict is reported there.
    pub parameter: String,
}

/// Where the token of a request comes from, which decides about the grant of an account that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// A person pasted it: the account leaves its grant.
    Pasted,
    /// A program wrote it at `/rest`: an account with a grant ignores it.
    Written,
    /// The network gave it: the account has this grant from now on.
    Granted(Uuid),
}

/// The name and the picture of an account at its network.
pub struct Profile {
    pub screen_name: String,
    pub logo_url: String,
}

impl SocialAccount {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn owner(&self) -> Owner {
        self.owner_id.map_or(Owner::Workspace, Owner::Person)
    }

    pub fn identity(&self) -> Identity {
        Identity::stored(&self.key, &self.handle)
    }
}

impl NewAccount {
    fn identity(&self, vault: &Vault) -> Identity {
        let digest = |id: &SecretString| vault.identity().digest(&self.provider, id.expose_secret());
        Identity { digest: self.external_id.as_ref().map(digest), handle: self.handle.as_str().to_owned() }
    }
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("provider", &self.provider)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}

/// The sealed columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    ExternalId,
    AccessToken,
    RefreshToken,
}

impl Secret {
    /// Seals a secret for the account with this uuid in this workspace.
    fn seal(self, vault: &Vault, uuid: Uuid, workspace_id: i64, text: &SecretString) -> String {
        vault.ring().seal(&self.place(uuid, workspace_id), text.expose_secret()).as_str().to_owned()
    }

    fn place(self, uuid: Uuid, workspace_id: i64) -> Place {
        let column = match self {
            Self::ExternalId => "external_id",
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        };
        Place { table: "social_accounts", column, row: uuid.0, workspace: workspace_id }
    }
}
