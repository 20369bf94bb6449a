//! Find duplicates: `/rest/{plural}/duplicates`, by records that exist or by what one is about to write.

use actix_web::web::Data;
use serde_json::{Map, Value};

use super::{
    body::One,
    envelope::Envelope,
    extractors::{PathObject, QueryPairs},
};
use crate::{
    app::App,
    catalogue::column::Cell,
    error::{Error, Result},
    models::caller::Credentials,
    records::{
        duplicates::{self, Like},
        literal, record,
    },
};

const NEITHER: &str = "You have to provide either \"data\" or \"ids\" argument";
const BOTH: &str = "You cannot provide both \"data\" and \"ids\" arguments";
const EMPTY: &str = "The \"data\" condition can not be empty when \"ids\" input not provided";
const MOST: usize = 1_000;

pub async fn create(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
    One(body): One,
) -> Result<Envelope> {
    let likes = likes(&body)?;
    let find = match pairs.find(object) {
        Ok(find) => find,
        Err(error) => return Err(app.records().refusal(credentials, error).await),
    };
    let bytes = app
        .records()
        .read(credentials, move |loader| {
            let found = duplicates::find(loader, object, &likes, &find)?;
            let key = format!("{}Duplicates", object.singular);
            record::to_json(&duplicates::Answer::new(&key, &found))
        })
        .await?;
    Ok(Envelope::ok(bytes))
}

/// `null` is as good as nothing.
fn likes(body: &Map<String, Value>) -> Result<Vec<Like>> {
    let sent = |name: &str| body.get(name).filter(|value| !value.is_null());
    match (sent("data"), sent("ids")) {
        (None, None) => Err(Error::Unreadable(NEITHER.to_owned())),
        (Some(_), Some(_)) => Err(Error::Unreadable(BOTH.to_owned())),
        (Some(data), None) => {
            let records = list("data", data)?;
            if records.is_empty() {
                return Err(Error::Unreadable(EMPTY.to_owned()));
            }
            records
                .iter()
                .map(|record| {
                    record.as_object().cloned().map(Like::Data).ok_or_else(|| no_list("data", "objects"))
                })
                .collect()
        }
        (None, Some(ids)) => list("ids", ids)?
            .iter()
            .map(|id| {
                let id = id.as_str().and_then(|id| literal::parse(Cell::Uuid, id));
                id.map(Like::Id).ok_or_else(|| no_list("ids", "ids"))
            })
            .collect(),
    }
}

fn list<'v>(name: &str, value: &'v Value) -> Result<&'v [Value]> {
    match value {
        Value::Array(items) if items.len() <= MOST => Ok(items),
        Value::Array(items) => {
            Err(Error::Unreadable(format!("\"{name}\" has {} entries. Send at most {MOST}.", items.len())))
        }
        _ => Err(no_list(name, if name == "data" { "objects" } else { "ids" })),
    }
}

fn no_list(name: &str, of: &str) -> Error {
    Error::Unreadable(format!("\"{name}\" must be a list of {of}"))
}
