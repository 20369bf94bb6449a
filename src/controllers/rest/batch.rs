//! Create many: `POST /rest/batch/{plural}`.

use actix_web::web::Data;
use serde_json::{Map, Value};

use super::{
    body::ListBody,
    envelope::{self, Envelope},
    extractors::{PathObject, QueryPairs},
};
use crate::{
    app::App, catalogue::object::Object, controllers::idempotency_key::IdempotencyKey, error::Result,
    models::caller::Credentials,
};

pub async fn create(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
    key: IdempotencyKey,
    ListBody(bodies): ListBody,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let value = |bodies: &Vec<Map<String, Value>>| bodies.iter().cloned().map(Value::Object).collect();
    let (request, bodies) = key.request_for(bodies, value).await?;
    let created = app
        .records()
        .create(credentials, request, object, bodies, move |loader, ids| {
            let records = loader.by_ids(object, ids, depth.levels())?;
            envelope::data(&Object::response_key("create", &object.plural), &records)
        })
        .await?;
    Ok(Envelope::created(created))
}
