//! The records of any object: `/rest/{plural}` and `/rest/{plural}/{id}`.

use actix_web::web::Data;
use serde_json::json;

use super::{
    body::{Keyed, ObjectBody},
    envelope::{self, Envelope},
    extractors::{PathObject, QueryPairs, RecordId},
};
use crate::{
    app::App,
    catalogue::object::Object,
    error::{Error, Result},
    models::caller::Credentials,
    records::page,
};

const NO_SUCH_RECORD: &str = "Record not found";

pub async fn index(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
) -> Result<Envelope> {
    let query = match pairs.page_query(object) {
        Ok(query) => query,
        Err(error) => return Err(app.records().query_error(credentials, error).await),
    };
    let bytes = app
        .records()
        .read(credentials, move |loader| {
            let page = loader.page(object, &query)?;
            page::to_json(object, &page)
        })
        .await?;
    Ok(Envelope::ok(bytes))
}

pub async fn show(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    RecordId(id): RecordId,
    pairs: QueryPairs,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let bytes = app
        .records()
        .read(credentials, move |loader| {
            let record = loader.find(object, &id, depth.levels())?;
            let record = record.ok_or_else(|| Error::Unreadable(NO_SUCH_RECORD.to_owned()))?;
            envelope::data(&object.singular, &record)
        })
        .await?;
    Ok(Envelope::ok(bytes))
}

pub async fn create(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
    Keyed { request, body: ObjectBody(body) }: Keyed<ObjectBody>,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let created = app
        .records()
        .create(credentials, request, object, vec![body], move |loader, ids| {
            let record = loader.by_ids(object, ids, depth.levels())?.pop();
            envelope::data(&Object::response_key("create", &object.singular), &record)
        })
        .await?;
    Ok(Envelope::created(created))
}

pub async fn update(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    RecordId(id): RecordId,
    pairs: QueryPairs,
    ObjectBody(body): ObjectBody,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let bytes = app
        .records()
        .write(
            credentials,
            move |tx| tx.update(object, &id, &body).map(|()| vec![id.clone()]),
            move |loader, ids| {
                let record = loader.by_ids(object, ids, depth.levels())?.pop();
                envelope::data(&Object::response_key("update", &object.singular), &record)
            },
        )
        .await?;
    Ok(Envelope::ok(bytes))
}

/// Answers with the id alone.
pub async fn destroy(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    RecordId(id): RecordId,
    pairs: QueryPairs,
) -> Result<Envelope> {
    pairs.expect_none()?;
    let bytes = app
        .records()
        .write_long(
            credentials,
            move |tx| tx.delete(object, &id).map(|()| vec![id.clone()]),
            move |_, ids| {
                envelope::data(&Object::response_key("delete", &object.singular), json!({ "id": ids[0] }))
            },
        )
        .await?;
    Ok(Envelope::ok(bytes))
}
