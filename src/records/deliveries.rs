//! Writes the deliveries of webhooks in the transactions whose events they tell: one row for each event and webhook that
//! asks for it, with the body that is sent.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{load::Loader, permissions::Permissions};
use crate::{
    answer_budget::AnswerBudget,
    catalogue::{catalogue, object::Object},
    clock::{self, Moment},
    db::{
        Conn,
        events::{InsertedEvent, Listener},
        types::Uuid,
    },
    error::{Error, Result},
    models::{
        api_key::Scope,
        caller::{ApiKeyCaller, Caller},
        vault::{CurrentVault, Vault},
        webhook::{
            self, OBJECT, Subscription,
            delivery::{self, NewDelivery},
        },
    },
};

/// A larger body has only the id of its record.
const MAX_BODY_BYTES: usize = 1024 * 1024;
const DELETED: &str = "deleted";
const UPDATED: &str = "updated";
/// The event of a test, which no operation asks for.
const TEST: &str = "webhook.test";
const SECRET: &str = "secret";

type Rendered = Map<String, Value>;

/// Hears of the events of all transactions of this process.
pub struct DeliveryWriter {
    vault: Arc<CurrentVault>,
    answers: AnswerBudget,
}

/// What is sent, in Twenty's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    target_url: &'a str,
    event_name: &'a str,
    object_metadata: ObjectMetadata<'a>,
    workspace_id: Uuid,
    webhook_id: Uuid,
    #[serde(serialize_with = "clock::serialize")]
    event_date: Moment,
    record: &'a Rendered,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_fields: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectMetadata<'a> {
    id: uuid::Uuid,
    name_singular: &'a str,
}

impl DeliveryWriter {
    pub fn new(vault: Arc<CurrentVault>, answers: AnswerBudget) -> Self {
        Self { vault, answers }
    }
}

impl Listener for DeliveryWriter {
    fn render(
        &self,
        conn: &mut Conn,
        workspace_id: i64,
        object: &str,
        record_id: &str,
    ) -> Result<Option<Value>> {
        let Some(object) = catalogue().by_singular(object) else { return Ok(None) };
        let subscriptions = webhook::subscriptions(conn, workspace_id)?;
        if !subscriptions.iter().any(|webhook| webhook.asks_for(&object.singular, DELETED)) {
            return Ok(None);
        }
        let (vault, ids) = (self.vault.get(), [record_id.to_owned()]);
        let rendered = render_all(conn, &vault, &self.answers, workspace_id, object, &ids)?;
        Ok(rendered.into_values().next().map(Value::Object))
    }

    fn hear(&self, conn: &mut Conn, events: &[InsertedEvent]) -> Result<()> {
        let vault = self.vault.get();
        for of_workspace in events.chunk_by(|one, next| one.row.workspace_id == next.row.workspace_id) {
            let workspace_id = of_workspace[0].row.workspace_id;
            let subscriptions = webhook::subscriptions(conn, workspace_id)?;
            let wanted: Vec<Wanted> =
                of_workspace.iter().filter_map(|event| Wanted::new(event, &subscriptions)).collect();
            let records = self.render_wanted(conn, &vault, workspace_id, &wanted)?;
            let mut deliveries = Vec::new();
            for wanted in &wanted {
                if let Some(record) = wanted.record(&records) {
                    deliveries.extend(wanted.deliveries(record)?);
                }
            }
            if !deliveries.is_empty() {
                delivery::insert_all(conn, &vault, workspace_id, &deliveries, of_workspace[0].row.at)?;
            }
        }
        Ok(())
    }
}

impl DeliveryWriter {
    /// The records of events as they are now, by their ids, with one query for each object.
    fn render_wanted(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        wanted: &[Wanted],
    ) -> Result<HashMap<String, Rendered>> {
        let mut records = HashMap::new();
        for object in catalogue().objects() {
            let of_object = wanted.iter().filter(|wanted| std::ptr::eq(wanted.object, object));
            let mut ids: Vec<String> = of_object
                .filter(|wanted| wanted.event.row.verb != DELETED)
                .map(|wanted| wanted.event.row.record_id.clone())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            if !ids.is_empty() {
                records.extend(render_all(conn, vault, &self.answers, workspace_id, object, &ids)?);
            }
        }
        Ok(records)
    }
}

/// An event that webhooks ask for.
struct Wanted<'a> {
    event: &'a InsertedEvent,
    object: &'static Object,
    webhooks: Vec<&'a Subscription>,
}

