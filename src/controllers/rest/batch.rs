//! Create many: `POST /rest/batch/{plural}`.

use actix_web::web::Data;

use super::{
    body::{Keyed, ListBody},
    envelope::{self, Envelope},
    extractors::{PathObject, QueryPairs},
};
use crate::{app::App, catalogue::object::Object, error::Result, models::caller::Credentials};

pub async fn create(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
    Keyed { request, body: ListBody(bodies) }: Keyed<ListBody>,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let created = app
        .records()
        .create(credentials, request, object, bodies, move |loader, ids| {
            let records = loader.by_ids(object, ids, depth.levels())?;
            envelope::data(&Object::response_key("create", &object.plural), &records)
        })
        .await?;
    Ok(Envelope::created(created))
}
