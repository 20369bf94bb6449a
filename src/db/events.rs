//! The events of a transaction. They are collected while it runs and inserted by one statement before COMMIT, so whatever
//! it does costs one round trip more. The workspaces in which they happen are locked, so the ids of a workspace's events
//! are in the order of the commits.

use std::{cell::RefCell, mem};

use diesel::{Insertable, QueryResult, RunQueryDsl as _, result::Error as Failure};
use serde::Serialize;

use super::{
    Cell, Conn,
    insertion::{self, NewRow},
};
use crate::{
    clock::{self, Moment},
    prepared,
    schema::events,
};

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

/// What a transaction has told so far.
#[derive(Default)]
struct Transaction {
    actor: Option<RecordedActor>,
    events: Vec<NewEventRow>,
}

thread_local! {
    static CURRENT: RefCell<Transaction> = RefCell::default();
}

/// Begins a transaction on this thread, of which nothing is known yet.
pub(super) fn reset() {
    CURRENT.take();
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

/// Inserts what the transaction on this thread has collected.
pub(super) fn insert_collected(conn: &mut Conn) -> QueryResult<()> {
    let events = CURRENT.with_borrow_mut(|current| mem::take(&mut current.events));
    match events.as_slice() {
        [] => Ok(()),
        [event] => prepared!(diesel::insert_into(events::table).values(event)).execute(conn).map(drop),
        several => insert_all(conn, several),
    }
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

fn insert_all(conn: &mut Conn, events: &[NewEventRow]) -> QueryResult<()> {
    let columns = [
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
    let rows = events.iter().map(|event| Ok(event.to_cells()));
    insertion::insert::<Failure>(conn, "events", &columns, None, rows).map(drop)
}
