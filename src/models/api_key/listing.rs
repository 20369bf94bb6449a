//! The keys of a workspace, for its admins: all that have not been revoked, in the order they were made.

use diesel::prelude::*;

use super::{ADMINS_ONLY, ApiKey};
use crate::{
    db::{Conn, MultiBackend},
    error::{Error, Result},
    models::{
        page::{Listed, Page},
        session::Viewer,
    },
    schema::api_keys,
};

impl Viewer {
    pub fn api_keys(&self, conn: &mut Conn, page: Page) -> Result<Listed<ApiKey>> {
        if !self.is_admin() {
            return Err(Error::Forbidden(ADMINS_ONLY));
        }
        let total_count = count(conn, self.workspace_id)?;
        let rows = standing(self.workspace_id)
            .order((api_keys::created_at, api_keys::id))
            .limit(page.limit())
            .offset(page.offset())
            .select(ApiKey::columns())
            .load(conn)?;
        Ok(Listed { rows, total_count })
    }
}

/// How many keys of a workspace have not been revoked.
pub fn count(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    Ok(standing(workspace_id).count().get_result(conn)?)
}

fn standing<'a>(workspace_id: i64) -> api_keys::BoxedQuery<'a, MultiBackend> {
    api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .filter(api_keys::revoked_at.is_null())
        .into_boxed()
}
