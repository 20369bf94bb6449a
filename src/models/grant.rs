//! A grant: the tokens that a network gave for one identity. A network keeps one living pair for an app and a person, so
//! all accounts of the identity that were connected by consent have the same grant.

use chrono::TimeDelta;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{Conn, Variant, among, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        consent::Status,
        social_account::{SocialAccount, granted, identity::Identity},
        vault::Vault,
    },
    networks::consent::Pair,
    prepared,
    schema::{consents, grants, social_accounts},
};

/// The token works, as far as is known.
const OK: &str = "ok";
/// The network has refused it, and its person has to connect again.
const NEEDS_RECONNECT: &str = "needs_reconnect";

/// A person may ask for one check in this time.
const CHECK_INTERVAL: TimeDelta = TimeDelta::minutes(1);

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
    let stored: Option<Uuid> = grants::table
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(grants::provider.eq(provider))
        .filter(grants::key.eq(&key))
        .select(grants::id)
        .first(conn)
        .optional()?;
    let id = stored.unwrap_or_else(Uuid::random);
    let tokens = Tokens::new(vault, workspace_id, id, pair, now)?;
    if stored.is_some() {
        let scopes = tokens.scopes.clone();
        let renewal = diesel::update(grants::table.find((workspace_id, id)))
            .set((tokens, grants::version.eq(grants::version + 1)));
        prepared!(renewal).execute(conn)?;
        granted::renew(conn, vault, workspace_id, id, &pair.access_token, &scopes, now)?;
    } else {
        let row = NewRow { workspace_id, id, provider, key: &key, version: 1, tokens };
        Variant(diesel::insert_into(grants::table).values(row)).execute(conn)?;
    }
    Ok(id)
}

/// What is known of a grant without asking its network.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct Condition {
    state: String,
    expires_at: Option<Moment>,
}

impl Condition {
    pub fn needs_reconnect(&self) -> bool {
        self.state == NEEDS_RECONNECT
    }

    /// Whether its access token works, as far as is known.
    pub fn is_living(&self, now: Moment) -> bool {
        !self.needs_reconnect() && self.expires_at.is_none_or(|at| at > now)
    }
}

/// Makes the grants of these accounts due for a check if the last one was before a moment, and longer ago than a minute.
pub fn request_checks(
    conn: &mut Conn,
    workspace_id: i64,
    ids: &[Uuid],
    checked_before: Moment,
    now: Moment,
) -> Result<()> {
    let old = diesel::update(grants::table)
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(among(grants::id, ids.iter().map(|id| id.0)))
        .filter(grants::state.eq(OK))
        .filter(grants::last_checked_at.lt(checked_before.min(now - CHECK_INTERVAL)))
        .filter(grants::next_attempt_at.is_null().or(grants::next_attempt_at.gt(now).assume_not_null()));
    prepared!(old.set(grants::next_attempt_at.eq(now))).execute(conn)?;
    Ok(())
}

/// The access token of a grant, and its scopes as a JSON list.
pub struct Access {
    pub token: SecretString,
    pub scopes: String,
}

/// Loads the current access token; `None` if there is no such grant or it has none.
pub fn access(conn: &mut Conn, vault: &Vault, workspace_id: i64, id: Uuid) -> Result<Option<Access>> {
    let stored: Option<(Option<String>, String)> = grants::table
        .find((workspace_id, id))
        .select((grants::access_token, grants::scopes))
        .first(conn)
        .optional()?;
    let Some((Some(sealed), scopes)) = stored else { return Ok(None) };
    let token = vault.open(&place(workspace_id, id, "access_token"), &sealed).map_err(Error::ours)?;
    Ok(Some(Access { token, scopes }))
}

/// The access token of a grant, if it works as far as is known.
pub fn living_token(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    id: Uuid,
    now: Moment,
) -> Result<Option<SecretString>> {
    let condition: Option<Condition> =
        grants::table.find((workspace_id, id)).select(Condition::as_select()).first(conn).optional()?;
    if !condition.is_some_and(|condition| condition.is_living(now)) {
        return Ok(None);
    }
    Ok(access(conn, vault, workspace_id, id)?.map(|access| access.token))
}

