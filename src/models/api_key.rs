//! API keys, with which programs use `/rest`. A key belongs to its workspace and stays when its creator leaves.
//! The row of a revoked key stays too, so that a client that still sends the key gets the error "revoked".

pub mod scope;

use diesel::prelude::*;

pub use self::scope::Scope;
use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::{Conn, MultiBackend, types::Uuid},
    error::{Error, Result},
    models::{
        event::{Event, Verb, object},
        page::{Listed, Page},
        session::{Admin, Session, Viewer},
    },
    prepared,
    schema::api_keys,
};

/// How many usable keys a workspace may have.
pub const MAX_USABLE: i64 = 100;
/// In characters.
pub const MAX_NAME_CHARS: usize = 255;
pub const NOT_IN_THE_FUTURE: &str = "Expires at must be in the future";
const ONLY_ADMINS_MANAGE_API_KEYS: &str = "Only workspace admins can manage API keys";

/// An API key without its digest.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct ApiKey {
    pub workspace_id: i64,
    pub id: Uuid,
    pub name: String,
    /// `false` for a record created at `/rest`: no key text exists for it, so it cannot be used.
    #[diesel(select_expression = api_keys::digest.is_not_null())]
    pub has_text: bool,
    scopes: String,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub last_used_at: Option<Moment>,
    pub created_by: Option<i64>,
    pub created_at: Moment,
}

pub type Columns = <ApiKey as Selectable<MultiBackend>>::SelectExpression;

#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub name: String,
    /// At least one.
    pub scopes: Vec<Scope>,
    /// In the future; `None` means never.
    pub expires_at: Option<Moment>,
}

/// A new key with its text, which is not stored and cannot be shown again.
#[derive(Debug, Clone)]
pub struct IssuedApiKey {
    pub key: ApiKey,
    pub text: KeyText,
}

impl ApiKey {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn scopes(&self) -> Vec<Scope> {
        scope::parse(&self.scopes)
    }

    pub fn has_expired(&self, now: Moment) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    pub fn is_usable(&self, now: Moment) -> bool {
        self.has_text && self.revoked_at.is_none() && !self.has_expired(now)
    }
}

impl Session {
    /// Loads an admin, who may manage keys; 403 for other members.
    pub fn key_admin(&self, conn: &mut Conn) -> Result<Admin> {
        self.member(conn)?.admin(ONLY_ADMINS_MANAGE_API_KEYS)
    }
}

impl Viewer {
    /// Lists the keys that are not revoked, oldest first; 403 for members who are not admins.
    pub fn api_keys(&self, conn: &mut Conn, page: Page) -> Result<Listed<ApiKey>> {
        if !self.is_admin() {
            return Err(Error::Forbidden(ONLY_ADMINS_MANAGE_API_KEYS));
        }
        let total_count = count(conn, self.workspace_id)?;
        let rows = not_revoked(self.workspace_id)
            .order((api_keys::created_at, api_keys::id))
            .limit(page.limit())
            .offset(page.offset())
            .select(ApiKey::columns())
            .load(conn)?;
        Ok(Listed { rows, total_count })
    }
}

impl Admin {
    pub fn issue_api_key(&self, conn: &mut Conn, new: &NewApiKey) -> Result<IssuedApiKey> {
        issue(conn, self.workspace_id, Some(self.user_id), new, self.now)
    }

    /// Revokes a key permanently; 404 if it is revoked already.
    pub fn revoke_api_key(&self, conn: &mut Conn, id: Uuid) -> Result<()> {
        let key = api_keys::table.find((self.workspace_id, id)).filter(api_keys::revoked_at.is_null());
        let revoked: Option<String> = prepared!(
            diesel::update(key)
                .set((api_keys::revoked_at.eq(Some(self.now)), api_keys::updated_at.eq(self.now)))
                .returning(api_keys::name)
        )
        .get_result(conn)
        .optional()?;
        record_revoked(conn, self.workspace_id, id, &revoked.ok_or(Error::NotFound)?)
    }
}

/// Inserts a new key. The workspace must be locked. `created_by` is `None` if the operator creates the key.
pub fn issue(
    conn: &mut Conn,
    workspace_id: i64,
    created_by: Option<i64>,
    new: &NewApiKey,
    now: Moment,
) -> Result<IssuedApiKey> {
    expect_room(conn, workspace_id, now)?;
    let text = KeyText::generate(workspace_id);
    let key: ApiKey = diesel::insert_into(api_keys::table)
        .values((
            api_keys::workspace_id.eq(workspace_id),
            api_keys::id.eq(Uuid::random()),
            api_keys::name.eq(&new.name),
            api_keys::digest.eq(Some(text.digest())),
            api_keys::scopes.eq(scope::render(&new.scopes)),
            api_keys::expires_at.eq(new.expires_at),
            api_keys::created_by.eq(created_by),
            api_keys::created_at.eq(now),
            api_keys::updated_at.eq(now),
        ))
        .returning(ApiKey::columns())
        .get_result(conn)?;
    Event::new(Verb::Created, object::API_KEY, workspace_id, &key.id.0).label(&key.name).record(conn)?;
    Ok(IssuedApiKey { key, text })
}

/// Counts the keys of a workspace that are not revoked.
pub fn count(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    Ok(not_revoked(workspace_id).count().get_result(conn)?)
}

/// Revokes every key of a workspace permanently. Returns how many there were.
pub(super) fn revoke_all(conn: &mut Conn, workspace_id: i64, now: Moment) -> Result<usize> {
    let keys = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .filter(api_keys::revoked_at.is_null());
    let revoked: Vec<(Uuid, String)> = prepared!(
        diesel::update(keys)
            .set((api_keys::revoked_at.eq(Some(now)), api_keys::updated_at.eq(now)))
            .returning((api_keys::id, api_keys::name))
    )
    .load(conn)?;
    revoked.iter().try_for_each(|(id, name)| record_revoked(conn, workspace_id, *id, name))?;
    Ok(revoked.len())
}

fn record_revoked(conn: &mut Conn, workspace_id: i64, id: Uuid, name: &str) -> Result<()> {
    Event::new(Verb::Updated, object::API_KEY, workspace_id, &id.0)
        .label(name)
        .fields(["revokedAt"])
        .record(conn)
}

/// Removes a person as creator of their keys, when they leave the workspace. The keys stay.
pub fn clear_creator(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    prepared!(
        diesel::update(
            api_keys::table
                .filter(api_keys::workspace_id.eq(workspace_id))
                .filter(api_keys::created_by.eq(Some(user_id))),
        )
        .set(api_keys::created_by.eq(None::<i64>))
    )
    .execute(conn)?;
    Ok(())
}

fn not_revoked<'a>(workspace_id: i64) -> api_keys::BoxedQuery<'a, MultiBackend> {
    api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .filter(api_keys::revoked_at.is_null())
        .into_boxed()
}

fn expect_room(conn: &mut Conn, workspace_id: i64, now: Moment) -> Result<()> {
    let usable: i64 = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .filter(api_keys::digest.is_not_null())
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Some(now)).assume_not_null()))
        .count()
        .get_result(conn)?;
    if usable < MAX_USABLE {
        return Ok(());
    }
    let sentence = format!("Your workspace has {MAX_USABLE} API keys, and that is as many as it can have");
    Err(Error::invalid("api_key", "full", sentence))
}
