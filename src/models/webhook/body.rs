//! The body of a delivery, which its receiver gets.

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    clock::{self, Moment},
    db::types::Uuid,
    error::{Error, Result},
};

/// A larger body has only the id of its record.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// What is sent, in Twenty's order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    target_url: &'a str,
    event_name: &'a str,
    object_metadata: ObjectMetadata<'a>,
    workspace_id: Uuid,
    webhook_id: Uuid,
    #[serde(serialize_with = "clock::serialize")]
    event_date: Moment,
    record: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_fields: Option<Vec<&'a str>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectMetadata<'a> {
    id: uuid::Uuid,
    name_singular: &'a str,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy)]
pub struct EventOfRecord<'a> {
    /// `connectedAccount.updated`
    pub name: &'a str,
    pub at: Moment,
    /// Of an update, separated by commas.
    pub fields: Option<&'a str>,
    /// JSON.
    pub record: &'a str,
}

/// Renders the body for a webhook; `workspace` is the id that receivers know.
pub fn render(target_url: &str, workspace: Uuid, webhook_id: Uuid, event: EventOfRecord) -> Result<String> {
    let object = event.name.split_once('.').map_or(event.name, |(object, _)| object);
    let mut body = Body {
        target_url,
        event_name: event.name,
        object_metadata: ObjectMetadata { id: metadata_id(object), name_singular: object },
        workspace_id: workspace,
        webhook_id,
        event_date: event.at,
        record: serde_json::from_str(event.record).map_err(Error::ours)?,
        updated_fields: event.fields.map(|names| names.split(',').filter(|name| !name.is_empty()).collect()),
    };
    let text = serde_json::to_string(&body).map_err(Error::ours)?;
    if text.len() <= MAX_BODY_BYTES {
        return Ok(text);
    }
    body.record = Map::from_iter([("id".to_owned(), json!(body.record.get("id")))]);
    serde_json::to_string(&body).map_err(Error::ours)
}

/// The id of an object, which is the same in every installation.
fn metadata_id(object: &str) -> uuid::Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(format!("objectMetadata/{object}"))[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn rendered(record: &str) -> String {
        let at = DateTime::UNIX_EPOCH.naive_utc();
        let event = EventOfRecord { name: "note.updated", at, fields: Some("title,body"), record };
        render("https://example.com/", Uuid(uuid::Uuid::nil()), Uuid(uuid::Uuid::nil()), event).unwrap()
    }

    #[test]
    fn keys_are_in_the_order_of_twenty() {
        let nil = uuid::Uuid::nil();
        let id = metadata_id("note");
        assert_eq!(
            rendered(r#"{"id":"1","title":"x"}"#),
            format!(
                r#"{{"targetUrl":"https://example.com/","eventName":"note.updated","objectMetadata":{{"id":"{id}","nameSingular":"note"}},"workspaceId":"{nil}","webhookId":"{nil}","eventDate":"1970-01-01T00:00:00.000Z","record":{{"id":"1","title":"x"}},"updatedFields":["title","body"]}}"#
            )
        );
    }

    #[test]
    fn a_large_record_is_sent_as_its_id() {
        let body = rendered(&json!({ "id": "1", "title": "x".repeat(MAX_BODY_BYTES) }).to_string());
        assert!(body.contains(r#""record":{"id":"1"}"#) && body.len() < 1_000, "{} bytes", body.len());
    }
}
