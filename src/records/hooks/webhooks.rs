//! `webhooks`: they show records to their receiver, so it takes the right to read to make one. A change switches one on.

use crate::{
    catalogue::object::Object,
    db::types::Uuid,
    error::{Error, Result},
    models::webhook::{self, OBJECT},
    records::{permissions::Permissions, transaction::Transaction},
};

const NO_READING: &str = "This API key may not create or change webhooks, which show records. Use one with the scopes \"admin\" and \"read\".";

/// Refuses a caller that may not read what a webhook would send.
pub fn expect_reading(permissions: &Permissions, object: &Object) -> Result<()> {
    if object.singular == OBJECT && !permissions.caller.may_read() {
        return Err(Error::Forbidden(NO_READING));
    }
    Ok(())
}

/// Whoever changes a webhook wants it to be called.
pub fn after_update(tx: &mut Transaction, object: &Object, id: &str) -> Result<()> {
    if object.singular != OBJECT {
        return Ok(());
    }
    let id = Uuid(id.parse().map_err(Error::ours)?);
    webhook::switch_on(tx.conn, tx.permissions.workspace_id(), id)
}
