//! Making a key. Its text is known to whoever makes it, and to nobody afterwards.

use diesel::prelude::*;

use super::{ADMINS_ONLY, ApiKey, Scope, scope};
use crate::{
    clock::Moment,
    crypto::api_key::KeyText,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::session::{Admin, Session},
    schema::api_keys,
};

/// Keys of a workspace that open something, at most.
pub const LIMIT: i64 = 100;
pub const LONGEST_NAME: usize = 255;
pub const NOT_IN_THE_FUTURE: &str = "Expires at must be in the future";

/// What a key is to be.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub name: String,
    /// At least one.
    pub scopes: Vec<Scope>,
    /// A moment to come; none is never.
    pub expires_at: Option<Moment>,
}

/// A key just made, with what it is opened with.
#[derive(Debug, Clone)]
pub struct IssuedApiKey {
    pub key: ApiKey,
    pub text: KeyText,
}

impl Session {
    /// For managing keys.
    pub fn key_admin(&self, conn: &mut Conn) -> Result<Admin> {
        self.member(conn)?.admin(ADMINS_ONLY)
    }
}

impl Admin {
    pub fn issue_api_key(&self, conn: &mut Conn, new: &NewApiKey) -> Result<IssuedApiKey> {
        issue(conn, self.workspace_id, Some(self.user_id), new, self.now)
    }
}

/// Makes a key of a workspace that is locked, on behalf of one of its people or of nobody.
pub fn issue(
    conn: &mut Conn,
    workspace_id: i64,
    created_by: Option<i64>,
    new: &NewApiKey,
    now: Moment,
) -> Result<IssuedApiKey> {
    expect_room(conn, workspace_id, now)?;
    let text = KeyText::generate(workspace_id);
    let key = diesel::insert_into(api_keys::table)
        .values((
            api_keys::workspace_id.eq(workspace_id),
            api_keys::id.eq(Uuid::random()),
            api_keys::name.eq(&new.name),
            api_keys::digest.eq(Some(text.digest())),
            api_keys::scopes.eq(scope::written(&new.scopes)),
            api_keys::expires_at.eq(new.expires_at),
            api_keys::created_by.eq(created_by),
            api_keys::created_at.eq(now),
            api_keys::updated_at.eq(now),
        ))
        .returning(ApiKey::columns())
        .get_result(conn)?;
    Ok(IssuedApiKey { key, text })
}

fn expect_room(conn: &mut Conn, workspace_id: i64, now: Moment) -> Result<()> {
    let open: i64 = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .filter(api_keys::digest.is_not_null())
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Some(now)).assume_not_null()))
        .count()
        .get_result(conn)?;
    if open < LIMIT {
        return Ok(());
    }
    let sentence = format!("Your workspace has {LIMIT} API keys, and that is as many as it can have");
    Err(Error::invalid("api_key", "full", sentence))
}
