//! Events: what happened to the records of a workspace, and who did it. Whatever changes a record tells of it here, in the
//! same transaction, whether it was asked by a door, a command or a job:
//!
//! 1. Who acts is said once, where it is found out: an extractor's session or key does so by itself ([`act_as_person`],
//!    [`act_as_key`]); a job calls [`act_as_job`], a command [`act_as_operator`].
//! 2. Each change records an [`Event`]: `Event::new(Verb::Created, object::TEAM, workspace_id, &id).label(name).record(conn)?`.
//!    Changes of an account are recorded by `SocialAccount::change`, whatever they change.
//!
//! [`crate::db::events`] inserts them before COMMIT.

pub mod erasing;
pub mod listing;
pub mod object;
mod summary;

use diesel::prelude::*;
use strum::IntoStaticStr;

use crate::{
    catalogue::object::Object,
    clock::Moment,
    db::{
        Conn,
        events::{self, Cells, NewEventRow, RecordedActor},
        types::Uuid,
    },
    error::{Error, Result},
    models::social_account::SocialAccount,
    person_name,
    schema::users,
};

const MAX_LABEL_CHARS: usize = 255;

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Verb {
    Created,
    Updated,
    Deleted,
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AccountChange {
    Connected,
    /// Connected again by its owner.
    Refreshed,
    /// Shared with other teams than before.
    Shared,
    /// It has another owner, or went to another workspace with its owner.
    Moved,
    /// It works again, by a new token.
    Reconnected,
    /// Its network no longer accepts its token.
    Broke,
    /// It works again, by itself.
    Recovered,
    Disconnected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum ActorKind {
    Person,
    ApiKey,
    Job,
    Operator,
}

/// The transaction acts for a person. Without a `name`, it is looked up when there is an event.
pub fn act_as_person(user_id: i64, name: Option<String>, now: Moment) {
    act_as(ActorKind::Person, Some(user_id), name, now);
}

/// The transaction acts for somebody who has the link of an invite.
pub fn act_as_invited_person(now: Moment) {
    act_as(ActorKind::Person, None, None, now);
}

pub fn act_as_key(name: &str, now: Moment) {
    act_as(ActorKind::ApiKey, None, Some(name.to_owned()), now);
}

pub fn act_as_job(kind: &str, now: Moment) {
    act_as(ActorKind::Job, None, Some(kind.to_owned()), now);
}

pub fn act_as_operator(now: Moment) {
    act_as(ActorKind::Operator, None, None, now);
}

fn act_as(kind: ActorKind, user_id: Option<i64>, name: Option<String>, now: Moment) {
    events::set_actor(RecordedActor { kind: kind.into(), user_id, name, now });
}

/// A change of a record.
#[derive(Debug, Clone)]
#[must_use = "it is told with `record`"]
pub struct Event {
    workspace_id: i64,
    verb: Verb,
    object: &'static str,
    record_id: String,
    label: Option<String>,
    person_id: Option<i64>,
    change: Option<AccountChange>,
    fields: String,
    cells: Option<Cells>,
}

impl Event {
    /// `object` is one of [`object`] or of the catalogue.
    pub fn new(verb: Verb, object: &'static str, workspace_id: i64, record_id: &impl ToString) -> Self {
        Self {
            workspace_id,
            verb,
            object,
            record_id: record_id.to_string(),
            label: None,
            person_id: None,
            change: None,
            fields: String::new(),
            cells: None,
        }
    }

    pub fn of_account(verb: Verb, account: &SocialAccount) -> Self {
        Self::new(verb, object::ACCOUNT, account.workspace_id, &account.uuid.0)
            .label(&account.handle)
            .about(account.owner_id)
    }

    pub fn of_member(verb: Verb, workspace_id: i64, id: Uuid, user_id: i64, name: &str) -> Self {
        Self::new(verb, object::MEMBER, workspace_id, &id.0).label(name).about(Some(user_id))
    }

    /// Of an object that has no model.
    pub fn of_record(
        verb: Verb,
        object: &'static Object,
        workspace_id: i64,
        id: &str,
        label: String,
    ) -> Self {
        Self::new(verb, &object.singular, workspace_id, &id).label(label)
    }

    pub fn of_ended_session(workspace_id: i64, id: i64, user_id: i64) -> Self {
        Self::new(Verb::Deleted, object::SESSION, workspace_id, &id).about(Some(user_id))
    }

    /// What people call the record; an empty text means nothing.
    pub fn label(self, label: impl Into<String>) -> Self {
        let mut label = label.into();
        if let Some((end, _)) = label.char_indices().nth(MAX_LABEL_CHARS) {
            label.truncate(end);
        }
        Self { label: (!label.is_empty()).then_some(label), ..self }
    }

    /// The person whose the record is, or whom it is about: the label is emptied when they are erased.
    pub fn about(self, user_id: Option<i64>) -> Self {
        Self { person_id: user_id, ..self }
    }

    /// What happened to the account.
    pub fn change(self, change: impl Into<Option<AccountChange>>) -> Self {
        Self { change: change.into(), ..self }
    }

    /// The names of the fields that an update changes.
    pub fn fields<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { fields: names.into_iter().collect::<Vec<_>>().join(","), ..self }
    }

    /// The record after the event, or before its deletion, if it is at hand: otherwise webhooks that ask for the event cost a
    /// statement.
    pub fn cells(self, cells: Option<Cells>) -> Self {
        Self { cells, ..self }
    }

    /// Adds the event to those of the transaction.
    pub fn record(mut self, conn: &mut Conn) -> Result<()> {
        let actor = current_actor(conn)?;
        let cells = self.cells.take();
        events::collect(self.into_row(&actor), cells);
        Ok(())
    }

    /// For an account that is connected the short way, which looks up the name of who connects it.
    pub fn into_row_of_person(self, user_id: i64, now: Moment) -> NewEventRow {
        let (kind, user_id) = (ActorKind::Person.into(), Some(user_id));
        self.into_row(&RecordedActor { kind, user_id, name: None, now })
    }

    fn into_row(self, actor: &RecordedActor) -> NewEventRow {
        NewEventRow {
            workspace_id: self.workspace_id,
            at: actor.now,
            actor_kind: actor.kind,
            actor_id: actor.user_id,
            actor_name: actor.name.clone(),
            verb: self.verb.into(),
            object: self.object,
            record_id: self.record_id,
            label: self.label,
            person_id: self.person_id,
            change: self.change.map(|change| <&str>::from(change).to_owned()),
            fields: self.fields,
        }
    }
}

/// The names of the fields whose condition is true.
pub fn names_of<const N: usize>(fields: [(&'static str, bool); N]) -> impl Iterator<Item = &'static str> {
    fields.into_iter().filter(|(_, is_meant)| *is_meant).map(|(name, _)| name)
}

fn current_actor(conn: &mut Conn) -> Result<RecordedActor> {
    let mut actor = events::actor().ok_or_else(|| Error::ours("a change whose actor nobody has named"))?;
    if let (None, Some(user_id)) = (&actor.name, actor.user_id) {
        let names: Option<(Option<String>, Option<String>, String)> = users::table
            .find(user_id)
            .select((users::first_name, users::last_name, users::email))
            .first(conn)
            .optional()?;
        actor.name =
            names.map(|(first, last, email)| person_name::of(first.as_deref(), last.as_deref(), &email));
        events::set_actor(actor.clone());
    }
    Ok(actor)
}
