//! Find duplicates: `POST /rest/{plural}/duplicates`, by the ids of records or by the fields of records.

use actix_web::web::Data;
use serde_json::{Map, Value};

use super::{
    body::ObjectBody,
    envelope::Envelope,
    extractors::{PathObject, QueryPairs},
};
use crate::{
    app::App,
    catalogue::column::Cell,
    error::{Error, Result},
    models::caller::Credentials,
    records::{
        duplicates::{self, Original},
        literal, record,
    },
};

const DATA_OR_IDS_MISSING: &str = "You have to provide either \"data\" or \"ids\" argument";
const NOT_BOTH: &str = "You cannot provide both \"data\" and \"ids\" arguments";
const DATA_EMPTY: &str = "The \"data\" condition can not be empty when \"ids\" input not provided";
const MAX_ENTRIES: usize = 1_000;

pub async fn create(
    credentials: Credentials,
    app: Data<App>,
    PathObject(object): PathObject,
    pairs: QueryPairs,
    ObjectBody(body): ObjectBody,
) -> Result<Envelope> {
    let originals = parse_originals(&body)?;
    let query = match pairs.page_query(object) {
        Ok(query) => query,
        Err(error) => return Err(app.records().query_error(credentials, error).await),
    };
    let bytes = app
        .records()
        .read(credentials, move |loader| {
            let pages = duplicates::find(loader, object, &originals, &query)?;
            let key = format!("{}Duplicates", object.singular);
            record::to_json(&duplicates::Response::new(&key, &pages))
        })
        .await?;
    Ok(Envelope::ok(bytes))
}

/// Expects either `data` or `ids`; `null` counts as absent.
fn parse_originals(body: &Map<String, Value>) -> Result<Vec<Original>> {
    let sent = |name: &str| body.get(name).filter(|value| !value.is_null());
    match (sent("data"), sent("ids")) {
        (None, None) => Err(Error::Unreadable(DATA_OR_IDS_MISSING.to_owned())),
        (Some(_), Some(_)) => Err(Error::Unreadable(NOT_BOTH.to_owned())),
        (Some(data), None) => {
            let records = parse_list("data", data)?;
            if records.is_empty() {
                return Err(Error::Unreadable(DATA_EMPTY.to_owned()));
            }
            records
                .iter()
                .map(|record| {
                    record
                        .as_object()
                        .cloned()
                        .map(Original::Data)
                        .ok_or_else(|| not_a_list("data", "objects"))
                })
                .collect()
        }
        (None, Some(ids)) => parse_list("ids", ids)?
            .iter()
            .map(|id| {
                let id = id.as_str().and_then(|id| literal::parse(Cell::Uuid, id));
                id.map(Original::Id).ok_or_else(|| not_a_list("ids", "ids"))
            })
            .collect(),
    }
}

fn parse_list<'v>(name: &str, value: &'v Value) -> Result<&'v [Value]> {
    match value {
        Value::Array(items) if items.len() <= MAX_ENTRIES => Ok(items),
        Value::Array(items) => Err(Error::Unreadable(format!(
            "\"{name}\" has {} entries. Send at most {MAX_ENTRIES}.",
            items.len()
        ))),
        _ => Err(not_a_list(name, if name == "data" { "objects" } else { "ids" })),
    }
}

fn not_a_list(name: &str, items: &str) -> Error {
    Error::Unreadable(format!("\"{name}\" must be a list of {items}"))
}
