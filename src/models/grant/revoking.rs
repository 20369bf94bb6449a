//! Ending grants: the rows are deleted first, in one transaction with a job that ends the tokens at their network, which
//! may be silent for a while.

use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::place;
use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{consent::Status, job::NewJob, vault::Vault},
    networks::consent::Pair,
    prepared,
    schema::{consents, grants, social_accounts},
};

/// A token to end at its network: the payload of a job.
#[derive(Serialize, Deserialize)]
pub struct Revocation {
    pub workspace_id: i64,
    /// The stored name of the network.
    pub provider: String,
    /// Of the identity; `None` if nobody has learnt whose token it is.
    pub key: Option<String>,
    pub token: String,
}

/// A grant that was deleted.
#[derive(Queryable)]
struct Ended {
    workspace_id: i64,
    id: Uuid,
    provider: String,
    key: String,
    access_token: Option<String>,
    refresh_token: Option<String>,
}

const COLUMNS: (
    grants::workspace_id,
    grants::id,
    grants::provider,
    grants::key,
    grants::access_token,
    grants::refresh_token,
) = (
    grants::workspace_id,
    grants::id,
    grants::provider,
    grants::key,
    grants::access_token,
    grants::refresh_token,
);

impl Revocation {
    /// The stored name of these jobs.
    pub const KIND: &'static str = "revocation";

    /// A digest, because each token is revoked once.
    pub fn subject(&self) -> String {
        hex::encode(Sha256::digest(&self.token))
    }

    /// Whether no grant of the identity exists again. The network may end a newer one with the older.
    pub fn is_wanted(&self, conn: &mut Conn) -> Result<bool> {
        let Some(key) = &self.key else { return Ok(true) };
        let same = grants::table
            .filter(grants::workspace_id.eq(self.workspace_id))
            .filter(grants::provider.eq(&self.provider))
            .filter(grants::key.eq(key));
        Ok(!diesel::select(exists(same)).get_result::<bool>(conn)?)
    }

    /// Inserts the job. It belongs to no workspace, because it outlives that of the grant.
    pub fn insert(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let payload = serde_json::to_string(self).map_err(Error::ours)?;
        let subject = self.subject();
        let job = NewJob {
            workspace_id: None,
            kind: Self::KIND,
            subject: &subject,
            priority: 0,
            payload: &payload,
        };
        job.replace(conn, vault, now)
    }
}

/// Ends a pair that has no row.
pub fn revoke(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    provider: &str,
    key: Option<&str>,
    pair: &Pair,
    now: Moment,
) -> Result<()> {
    let token = pair.refresh_token.as_ref().unwrap_or(&pair.access_token).expose_secret().to_owned();
    let (provider, key) = (provider.to_owned(), key.map(str::to_owned));
    Revocation { workspace_id, provider, key, token }.insert(conn, vault, now)
}

/// Ends a grant that no account and no consent needs any more. The workspace must be locked.
pub fn end_if_unused(conn: &mut Conn, vault: &Vault, workspace_id: i64, id: Uuid, now: Moment) -> Result<()> {
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
    let ended: Option<Ended> =
        prepared!(diesel::delete(unused).returning(COLUMNS)).get_result(conn).optional()?;
    ended.map_or(Ok(()), |ended| ended.revoke(conn, vault, now))
}

/// Ends all grants of a workspace, which must be locked.
pub fn end_of_workspace(conn: &mut Conn, vault: &Vault, workspace_id: i64, now: Moment) -> Result<()> {
    let all = grants::table.filter(grants::workspace_id.eq(workspace_id));
    let ended: Vec<Ended> = prepared!(diesel::delete(all).returning(COLUMNS)).load(conn)?;
    ended.iter().try_for_each(|ended| ended.revoke(conn, vault, now))
}

impl Ended {
    /// Writes the job that ends its tokens. The refresh token ends all; one that does not open is left.
    fn revoke(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let columns = [("refresh_token", &self.refresh_token), ("access_token", &self.access_token)];
        let mut sealed = columns.into_iter().filter_map(|(column, sealed)| Some((column, sealed.as_ref()?)));
        let token = sealed
            .find_map(|(column, sealed)| vault.open(&place(self.workspace_id, self.id, column), sealed).ok());
        let Some(token) = token else { return Ok(()) };
        let revocation = Revocation {
            workspace_id: self.workspace_id,
            provider: self.provider.clone(),
            key: Some(self.key.clone()),
            token: token.expose_secret().to_owned(),
        };
        revocation.insert(conn, vault, now)
    }
}
