//! Writes the deliveries of webhooks in the transactions of the events that they tell: a message with the record for each
//! event, and a delivery of it for each webhook that asks for it. A record is rendered as a key with the scope `read` finds
//! it, at depth 0.

use std::{collections::HashMap, path::PathBuf, rc::Rc, sync::Arc};

use serde_json::json;

use super::record::Record;
use crate::{
    catalogue::{catalogue, column::Cell, object::Object},
    db::{
        Conn,
        deliveries::{self, NewMessage},
        events::{Cells, HeardEvent, Listener, NewEventRow, SealedMessage},
        packed_rows::{PackedRows, ReadRow},
        statement::{Statement, Texts},
        types::Uuid,
    },
    error::{Error, Result},
    models::{
        installation,
        vault::{CurrentVault, Vault},
        webhook::{
            self,
            body::MAX_BODY_BYTES,
            delivery::{self, NewTest},
        },
    },
};

const DELETED: &str = "deleted";
const UPDATED: &str = "updated";
const SECRET: &str = "secret";

/// Hears of the events of all transactions of this process.
pub struct DeliveryWriter(Keys);

/// Where the keys come from that seal records.
enum Keys {
    Service(Arc<CurrentVault>),
    /// They are loaded when a webhook asks for what a command changes.
    File(PathBuf),
}

impl DeliveryWriter {
    pub fn new(vault: Arc<CurrentVault>) -> Self {
        Self(Keys::Service(vault))
    }

    pub fn for_command(key_file: PathBuf) -> Self {
        Self(Keys::File(key_file))
    }

    fn vault(&self, conn: &mut Conn) -> Result<Vault> {
        match &self.0 {
            Keys::Service(vault) => Ok(vault.get()),
            Keys::File(path) => installation::open_vault(conn, path).map_err(Error::ours),
        }
    }
}

impl Listener for DeliveryWriter {
    fn hear(&self, conn: &mut Conn, mut events: Vec<HeardEvent>) -> Result<()> {
        let vault = self.vault(conn)?;
        for of_workspace in events.chunk_by_mut(|one, next| one.row.workspace_id == next.row.workspace_id) {
            let workspace_id = of_workspace[0].row.workspace_id;
            let loaded = load_missing(conn, workspace_id, of_workspace)?;
            let mut messages = Vec::new();
            for event in of_workspace {
                let Some(object) = catalogue().by_singular(event.row.object) else { continue };
                let cells = event.cells.take().or_else(|| loaded.get(&event.row.record_id).cloned());
                if let Some(cells) = cells {
                    messages.push(message(&vault, object, event, &cells)?);
                }
            }
            deliveries::insert(conn, workspace_id, &messages)?;
        }
        Ok(())
    }

    fn load(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        object: &str,
        record_id: &str,
    ) -> Result<Option<Cells>> {
        let Some(object) = catalogue().by_singular(object) else { return Ok(None) };
        let mut statement = select(conn, workspace_id, object, &[record_id.to_owned()]);
        statement
            .push(
                " AND EXISTS (SELECT 1 FROM webhooks WHERE webhooks.workspace_id = t.workspace_id \
                 AND webhooks.off_because IS NULL AND asks_for(webhooks.operations, ",
            )
            .bind(Cell::Text, Some(format!("{}.{DELETED}", object.singular)))
            .push("))");
        Ok(statement.prepare().rows(conn)?.pop().map(|Texts(cells)| cells))
    }

    fn seal(&self, event: &NewEventRow, cells: Cells) -> Result<SealedMessage> {
        let Keys::Service(vault) = &self.0 else { return Err(Error::ours("a command that makes a call")) };
        let (vault, id) = (vault.get(), delivery::new_id());
        let record = render(catalogue().target(event.object), &cells)?;
        let record = delivery::seal(&vault, event.workspace_id, id, &record);
        Ok(SealedMessage { id, record, keys: Arc::new(vault) })
    }
}

/// Loads the records that events do not have, by their ids, with one statement for each object. Those of the same
/// transaction that are deleted again are not found, and nobody hears of them.
fn load_missing(conn: &mut Conn, workspace_id: i64, events: &[HeardEvent]) -> Result<HashMap<String, Cells>> {
    let mut loaded = HashMap::new();
    for object in catalogue().objects() {
        let missing = events.iter().filter(|event| {
            event.cells.is_none() && event.row.object == object.singular && event.row.verb != DELETED
        });
        let ids: Vec<String> = missing.map(|event| event.row.record_id.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        let rows = select(conn, workspace_id, object, &ids).prepare().rows(conn)?;
        loaded.extend(rows.into_iter().filter_map(|Texts(cells)| Some((cells.first()?.clone()?, cells))));
    }
    Ok(loaded)
}

fn select(conn: &Conn, workspace_id: i64, object: &Object, ids: &[String]) -> Statement {
    let mut statement = Statement::new(conn.dialect(), "SELECT ");
    statement
        .select_as_text(object.cells_and_names())
        .push(&format!(" FROM {} AS t WHERE t.workspace_id = ", object.table))
        .bind(Cell::Integer, Some(workspace_id.to_string()))
        .push(" AND ")
        .is_any_of(Cell::Uuid, "t.id", ids);
    statement
}

fn message(vault: &Vault, object: &'static Object, event: &HeardEvent, cells: &Cells) -> Result<NewMessage> {
    let (row, id) = (&event.row, delivery::new_id());
    Ok(NewMessage {
        id,
        event_id: event.id,
        record_id: row.record_id.clone(),
        event_name: format!("{}.{}", row.object, row.verb),
        fields: (row.verb == UPDATED).then(|| row.fields.clone()),
        record: delivery::seal(vault, row.workspace_id, id, &render(object, cells)?),
        at: row.at,
    })
}

/// A record in JSON, with empty secrets; that of a webhook has none. Of one that is too large, only the id is left.
fn render(object: &'static Object, cells: &Cells) -> Result<String> {
    let mut rows = PackedRows::default();
    let row: ReadRow = cells.iter().map(Option::as_deref).collect();
    let row = rows.push(&row).map_err(Error::unavailable)?;
    let mut record = Record::new(object, &Rc::new(rows), row);
    for (at, _) in object.columns.iter().enumerate().filter(|(_, column)| column.is_secret) {
        record.show_secret(at, None);
    }
    let text = if object.singular == webhook::OBJECT {
        let mut fields = serde_json::to_value(&record).map_err(Error::ours)?;
        fields.as_object_mut().map(|fields| fields.shift_remove(SECRET));
        fields.to_string()
    } else {
        serde_json::to_string(&record).map_err(Error::ours)?
    };
    Ok(if text.len() > MAX_BODY_BYTES { json!({ "id": record.id() }).to_string() } else { text })
}

/// Makes a test of a webhook; the record in it is the webhook. `None` if there is no such webhook.
pub fn render_test(
    conn: &mut Conn,
    vault: &Vault,
    workspace_id: i64,
    webhook_id: Uuid,
) -> Result<Option<NewTest>> {
    let object = catalogue().target(webhook::OBJECT);
    let found = select(conn, workspace_id, object, &[webhook_id.0.to_string()]).prepare().rows(conn)?.pop();
    let Some(Texts(cells)) = found else { return Ok(None) };
    let id = delivery::new_id();
    let record = delivery::seal(vault, workspace_id, id, &render(object, &cells)?);
    Ok(Some(NewTest { workspace_id, webhook_id, id, record }))
}
