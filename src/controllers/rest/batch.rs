//! Create many: `/rest/batch/{plural}`, all of them or none.

use actix_web::web::Data;

use super::{
    asked::{Asked, Pairs},
    body::Many,
    envelope::{self, Envelope},
};
use crate::{app::App, error::Result, models::caller::Presented, records::object::Object};

pub async fn create(
    presented: Presented,
    app: Data<App>,
    Asked(object): Asked,
    pairs: Pairs,
    Many(bodies): Many,
) -> Result<Envelope> {
    let depth = pairs.depth()?;
    let bytes = app
        .write_records(
            presented,
            move |writing| writing.create(object, &bodies),
            move |loader, ids| {
                let records = loader.by_ids(object, ids, depth.levels())?;
                envelope::data(&Object::key("create", &object.plural), &records)
            },
        )
        .await?;
    Ok(Envelope::created(bytes))
}
