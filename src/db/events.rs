//! The events of a transaction. They are collected while it runs and inserted by one statement before COMMIT, so whatever
//! it does costs one round trip more. The workspaces in which they happen are locked, so the ids of a workspace's events
//! are in the order of the commits. The same statement says whether webhooks ask for them; only then a [`Listener`] hears
//! of them.

use std::{any::Any, cell::RefCell, collections::HashMap, sync::Arc};

use diesel::{
    Insertable, QueryResult, RunQueryDsl as _, dsl::sql, result::Error as Failure, sql_types::Bool,
};
use serde::Serialize;

use super::{
    Cell, Conn,
    insertion::{self, NewRow},
    statement::Texts,
    types::Uuid,
};
use crate::{
    clock::{self, Moment},
    error::Result,
    prepared,
    schema::events,
};

/// A record: a text for each column of its object, as it is selected.
pub type Cells = Vec<Option<String>>;

/// Hears before COMMIT of the events that webhooks ask for.
pub trait Listener: Send + Sync {
    fn hear(&self, conn: &mut Conn, events: Vec<HeardEvent>) -> Result<()>;

    /// Loads a record that is about to be deleted, if webhooks ask for that event.
    fn load(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        object: &str,
        record_id: &str,
    ) -> Result<Option<Cells>>;

    /// Makes the message that webhooks get of an event that is not inserted yet.
    fn seal(&self, event: &NewEventRow, cells: Cells) -> Result<SealedMessage>;
}

/// A message whose record is sealed for it.
pub struct SealedMessage {
    pub id: Uuid,
    pub record: String,
    /// The keys that sealed it, which count as used until this is dropped.
    pub keys: Arc<dyn Any + Send + Sync>,
}

/// The actor of changes, as their events tell of them.
#[derive(Debug, Clone)]
pub struct RecordedActor {
    pub kind: &'static str,
    /// The user id of a person.
    pub user_id: Option<i64>,
    pub name: Option<String>,
    pub now: Moment,
}

/// An event to insert.
#[derive(Debug, Clone, Insertable, Serialize)]
#[diesel(table_name = events)]
// The statement has all columns, so that it is prepared once.
#[diesel(treat_none_as_default_value = false)]
pub struct NewEventRow {
    pub workspace_id: i64,
    #[serde(serialize_with = "clock::serialize")]
    pub at: Moment,
    pub actor_kind: &'static str,
    pub actor_id: Option<i64>,
    pub actor_name: Option<String>,
    pub verb: &'static str,
    pub object: &'static str,
    pub record_id: String,
    pub label: Option<String>,
    pub person_id: Option<i64>,
    pub change: Option<String>,
    pub fields: String,
}

/// An event that webhooks ask for, with the id that it got.
#[derive(Debug)]
pub struct HeardEvent {
    pub id: i64,
    pub row: NewEventRow,
    /// The record after the event, or before its deletion; `None` if it has to be loaded.
    pub cells: Option<Cells>,
}

/// An event of the transaction that runs.
struct Collected {
    row: NewEventRow,
    cells: Option<Cells>,
}

/// What a transaction has told so far.
#[derive(Default)]
struct Transaction {
    listener: Option<Arc<dyn Listener>>,
    actor: Option<RecordedActor>,
    events: Vec<Collected>,
    /// Records that are deleted, by their ids.
    deleted: HashMap<String, Cells>,
}

thread_local! {
    static CURRENT: RefCell<Transaction> = RefCell::default();
}

/// Begins a transaction on this thread, of which nothing is known yet.
pub(super) fn reset(listener: Option<Arc<dyn Listener>>) {
    CURRENT.set(Transaction { listener, ..Transaction::default() });
}

/// Keeps a record that is about to be deleted, for the webhooks that ask for that event.
pub fn keep_deleted(conn: &mut Conn, workspace_id: i64, object: &str, record_id: &str) -> Result<()> {
    let Some(listener) = CURRENT.with_borrow(|current| current.listener.clone()) else { return Ok(()) };
    if let Some(cells) = listener.load(conn, workspace_id, object, record_id)? {
        CURRENT.with_borrow_mut(|current| current.deleted.insert(record_id.to_owned(), cells));
    }
    Ok(())
}

/// Says who makes the changes of the transaction on this thread from now on.
pub fn set_actor(actor: RecordedActor) {
    CURRENT.with_borrow_mut(|current| current.actor = Some(actor));
}

pub fn actor() -> Option<RecordedActor> {
    CURRENT.with_borrow(|current| current.actor.clone())
}

/// Adds an event to the transaction on this thread, with its record if that is at hand. Several updates of a record at one
/// moment are one event, and the updates of a record that was created at the same moment are none.
pub fn collect(row: NewEventRow, cells: Option<Cells>) {
    CURRENT.with_borrow_mut(|current| {
        let mut earlier = current.events.iter_mut().rev().filter(|_| row.verb == "updated");
        match earlier.find(|earlier| earlier.row.is_of_same_record(&row)) {
            Some(earlier) if earlier.row.verb != "deleted" => {
                earlier.row.merge(row);
                earlier.cells = cells;
            }
            _ => current.events.push(Collected { row, cells }),
        }
    });
}

