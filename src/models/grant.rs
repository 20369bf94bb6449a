//! A grant: the tokens that a network gave for one identity. A network keeps one living pair for an app and a person, so
//! all accounts of the identity that were connected by consent have the same grant.

mod breaker;
mod checking;
mod condition;
pub mod identification;
mod leasing;
mod moving;
mod reading;
pub mod refreshing;
mod revoking;
mod schedule;
mod state;
mod storing;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use self::schedule::Schedule;
use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{Conn, Variant, types::Uuid},
    error::{Error, Result},
    models::{
        social_account::{granted, identity::Identity},
        vault::Vault,
    },
    networks::consent::Pair,
    prepared,
    schema::grants,
};

pub use self::{
    breaker::{Breaker, load_all as breakers},
    checking::Answer,
    condition::{Condition, request_checks},
    leasing::due,
    moving::take_along,
    reading::{is_reading_due, note_read},
    revoking::{Revocation, end_if_unused, end_of_workspace, revoke},
    schedule::{MIN_REMAINING, Purpose},
    state::{Reason, State},
};

/// The actor of what a network says about a grant.
const ACTOR: &str = "refresh";

/// Names a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GrantId {
    pub workspace_id: i64,
    pub id: Uuid,
}

#[derive(Insertable)]
#[diesel(table_name = grants)]
struct NewRow<'a> {
    workspace_id: i64,
    id: Uuid,
    provider: &'a str,
    key: &'a str,
    version: i64,
    #[diesel(embed)]
    tokens: Tokens<'a>,
}

/// What changes when a network gives a new pair by consent. `None` sets NULL.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = grants, treat_none_as_null = true)]
struct Tokens<'a> {
    access_token: Option<String>,
    refresh_token: Option<String>,
    scopes: String,
    expires_at: Option<Moment>,
    leased_until: Option<Moment>,
    sent_at: Option<Moment>,
    attempts: i32,
    next_attempt_at: Option<Moment>,
    state: &'a str,
    reason: Option<String>,
    granted_at: Moment,
    last_checked_at: Option<Moment>,
}

/// Keeps a new pair, and returns the id of its grant. It replaces the pair that the workspace has for this identity,
/// because the network may have ended that one. The workspace must be locked.
pub fn keep(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    provider: &str,
    holder_id: &str,
    pair: &Pair,
    now: Moment,
) -> Result<Uuid> {
    let digest = vault.identity().digest(provider, holder_id);
    let key = Identity { digest: Some(digest), handle: String::new() }.key();
    let stored: Option<(Uuid, Option<Moment>)> = grants::table
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(grants::provider.eq(provider))
        .filter(grants::key.eq(&key))
        .select((grants::id, grants::last_read_at))
        .first(conn)
        .optional()?;
    let id = stored.map_or_else(Uuid::random, |(id, _)| id);
    let last_read_at = stored.and_then(|(_, last_read_at)| last_read_at);
    let tokens = Tokens::new(vault, workspace_id, id, pair, last_read_at, now)?;
    if stored.is_some() {
        let scopes = tokens.scopes.clone();
        let renewal = diesel::update(grants::table.find((workspace_id, id)))
            .set((tokens, grants::version.eq(grants::version + 1)));
        prepared!(renewal).execute(conn)?;
        granted::renew(conn, vault, workspace_id, id, &pair.access_token, Some(&scopes), now)?;
    } else {
        let row = NewRow { workspace_id, id, provider, key: &key, version: 1, tokens };
        Variant(diesel::insert_into(grants::table).values(row)).execute(conn)?;
    }
    Ok(id)
}

/// The access token of a grant.
pub struct Access {
    pub token: SecretString,
    /// A JSON list.
    pub scopes: String,
    /// The stored name of the network.
    pub provider: String,
    pub version: i64,
    pub expires_at: Option<Moment>,
}

/// The sealed token, its scopes, its network, its version and its end.
type AccessRow = (Option<String>, String, String, i64, Option<Moment>);

/// Loads the current access token; `None` if there is no such grant, or it has to be given again.
pub fn access(conn: &mut Conn, vault: &Vault, workspace_id: i64, id: Uuid) -> Result<Option<Access>> {
    let stored: Option<AccessRow> = grants::table
        .find((workspace_id, id))
        .filter(grants::state.ne(State::NeedsReconnect.name()))
        .select((grants::access_token, grants::scopes, grants::provider, grants::version, grants::expires_at))
        .first(conn)
        .optional()?;
    let Some((Some(sealed), scopes, provider, version, expires_at)) = stored else { return Ok(None) };
    let token = vault.open(&place(workspace_id, id, "access_token"), &sealed).map_err(Error::ours)?;
    Ok(Some(Access { token, scopes, provider, version, expires_at }))
}

impl Tokens<'_> {
    fn new(
        vault: &Vault,
        workspace_id: i64,
        id: Uuid,
        pair: &Pair,
        last_read_at: Option<Moment>,
        now: Moment,
    ) -> Result<Self> {
        let seal = |column, text: &str| {
            vault.ring().seal(&place(workspace_id, id, column), text).as_str().to_owned()
        };
        let refresh_token =
            pair.refresh_token.as_ref().map(|token| seal("refresh_token", token.expose_secret()));
        let schedule = Schedule::new(pair.lifetime, last_read_at, now);
        Ok(Self {
            access_token: Some(seal("access_token", pair.access_token.expose_secret())),
            refresh_token,
            scopes: serde_json::to_string(&pair.scopes).map_err(Error::ours)?,
            expires_at: schedule.expires_at,
            leased_until: None,
            sent_at: None,
            attempts: 0,
            next_attempt_at: schedule.next_attempt_at,
            state: State::Ok.name(),
            reason: None,
            granted_at: now,
            last_checked_at: Some(now),
        })
    }
}

fn place(workspace_id: i64, id: Uuid, column: &'static str) -> Place {
    Place { table: "grants", column, row: id.0, workspace: workspace_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        crypto::{identity::IdentityKey, key_ring::KeyRing},
    };

    #[test]
    fn each_token_is_sealed_in_its_own_column() {
        let vault = Vault::new(KeyRing::generate(), IdentityKey::generate());
        let (workspace_id, id) = (7, Uuid::random());
        let (access_token, refresh_token) = ("access".into(), Some("refresh".into()));
        let pair = Pair { access_token, refresh_token, scopes: Vec::new(), lifetime: None };
        let tokens = Tokens::new(&vault, workspace_id, id, &pair, None, Clock::default().now()).unwrap();
        let open = |column, sealed: Option<String>| {
            vault.open(&place(workspace_id, id, column), &sealed.unwrap()).unwrap().expose_secret().to_owned()
        };
        assert_eq!(open("access_token", tokens.access_token), "access");
        assert_eq!(open("refresh_token", tokens.refresh_token), "refresh");
    }
}
