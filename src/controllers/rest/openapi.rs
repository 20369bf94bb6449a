//! `GET /open-api/core`: this door described for machines, from the same catalogue that its engine works by. Clients
//! build themselves from it, n8n's node among them, so names, order and defaults are part of the contract.

mod bodies;
mod example;
mod failures;
mod operations;
mod overview;
mod parameters;
mod parts;
mod reading;
mod words;
mod writing;

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    web::{Bytes, Data},
};
use serde_json::{Map, Value, json};

use super::credentials;
use crate::{
    app::App,
    catalogue::{catalogue, object::capitalised},
    controllers::answer,
    error::Result,
    settings::Settings,
};

/// Both descriptions, each written when it is first asked for.
#[derive(Debug)]
pub struct Description {
    public_url: Option<String>,
    full: OnceLock<Bytes>,
    bare: OnceLock<Bytes>,
}

impl Description {
    pub fn new(settings: &Settings) -> Self {
        Self { public_url: settings.public_url.clone(), full: OnceLock::new(), bare: OnceLock::new() }
    }

    /// Everything, for those who may come in.
    pub fn full(&self) -> Bytes {
        self.full.get_or_init(|| full(self.public_url.as_deref()).to_string().into()).clone()
    }

    /// What this is and how to come in, for everybody.
    pub fn bare(&self) -> Bytes {
        self.bare.get_or_init(|| bare(self.public_url.as_deref()).to_string().into()).clone()
    }
}

/// A key that is invalid is an error, not a reason to show less.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    description: Data<Description>,
) -> Result<impl Responder> {
    let text = match credentials::optional(&request)? {
        Some(credentials) => {
            app.records().view(credentials, |_, _| Ok(())).await.map(|()| description.full())?
        }
        None => description.bare(),
    };
    Ok(HttpResponse::Ok().content_type(answer::JSON).body(text))
}

fn full(public_url: Option<&str>) -> Value {
    let mut document = bare(public_url);
    document["tags"] = overview::tags();
    document["paths"] = paths().into();
    document["components"]["schemas"] = schemas().into();
    document["components"]["parameters"] = parameters::all();
    document["components"]["responses"] = failures::all();
    document
}

fn bare(public_url: Option<&str>) -> Value {
    let mut document = overview::head(public_url);
    document["paths"] = json!({ "/open-api/core": operations::description() });
    document
}

fn paths() -> Map<String, Value> {
    let description = [("/open-api/core".to_owned(), operations::description())];
    description.into_iter().chain(catalogue().objects().iter().flat_map(operations::of)).collect()
}

fn schemas() -> Map<String, Value> {
    let each = catalogue().objects().iter().flat_map(|object| {
        let name = capitalised(&object.singular);
        [
            (name.clone(), writing::create(object)),
            (format!("{name}ForUpdate"), writing::update(object)),
            (format!("{name}ForResponse"), reading::row(object)),
        ]
    });
    let others =
        [("Blank", writing::blank()), ("PageInfo", reading::page_info()), ("Failure", failures::schema())];
    each.chain(others.map(|(name, schema)| (name.to_owned(), schema))).collect()
}
