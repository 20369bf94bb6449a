//! The events of a transaction. They are collected while it runs and inserted by one statement before COMMIT, so whatever
//! it does costs one round trip more. The workspaces in which they happen are locked, so the ids of a workspace's events
//! are in the order of the commits. The same statement says whether the workspace has webhooks; only then a [`Listener`]
//! hears of the events.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use diesel::{QueryResult, result::Error as Failure};
use serde::Serialize;
use serde_json::Value;

use super::{
    Cell, Conn,
    insertion::{self, NewRow},
    statement::{Statement, Texts},
};
use crate::{
    clock::{self, Moment},
    error::Result,
};

/// Hears of the events of every transaction in a workspace that has webhooks, before COMMIT.
pub trait Listener: Send + Sync {
    /// Called before a record is deleted. What it returns is in the event of the deletion.
    fn render(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        object: &str,
        record_id: &str,
    ) -> Result<Option<Value>>;

    fn hear(&self, conn: &mut Conn, events: &[InsertedEvent]) -> Result<()>;
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
#[derive(Debug, Clone, Serialize)]
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
    pub change: Option<&'static str>,
    pub fields: String,
}

/// An event with the id that it got.
#[derive(Debug, Clone)]
pub struct InsertedEvent {
    pub id: i64,
    pub row: NewEventRow,
    /// The record as it was before it was deleted, if a listener has asked for it.
    pub last_state: Option<Value>,
}

/// What a transaction has told so far.
#[derive(Default)]
struct Transaction {
    listener: Option<Arc<dyn Listener>>,
    actor: Option<RecordedActor>,
    events: Vec<NewEventRow>,
    /// Of deleted records, by their ids.
    last_states: HashMap<String, Value>,
}

thread_local! {
    static CURRENT: RefCell<Transaction> = RefCell::default();
}

/// Begins a transaction on this thread, of which nothing is known yet.
pub(super) fn reset(listener: Option<Arc<dyn Listener>>) {
    CURRENT.set(Transaction { listener, ..Transaction::default() });
}

/// Keeps the state of a record that is about to be deleted, for those that hear of it.
pub fn keep_last_state(conn: &mut Conn, workspace_id: i64, object: &str, record_id: &str) -> Result<()> {
    let Some(listener) = CURRENT.with_borrow(|current| current.listener.clone()) else { return Ok(()) };
    if let Some(state) = listener.render(conn, workspace_id, object, record_id)? {
        CURRENT.with_borrow_mut(|current| current.last_states.insert(record_id.to_owned(), state));
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

/// Adds an event to the transaction on this thread. Several updates of a record at one moment are one event, and the updates
/// of a record that was created at the same moment are none.
pub fn collect(event: NewEventRow) {
    CURRENT.with_borrow_mut(|current| {
        let mut earlier = current.events.iter_mut().rev().filter(|_| event.verb == "updated");
        match earlier.find(|earlier| earlier.is_of_same_record(&event)) {
            Some(earlier) if earlier.verb != "deleted" => earlier.merge(event),
            _ => current.events.push(event),
        }
    });
}

/// Drops what was collected and does not meet a condition, and lets the others be changed.
pub fn retain(mut keeps: impl FnMut(&mut NewEventRow) -> bool) {
    CURRENT.with_borrow_mut(|current| current.events.retain_mut(|event| keeps(event)));
}

/// Inserts what the transaction on this thread has collected, and lets the listener hear of it.
pub(super) fn insert_collected(conn: &mut Conn) -> Result<()> {
    let Transaction { listener, events, mut last_states, .. } = CURRENT.take();
    let inserted = match events.as_slice() {
        [] => return Ok(()),
        [event] => insert_one(conn, event)?,
        several => insert_all(conn, several)?,
    };
    let Some(listener) = listener else { return Ok(()) };
    let heard = events.into_iter().zip(inserted).filter(|(_, inserted)| inserted.has_webhooks);
    let heard: Vec<InsertedEvent> = heard
        .map(|(row, inserted)| {
            let last_state = if row.verb == "deleted" { last_states.remove(&row.record_id) } else { None };
            InsertedEvent { id: inserted.id, row, last_state }
        })
        .collect();
    if heard.is_empty() { Ok(()) } else { listener.hear(conn, &heard) }
}

/// What the database says of an inserted event.
struct Inserted {
    id: i64,
    /// Whether its workspace has webhooks that are called.
    has_webhooks: bool,
}

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

/// What a statement returns of each event that it inserts.
const RETURNED: [(Cell, &str); 2] = [
    (Cell::Integer, "id"),
    (
        Cell::Boolean,
        "EXISTS (SELECT 1 FROM webhooks WHERE webhooks.workspace_id = events.workspace_id \
         AND webhooks.off_because IS NULL)",
    ),
];

fn insert_one(conn: &mut Conn, event: &NewEventRow) -> QueryResult<Vec<Inserted>> {
    let names: Vec<&str> = COLUMNS.iter().map(|(_, name)| *name).collect();
    let mut statement =
        Statement::new(conn.dialect(), format!("INSERT INTO events ({}) VALUES (", names.join(", ")));
    let cells = COLUMNS.iter().map(|(cell, _)| *cell).zip(event.to_cells());
    statement.bind_all(cells).push(") RETURNING ").select_as_text(RETURNED).prepare();
    Ok(statement.rows(conn)?.into_iter().filter_map(Inserted::parse).collect())
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
        self.change = later.change.or(self.change);
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
            self.change.map(str::to_owned),
            Some(self.fields.clone()),
        ]
    }
}

fn insert_all(conn: &mut Conn, events: &[NewEventRow]) -> QueryResult<Vec<Inserted>> {
    let rows = events.iter().map(|event| Ok(event.to_cells()));
    let stored = insertion::insert_returning::<Failure>(conn, "events", &COLUMNS, &RETURNED, None, rows)?;
    Ok(stored.into_iter().filter_map(Inserted::parse).collect())
}

impl Inserted {
    fn parse(Texts(cells): Texts) -> Option<Self> {
        let id = cells.first()?.as_ref()?.parse().ok()?;
        Some(Self { id, has_webhooks: cells.get(1)?.as_deref() == Some("true") })
    }
}
