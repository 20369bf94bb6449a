//! Connecting: the rule is asked, the claim is taken, the row is inserted or refreshed. One transaction, under the
//! workspace's lock; the constraints have the last word at COMMIT.

use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use super::{
    Connection, Secret, SocialAccount,
    conflict::{self, Claimant, Conflict, Holding, Refusal},
    disconnecting::release_claim,
    identity::Identity,
    sharing,
};
use crate::{
    db::{Conn, dialect, types::Uuid},
    error::Result,
    models::{
        location::Location,
        role::Role,
        session::{Admin, Member},
        vault::Vault,
    },
    schema::{memberships, social_accounts, users},
};

/// What came of it: a new account, or one its owner had already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected {
    New(SocialAccount),
    Refreshed(SocialAccount),
}

impl Admin {
    /// Connects an account for the workspace.
    pub fn connect(&self, conn: &mut Conn, vault: &Vault, connection: &Connection) -> Result<Connected> {
        connect(conn, vault, self, Claimant::Workspace, connection)
    }
}

impl Member {
    /// Connects an account for this person.
    pub fn connect_personally(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        connection: &Connection,
    ) -> Result<Connected> {
        connect(conn, vault, self, Claimant::Person(self.user_id), connection)
    }
}

fn connect(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    claimant: Claimant,
    connection: &Connection,
) -> Result<Connected> {
    let identity = Identity::of(connection, vault.identity());
    let candidates = candidates(conn, member.workspace_id, connection.provider, &identity)?;
    let holdings: Vec<Holding> =
        candidates.iter().map(|(account, email)| holding(account, email.as_deref())).collect();
    if let Some(conflict) = conflict::between(member.user_id, claimant, &identity, &holdings) {
        return Err(refusal(conn, member, conflict)?.at(connection.named_by));
    }
    let own =
        candidates.into_iter().map(|(account, _)| account).filter(|account| account.holder() == claimant);
    match own_match(&identity, own) {
        Some(account) => {
            refresh(conn, vault, member, &account, &identity, connection).map(Connected::Refreshed)
        }
        None => insert(conn, vault, member, claimant, &identity, connection).map(Connected::New),
    }
}

/// Every account of the workspace that may be this one, with its holder's address, oldest first.
pub(super) fn candidates(
    conn: &mut Conn,
    workspace_id: i64,
    provider: &str,
    identity: &Identity,
) -> Result<Vec<(SocialAccount, Option<String>)>> {
    let candidates = social_accounts::table
        .left_join(users::table.on(users::id.nullable().eq(social_accounts::owner_id)))
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::provider.eq(provider))
        .filter(social_accounts::key.eq(identity.key()).or(social_accounts::handle.eq(&identity.handle)))
        .order((social_accounts::created_at, social_accounts::id))
        .select((SocialAccount::columns(), users::email.nullable()))
        .load(conn)?;
    Ok(candidates)
}

pub(super) fn holding(account: &SocialAccount, email: Option<&str>) -> Holding {
    Holding {
        account_id: account.id,
        holder: account.holder(),
        email: email.map(str::to_owned),
        identity: account.identity(),
    }
}

/// The claimant's own account to refresh: the one with the same external id, else one without and with the same
/// handle; for a request without an external id, the one refreshed last.
fn own_match(wanted: &Identity, own: impl Iterator<Item = SocialAccount>) -> Option<SocialAccount> {
    own.filter(|account| wanted.is_same_account_as(&account.identity())).max_by_key(|account| {
        let same_external_id = wanted.digest.is_some() && account.identity().digest == wanted.digest;
        (same_external_id, account.refreshed_at, account.id)
    })
}

/// Words the conflict for this caller, who learns of no account they may not see.
pub(super) fn refusal(conn: &mut Conn, member: &Member, conflict: Conflict) -> Result<Refusal> {
    Ok(match conflict {
        Conflict::HeldByYou { account_id } => Refusal::InYourAccount { account_id },
        Conflict::HeldByMembers { emails } => Refusal::WithMembers { emails },
        Conflict::HeldByWorkspace { account_id } if member.is_admin() => {
            Refusal::InWorkspaceForAdmin { account_id }
        }
        Conflict::HeldByWorkspace { account_id } => Refusal::InWorkspaceForMember {
            ask: whom_to_ask(conn, member.workspace_id, account_id)?,
            account_id: sharing::is_shared_with(conn, member, account_id)?.then_some(account_id),
        },
    })
}