/// Drops what was collected and does not meet a condition, and lets the others be changed.
pub fn retain(mut keeps: impl FnMut(&mut NewEventRow) -> bool) {
    CURRENT.with_borrow_mut(|current| current.events.retain_mut(|event| keeps(&mut event.row)));
}

/// Inserts what the transaction on this thread has collected, and lets the listener hear of it.
pub(super) fn insert_collected(conn: &mut Conn) -> Result<()> {
    let Transaction { listener, events, mut deleted, .. } = CURRENT.take();
    let inserted = match events.as_slice() {
        [] => return Ok(()),
        [event] => vec![insert_one(conn, &event.row)?],
        several => insert_all(conn, several)?,
    };
    let Some(listener) = listener else { return Ok(()) };
    let asked_for = events.into_iter().zip(inserted).filter(|(_, (_, is_asked_for))| *is_asked_for);
    let heard: Vec<HeardEvent> = asked_for
        .map(|(Collected { row, cells }, (id, _))| {
            let cells = if row.verb == "deleted" { cells.or(deleted.remove(&row.record_id)) } else { cells };
            HeardEvent { id, row, cells }
        })
        .collect();
    if heard.is_empty() { Ok(()) } else { listener.hear(conn, heard) }
}

/// The id of an inserted event, and whether webhooks ask for it.
type Inserted = (i64, bool);

/// The columns of an event but its id.
const COLUMNS: [(Cell, &str); 12] = [
    (Cell::Integer, "workspace_id"),
    (Cell::Moment, "at"),
    (Cell::Text, "actor_kind"),
    (Cell::Integer, "actor_id"),
    (Cell::Text, "actor_name"),
    (Cell::Text, "verb"),
    (Cell::Text, "object"),
    (Cell::Text, "record_id"),
    (Cell::Text, "label"),
    (Cell::Integer, "person_id"),
    (Cell::Text, "change"),
    (Cell::Text, "fields"),
];

const IS_ASKED_FOR: &str = "EXISTS (SELECT 1 FROM webhooks \
     WHERE webhooks.workspace_id = events.workspace_id AND webhooks.off_because IS NULL \
     AND asks_for(webhooks.operations, events.object || '.' || events.verb))";

fn insert_one(conn: &mut Conn, event: &NewEventRow) -> QueryResult<Inserted> {
    let insert = diesel::insert_into(events::table).values(event);
    prepared!(insert.returning((events::id, sql::<Bool>(IS_ASKED_FOR)))).get_result(conn)
}

impl NewEventRow {
    fn is_of_same_record(&self, other: &Self) -> bool {
        self.record_id == other.record_id
            && self.object == other.object
            && self.workspace_id == other.workspace_id
            && self.at == other.at
    }

    /// Adds a later update.
    fn merge(&mut self, later: Self) {
        self.label = later.label;
        self.person_id = later.person_id;
        if self.verb == "created" {
            return;
        }
        self.change = later.change.or(self.change.take());
        for field in later.fields.split(',').filter(|field| !field.is_empty()) {
            if !self.fields.split(',').any(|known| known == field) {
                self.fields.push_str(if self.fields.is_empty() { "" } else { "," });
                self.fields.push_str(field);
            }
        }
    }

    /// In the order of the columns.
    fn to_cells(&self) -> NewRow {
        vec![
            Some(self.workspace_id.to_string()),
            Some(clock::for_database(self.at)),
            Some(self.actor_kind.to_owned()),
            self.actor_id.map(|id| id.to_string()),
            self.actor_name.clone(),
            Some(self.verb.to_owned()),
            Some(self.object.to_owned()),
            Some(self.record_id.clone()),
            self.label.clone(),
            self.person_id.map(|id| id.to_string()),
            self.change.clone(),
            Some(self.fields.clone()),
        ]
    }
}

fn insert_all(conn: &mut Conn, events: &[Collected]) -> QueryResult<Vec<Inserted>> {
    let returned = [(Cell::Integer, "id"), (Cell::Boolean, IS_ASKED_FOR)];
    let rows = events.iter().map(|event| Ok(event.row.to_cells()));
    let stored = insertion::insert_returning::<Failure>(conn, "events", &COLUMNS, &returned, None, rows)?;
    let parse = |Texts(cells): Texts| {
        let id = cells.first()?.as_ref()?.parse().ok()?;
        Some((id, cells.get(1)?.as_deref() == Some("true")))
    };
    // One that is left out would give the others the ids of their neighbours.
    let inserted: Option<Vec<Inserted>> = stored.into_iter().map(parse).collect();
    inserted.ok_or_else(|| Failure::DeserializationError("no id of an event".into()))
}