/// Moves the grant of an account that moves to another workspace, sealed for its new place, and returns its id. `None` if
/// other accounts need it here, or if the other workspace has one of the same identity. Both workspaces must be locked.
pub fn take_along(
    conn: &mut Conn,
    vault: &Vault,
    account: &SocialAccount,
    id: Uuid,
    workspace_id: i64,
) -> Result<Option<Uuid>> {
    let from = account.workspace_id;
    let others = social_accounts::table
        .filter(social_accounts::workspace_id.eq(from))
        .filter(social_accounts::grant_id.eq(Some(id)))
        .filter(social_accounts::id.ne(account.id));
    if diesel::select(exists(others)).get_result(conn)? {
        return Ok(None);
    }
    let same = grants::table
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(grants::provider.eq(&account.provider))
        .filter(grants::key.eq(&account.key));
    let sealed: Option<(Option<String>, Option<String>)> = grants::table
        .find((from, id))
        .select((grants::access_token, grants::refresh_token))
        .first(conn)
        .optional()?;
    let Some((access_token, refresh_token)) = sealed else { return Ok(None) };
    if diesel::select(exists(same)).get_result(conn)? {
        diesel::delete(grants::table.find((from, id))).execute(conn)?;
        return Ok(None);
    }
    let reseal = |column, sealed: Option<String>| {
        vault.reseal(&place(from, id, column), &place(workspace_id, id, column), sealed.as_deref())
    };
    let move_there = diesel::update(grants::table.find((from, id))).set((
        grants::workspace_id.eq(workspace_id),
        grants::access_token.eq(reseal("access_token", access_token)?),
        grants::refresh_token.eq(reseal("refresh_token", refresh_token)?),
    ));
    prepared!(move_there).execute(conn)?;
    Ok(Some(id))
}

/// Deletes a grant that no account and no consent needs any more. The workspace must be locked.
pub fn delete_if_unused(conn: &mut Conn, workspace_id: i64, id: Uuid) -> Result<()> {
    let accounts = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::grant_id.eq(Some(id)));
    let waiting = consents::table
        .filter(consents::workspace_id.eq(workspace_id))
        .filter(consents::grant_id.eq(Some(id)))
        .filter(consents::status.eq(Status::Granted.name()));
    let unused = grants::table
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(grants::id.eq(id))
        .filter(not(exists(accounts)))
        .filter(not(exists(waiting)));
    diesel::delete(unused).execute(conn)?;
    Ok(())
}

impl Tokens<'_> {
    fn new(vault: &Vault, workspace_id: i64, id: Uuid, pair: &Pair, now: Moment) -> Result<Self> {
        let seal = |column, text: &str| {
            vault.ring().seal(&place(workspace_id, id, column), text).as_str().to_owned()
        };
        let refresh_token =
            pair.refresh_token.as_ref().map(|token| seal("refresh_token", token.expose_secret()));
        Ok(Self {
            access_token: Some(seal("access_token", pair.access_token.expose_secret())),
            refresh_token,
            scopes: serde_json::to_string(&pair.scopes).map_err(Error::ours)?,
            expires_at: pair.lifetime.map(|lifetime| now + lifetime),
            leased_until: None,
            sent_at: None,
            attempts: 0,
            next_attempt_at: None,
            state: OK,
            reason: None,
            granted_at: now,
            last_checked_at: Some(now),
        })
    }
}

fn place(workspace_id: i64, id: Uuid, column: &'static str) -> Place {
    Place { table: "grants", column, row: id.0, workspace: workspace_id }
}

/// Deletes at most `most` grants that no account has and no consent will use, and returns their number. It locks their
/// workspaces, because a consent may take one at the same time.
pub fn delete_unused(conn: &mut Conn, _now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(grants as old);
    let (workspace_id, id) = (old.field(grants::workspace_id), old.field(grants::id));
    let has_account = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::grant_id.eq(id.nullable()));
    let has_consent = consents::table
        .filter(consents::workspace_id.eq(workspace_id))
        .filter(consents::grant_id.eq(id.nullable()));
    let unused = old.filter(not(exists(has_account))).filter(not(exists(has_consent)));
    let workspace_ids: Vec<i64> = unused.select(workspace_id).limit(most).load(conn)?;
    if workspace_ids.is_empty() {
        return Ok(0);
    }
    dialect::lock_workspaces(conn, workspace_ids.clone())?;
    let ids = unused.filter(workspace_id.eq_any(workspace_ids)).select(id).limit(most);
    Ok(diesel::delete(grants::table.filter(grants::id.eq_any(ids))).execute(conn)?)
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
        let tokens = Tokens::new(&vault, workspace_id, id, &pair, Clock::default().now()).unwrap();
        let open = |column, sealed: Option<String>| {
            vault.open(&place(workspace_id, id, column), &sealed.unwrap()).unwrap().expose_secret().to_owned()
        };
        assert_eq!(open("access_token", tokens.access_token), "access");
        assert_eq!(open("refresh_token", tokens.refresh_token), "refresh");
    }
}
