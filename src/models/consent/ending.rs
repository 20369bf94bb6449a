//! Ending consents. The tokens of one that is not finished are in no grant, so they end at the network with its row; those
//! of one that is finished end with their grant, unless an account has it.

use diesel::prelude::*;
use secrecy::ExposeSecret as _;

use super::{Status, outcome::StoredPair, place};
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, Variant, dialect, types::Uuid},
    error::Result,
    models::{grant, vault::Vault},
    prepared,
    schema::consents,
};

/// A consent that was deleted.
#[derive(Queryable, Selectable)]
#[diesel(table_name = consents)]
struct Ended {
    workspace_id: i64,
    id: Uuid,
    provider: String,
    status: String,
    outcome: Option<String>,
    grant_id: Option<Uuid>,
}

/// Deletes at most `most` expired consents of one workspace, and returns their number. It locks the workspace, because a
/// consent may take a grant at the same time.
pub fn end_expired(conn: &mut Conn, vault: &Vault, now: Moment, most: i64) -> Result<usize> {
    let oldest = consents::table.filter(consents::expires_at.le(now)).order(consents::expires_at);
    let workspace_id: Option<i64> = oldest.select(consents::workspace_id).first(conn).optional()?;
    let Some(workspace_id) = workspace_id else { return Ok(0) };
    dialect::lock_workspace(conn, workspace_id)?;
    let old = diesel::alias!(consents as old);
    let ids = old
        .filter(old.field(consents::workspace_id).eq(workspace_id))
        .filter(old.field(consents::expires_at).le(now))
        .select(old.field(consents::id))
        .limit(most);
    let expired =
        consents::table.filter(consents::workspace_id.eq(workspace_id)).filter(consents::id.eq_any(ids));
    let ended: Vec<Ended> = Variant(
        diesel::delete(expired).returning(<Ended as Selectable<MultiBackend>>::construct_selection()),
    )
    .load(conn)?;
    end_tokens(conn, vault, &ended, now)?;
    Ok(ended.len())
}

/// Deletes the consents of a person who leaves the workspace, which must be locked.
pub fn end_of_person(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    user_id: i64,
    now: Moment,
) -> Result<()> {
    let theirs =
        consents::table.filter(consents::workspace_id.eq(workspace_id)).filter(consents::user_id.eq(user_id));
    let ended: Vec<Ended> = prepared!(
        diesel::delete(theirs).returning(<Ended as Selectable<MultiBackend>>::construct_selection())
    )
    .load(conn)?;
    end_tokens(conn, vault, &ended, now)
}

fn end_tokens(conn: &mut Conn, vault: &Vault, ended: &[Ended], now: Moment) -> Result<()> {
    ended.iter().try_for_each(|ended| match ended.grant_id {
        Some(grant_id) => grant::end_if_unused(conn, vault, ended.workspace_id, grant_id, now),
        None => ended.revoke(conn, vault, now),
    })
}

impl Ended {
    /// Writes the job that ends its tokens, if nobody has learnt whose they are; one that does not open is left.
    fn revoke(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let is_identifying = self.status == Status::Identifying.name();
        let Some(sealed) = self.outcome.as_ref().filter(|_| is_identifying) else { return Ok(()) };
        let Ok(json) = vault.open(&place(self.workspace_id, self.id, "outcome"), sealed) else {
            return Ok(());
        };
        let Ok(pair) = serde_json::from_str::<StoredPair>(json.expose_secret()) else { return Ok(()) };
        grant::revoke(conn, vault, self.workspace_id, &self.provider, None, &pair.into_pair(now), now)
    }
}
