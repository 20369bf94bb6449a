//! `/events`: what happened in the workspace, newest first. Admins see everything, members what happened to the accounts
//! that they see.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::meta::Meta;
use crate::{
    app::App,
    clock::{self, Moment},
    controllers::answer::{self, Answer},
    error::Result,
    models::{
        event::listing::{Filter, RecordedEvent},
        page::Page,
        session::Session,
    },
    parameters::{FilterId, Query, Text, parameters},
};

const MAX_ID_CHARS: usize = 64;

parameters! {
    /// The page of the events, and which events are in the list.
    pub struct PagedEvents {
        /// The number of the page, from 1; a page has 25 entries.
        #[schema(example = 1)]
        page: Page,
        /// The kind of record, such as `connectedAccount`, `team` or `invite`.
        #[schema(example = "connectedAccount")]
        object: Option<Text<MAX_ID_CHARS>>,
        /// The id of the record; of a connected account its id here or at `/rest`.
        #[schema(example = "7")]
        record_id: Option<Text<MAX_ID_CHARS>>,
        /// The person who made the changes.
        #[schema(example = 1)]
        user_id: Option<FilterId>,
        /// The moment of the oldest event in the list.
        #[schema(example = "2026-06-14T17:06:02Z")]
        since: Option<Moment>,
    }
}

/// The events of the workspace, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    events: Vec<Event>,
    meta: Meta,
}

/// A change of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    /// Later events of a workspace have higher ids.
    id: i64,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    actor: Actor,
    /// `created`, `updated` or `deleted`.
    #[schema(example = "deleted")]
    verb: String,
    /// The kind of record.
    #[schema(example = "connectedAccount")]
    object: String,
    #[schema(example = "3f1b0b52-6a5e-4d3c-9a53-0d2c0b0f8f5e")]
    record_id: String,
    /// What happened, for people.
    #[schema(example = "Olga Owens disconnected @falcons")]
    summary: String,
    /// The fields that an update changed.
    #[schema(example = json!(["nickname"]))]
    fields: Vec<String>,
}

/// Who made a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Actor {
    /// `person`, `api_key`, `job` or `operator`.
    #[schema(example = "person")]
    kind: String,
    /// The name at that time. Null for the operator, and for a person who was erased.
    #[schema(example = "Olga Owens", required)]
    name: Option<String>,
}

impl From<RecordedEvent> for Event {
    fn from(event: RecordedEvent) -> Self {
        Self {
            summary: event.summary(),
            fields: event.fields().map(str::to_owned).collect(),
            id: event.id,
            at: event.at,
            actor: Actor { kind: event.actor_kind, name: event.actor_name },
            verb: event.verb,
            object: event.object,
            record_id: event.record_id,
        }
    }
}

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(PagedEvents { page, object, record_id, user_id, since }): Query<PagedEvents>,
) -> Result<Answer<Events>> {
    let filter = Filter { object, record_id, user_id, since };
    app.view(session, move |conn, viewer| {
        let listed = viewer.events(conn, &filter, page)?;
        let events = listed.rows.into_iter().map(Event::from).collect();
        Ok(answer::ok(Events { events, meta: Meta { total_count: listed.total_count } }))
    })
    .await
}
