//! A grant moves to another workspace with its last account. Of two pairs of one identity the newer lives on.

use diesel::{dsl::exists, prelude::*};
use secrecy::SecretString;

use super::{State, place};
use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    models::{
        social_account::{SocialAccount, granted},
        vault::Vault,
    },
    prepared,
    schema::{consents, grants, social_accounts},
};

/// What is stored of a pair.
#[derive(Queryable)]
struct Stored {
    id: Uuid,
    access_token: Option<String>,
    refresh_token: Option<String>,
    state: String,
    granted_at: Moment,
}

const COLUMNS: (grants::id, grants::access_token, grants::refresh_token, grants::state, grants::granted_at) =
    (grants::id, grants::access_token, grants::refresh_token, grants::state, grants::granted_at);

/// Moves the grant of an account that moves to another workspace, and returns its id. `None` if other accounts need it
/// here, or if the other workspace has a newer pair of the same identity. Both workspaces must be locked.
pub fn take_along(
    conn: &mut Conn,
    vault: &Vault,
    account: &SocialAccount,
    id: Uuid,
    workspace_id: i64,
    now: Moment,
) -> Result<Option<Uuid>> {
    let from = account.workspace_id;
    if is_needed_by_others(conn, account, id)? {
        return Ok(None);
    }
    let moving: Option<Stored> = grants::table.find((from, id)).select(COLUMNS).first(conn).optional()?;
    let Some(moving) = moving else { return Ok(None) };
    let there: Option<Stored> = grants::table
        .filter(grants::workspace_id.eq(workspace_id))
        .filter(grants::provider.eq(&account.provider))
        .filter(grants::key.eq(&account.key))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    let Some(there) = there else {
        moving.move_to(conn, vault, from, workspace_id)?;
        return Ok(Some(id));
    };
    if !moving.replaces(&there) {
        diesel::delete(grants::table.find((from, id))).execute(conn)?;
        return Ok(None);
    }
    diesel::delete(grants::table.find((workspace_id, there.id))).execute(conn)?;
    moving.move_to(conn, vault, from, workspace_id)?;
    give_to_users_of(conn, workspace_id, there.id, id)?;
    if let Some(token) = moving.access_token(vault, from) {
        granted::renew(conn, vault, workspace_id, id, &token, None, now)?;
    }
    Ok(Some(id))
}

fn is_needed_by_others(conn: &mut Conn, account: &SocialAccount, id: Uuid) -> Result<bool> {
    let others = social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::grant_id.eq(Some(id)))
        .filter(social_accounts::id.ne(account.id));
    Ok(diesel::select(exists(others)).get_result(conn)?)
}

/// Lets the accounts and consents of a grant that was deleted use another one.
fn give_to_users_of(conn: &mut Conn, workspace_id: i64, deleted: Uuid, id: Uuid) -> Result<()> {
    let accounts = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::grant_id.eq(Some(deleted)));
    diesel::update(accounts).set(social_accounts::grant_id.eq(Some(id))).execute(conn)?;
    let waiting = consents::table
        .filter(consents::workspace_id.eq(workspace_id))
        .filter(consents::grant_id.eq(Some(deleted)));
    diesel::update(waiting).set(consents::grant_id.eq(Some(id))).execute(conn)?;
    Ok(())
}

impl Stored {
    /// The network keeps one living pair of an identity, which is the one that it gave last.
    fn replaces(&self, other: &Self) -> bool {
        self.lives() && (!other.lives() || self.granted_at > other.granted_at)
    }

    fn lives(&self) -> bool {
        self.state != State::NeedsReconnect.name()
    }

    /// One that does not open is none.
    fn access_token(&self, vault: &Vault, workspace_id: i64) -> Option<SecretString> {
        vault.open(&place(workspace_id, self.id, "access_token"), self.access_token.as_ref()?).ok()
    }

    /// Seals the tokens for their new place.
    fn move_to(&self, conn: &mut Conn, vault: &Vault, from: i64, workspace_id: i64) -> Result<()> {
        let reseal = |column, sealed: &Option<String>| {
            vault.reseal(
                &place(from, self.id, column),
                &place(workspace_id, self.id, column),
                sealed.as_deref(),
            )
        };
        let move_there = diesel::update(grants::table.find((from, self.id))).set((
            grants::workspace_id.eq(workspace_id),
            grants::access_token.eq(reseal("access_token", &self.access_token)?),
            grants::refresh_token.eq(reseal("refresh_token", &self.refresh_token)?),
        ));
        prepared!(move_there).execute(conn)?;
        Ok(())
    }
}