/// Whoever connected it, if still an admin, else the longest-standing owner.
fn whom_to_ask(conn: &mut Conn, workspace_id: i64, account_id: i64) -> Result<String> {
    let connected_by: Option<i64> = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::id.eq(account_id))
        .select(social_accounts::connected_by)
        .first(conn)?;
    let admins: Vec<(i64, i32, String)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::role.ne(Role::Member.id()))
        .order((memberships::created_at, memberships::user_id))
        .select((memberships::user_id, memberships::role, users::email))
        .load(conn)?;
    let asked = admins
        .iter()
        .find(|(id, ..)| connected_by == Some(*id))
        .or_else(|| admins.iter().find(|(_, role, _)| *role == Role::Owner.id()));
    Ok(asked.map(|(.., email)| email.clone()).unwrap_or_default())
}

fn insert(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    claimant: Claimant,
    identity: &Identity,
    connection: &Connection,
) -> Result<SocialAccount> {
    let (scope, owner_id) = match claimant {
        Claimant::Workspace => ("workspace", None),
        Claimant::Person(id) => ("personal", Some(id)),
    };
    let key = identity.key();
    let uuid = Uuid::random();
    let seal = |secret: Secret, text: &str| {
        vault.ring().seal(&secret.place(uuid, member.workspace_id), text).as_str().to_owned()
    };
    dialect::take_claim(conn, member.workspace_id, connection.provider, &key, scope)?;
    let account = diesel::insert_into(social_accounts::table)
        .values((
            (
                social_accounts::uuid.eq(uuid),
                social_accounts::workspace_id.eq(member.workspace_id),
                social_accounts::provider.eq(connection.provider),
                social_accounts::key.eq(&key),
                social_accounts::handle.eq(&identity.handle),
                social_accounts::scope.eq(scope),
                social_accounts::owner_id.eq(owner_id),
                social_accounts::connected_by.eq(Some(member.user_id)),
                social_accounts::screen_name.eq(&connection.screen_name),
                social_accounts::twitter_nickname.eq(&connection.twitter_nickname),
                social_accounts::logo_url.eq(&connection.logo_url),
                social_accounts::nickname.eq(""),
            ),
            (
                social_accounts::account_verified.eq(connection.account_verified.unwrap_or(false)),
                social_accounts::location.eq(connection.location.map(Location::name)),
                social_accounts::external_id.eq(connection
                    .external_id
                    .as_ref()
                    .map(|id| seal(Secret::ExternalId, id.expose_secret()))),
                social_accounts::access_token
                    .eq(seal(Secret::AccessToken, connection.access_token.expose_secret())),
                social_accounts::scopes.eq("[]"),
                social_accounts::handle_aliases.eq(""),
                social_accounts::last_sync_history_id.eq(""),
                social_accounts::refreshed_at.eq(member.now),
                social_accounts::created_at.eq(member.now),
                social_accounts::updated_at.eq(member.now),
            ),
        ))
        .returning(SocialAccount::columns())
        .get_result(conn)?;
    Ok(account)
}

/// Replaces token, names, picture and (when sent) the verified flag, and clears an authentication failure.
/// Id, nickname, teams and who connected it first stay.
fn refresh(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    account: &SocialAccount,
    identity: &Identity,
    connection: &Connection,
) -> Result<SocialAccount> {
    let seal = |secret: Secret, text: &str| {
        vault.ring().seal(&secret.place(account.uuid, account.workspace_id), text).as_str().to_owned()
    };
    // An account that is known by its external id keeps it; one that was not takes the request's.
    let known =
        Identity { digest: identity.digest.clone().or(account.identity().digest), ..identity.clone() };
    let key = known.key();
    if key != account.key {
        dialect::take_claim(conn, account.workspace_id, &account.provider, &key, &account.scope)?;
    }
    let refreshed = diesel::update(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .set((
        social_accounts::key.eq(&key),
        social_accounts::handle.eq(&identity.handle),
        connection
            .external_id
            .as_ref()
            .map(|id| social_accounts::external_id.eq(seal(Secret::ExternalId, id.expose_secret()))),
        social_accounts::access_token.eq(seal(Secret::AccessToken, connection.access_token.expose_secret())),
        social_accounts::screen_name.eq(&connection.screen_name),
        social_accounts::twitter_nickname.eq(&connection.twitter_nickname),
        social_accounts::logo_url.eq(&connection.logo_url),
        connection.account_verified.map(|verified| social_accounts::account_verified.eq(verified)),
        connection.location.map(|location| social_accounts::location.eq(location.name())),
        social_accounts::auth_failed_at.eq(None::<crate::clock::Moment>),
        social_accounts::refreshed_at.eq(member.now),
        social_accounts::updated_at.eq(member.now),
    ))
    .returning(SocialAccount::columns())
    .get_result(conn)?;
    if key != account.key {
        release_claim(conn, account)?;
    }
    Ok(refreshed)
}
