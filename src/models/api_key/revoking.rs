//! The end of a key, and of what it says about people.

use diesel::prelude::*;

use crate::{
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::session::Admin,
    schema::api_keys,
};

impl Admin {
    /// Ends a key at once and for good. Its row stays: whoever still presents it is told that it was revoked.
    pub fn revoke_api_key(&self, conn: &mut Conn, id: Uuid) -> Result<()> {
        let standing = api_keys::table.find((self.workspace_id, id)).filter(api_keys::revoked_at.is_null());
        let revoked = diesel::update(standing)
            .set((api_keys::revoked_at.eq(Some(self.now)), api_keys::updated_at.eq(self.now)))
            .execute(conn)?;
        if revoked == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

/// The keys of somebody who goes stay, and no longer say who made them.
pub fn forget_creator(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    diesel::update(
        api_keys::table
            .filter(api_keys::workspace_id.eq(workspace_id))
            .filter(api_keys::created_by.eq(Some(user_id))),
    )
    .set(api_keys::created_by.eq(None::<i64>))
    .execute(conn)?;
    Ok(())
}