impl<'a> Wanted<'a> {
    fn new(event: &'a InsertedEvent, subscriptions: &'a [Subscription]) -> Option<Self> {
        let object = catalogue().by_singular(event.row.object)?;
        let webhooks: Vec<_> = subscriptions
            .iter()
            .filter(|webhook| webhook.asks_for(&object.singular, event.row.verb))
            .collect();
        (!webhooks.is_empty()).then_some(Self { event, object, webhooks })
    }

    /// The record; as it was, if it was deleted. `None` if the same transaction created and deleted it.
    fn record<'r>(&'r self, records: &'r HashMap<String, Rendered>) -> Option<&'r Rendered> {
        match self.event.row.verb {
            DELETED => self.event.last_state.as_ref()?.as_object(),
            _ => records.get(&self.event.row.record_id),
        }
    }

    fn deliveries(&self, record: &Rendered) -> Result<Vec<NewDelivery>> {
        let row = &self.event.row;
        let event_name = format!("{}.{}", row.object, row.verb);
        let fields = || row.fields.split(',').filter(|field| !field.is_empty()).collect();
        let updated_fields: Option<Vec<&str>> = (row.verb == UPDATED).then(fields);
        let deliver = |webhook: &&Subscription| {
            Ok(NewDelivery {
                id: Uuid::random(),
                webhook_id: webhook.id,
                event: Some((self.event.id, row.record_id.clone())),
                body: body(webhook, self.object, &event_name, row.at, record, updated_fields.clone())?,
                event_name: event_name.clone(),
            })
        };
        self.webhooks.iter().map(deliver).collect()
    }
}

/// Queues a test of a webhook that is on; the record in it is the webhook. `None` if there is no such webhook.
pub fn queue_test(
    conn: &mut Conn,
    vault: &Vault,
    answers: &AnswerBudget,
    workspace_id: i64,
    id: Uuid,
    now: Moment,
) -> Result<Option<Uuid>> {
    let subscriptions = webhook::subscriptions(conn, workspace_id)?;
    let Some(webhook) = subscriptions.iter().find(|webhook| webhook.id == id) else { return Ok(None) };
    let object = catalogue().target(OBJECT);
    let record_id = id.0.to_string();
    let records = render_all(conn, vault, answers, workspace_id, object, std::slice::from_ref(&record_id))?;
    let Some(record) = records.get(&record_id) else { return Ok(None) };
    let test = NewDelivery {
        id: Uuid::random(),
        webhook_id: id,
        event: None,
        event_name: TEST.to_owned(),
        body: body(webhook, object, TEST, now, record, None)?,
    };
    delivery::insert_all(conn, vault, workspace_id, std::slice::from_ref(&test), now)?;
    Ok(Some(test.id))
}

fn body(
    webhook: &Subscription,
    object: &Object,
    event_name: &str,
    event_date: Moment,
    record: &Rendered,
    updated_fields: Option<Vec<&str>>,
) -> Result<String> {
    let mut body = Body {
        target_url: &webhook.target_url,
        event_name,
        object_metadata: ObjectMetadata { id: metadata_id(object), name_singular: &object.singular },
        workspace_id: webhook.workspace,
        webhook_id: webhook.id,
        event_date,
        record,
        updated_fields,
    };
    let text = serde_json::to_string(&body).map_err(Error::ours)?;
    if text.len() <= MAX_BODY_BYTES {
        return Ok(text);
    }
    let only_id = Map::from_iter([("id".to_owned(), json!(record.get("id")))]);
    body.record = &only_id;
    serde_json::to_string(&body).map_err(Error::ours)
}

/// The id of an object, which is the same in every installation.
fn metadata_id(object: &Object) -> uuid::Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(format!("objectMetadata/{}", object.singular))[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// Renders records as a key with the scope `read` finds them, by their ids. Webhooks have no secrets.
fn render_all(
    conn: &mut Conn,
    vault: &Vault,
    answers: &AnswerBudget,
    workspace_id: i64,
    object: &'static Object,
    ids: &[String],
) -> Result<HashMap<String, Rendered>> {
    let permissions = Permissions::new(Caller::Key(ApiKeyCaller {
        workspace_id,
        key_id: Uuid(uuid::Uuid::nil()),
        name: String::new(),
        scopes: vec![Scope::Read],
        created_by: None,
        last_used_at: None,
        now: Moment::default(),
    }));
    let records = Loader::new(conn, &permissions, vault, answers).by_ids(object, ids, 0)?;
    let mut rendered = HashMap::new();
    for record in records {
        let Value::Object(mut fields) = serde_json::to_value(&record).map_err(Error::ours)? else { continue };
        if object.singular == OBJECT {
            fields.remove(SECRET);
        }
        rendered.insert(record.id().to_owned(), fields);
    }
    Ok(rendered)
}
