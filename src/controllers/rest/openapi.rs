//! `GET /open-api/core`: the description of `/rest` for programs, rendered from the catalogue. Clients such as the n8n
//! node build their forms from it, so names, order and defaults are part of the contract.

mod bodies;
mod example;
mod failures;
mod operations;
mod overview;
mod parameters;
mod parts;
mod reading;
mod webhooks;
mod words;
mod writing;

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    web::{Bytes, Data},
};
use serde_json::{Map, Value, json};

use super::extractors::optional_credentials;
use crate::{
    app::App,
    catalogue::{catalogue, object::capitalised},
    controllers::answer,
    error::Result,
    settings::Settings,
};

/// The two descriptions, each rendered on first use.
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

    /// All operations, for callers with valid credentials.
    pub fn full(&self) -> Bytes {
        self.full.get_or_init(|| render_full(self.public_url.as_deref()).to_string().into()).clone()
    }

    /// The introduction and the security schemes, for requests without credentials.
    pub fn bare(&self) -> Bytes {
        self.bare.get_or_init(|| render_bare(self.public_url.as_deref()).to_string().into()).clone()
    }
}

/// Describes the API; invalid credentials are an error, they do not fall back to the short description.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    description: Data<Description>,
) -> Result<impl Responder> {
    let text = match optional_credentials(&request)? {
        Some(credentials) => {
            app.records().view(credentials, |_, _| Ok(())).await.map(|()| description.full())?
        }
        None => description.bare(),
    };
    Ok(HttpResponse::Ok().content_type(answer::JSON).body(text))
}

fn render_full(public_url: Option<&str>) -> Value {
    let mut document = render_bare(public_url);
    document["tags"] = overview::tags();
    document["paths"] = paths().into();
    document["webhooks"] = webhooks::all().into();
    document["components"]["schemas"] = schemas().into();
    document["components"]["parameters"] = parameters::all();
    document["components"]["responses"] = failures::all();
    document
}

fn render_bare(public_url: Option<&str>) -> Value {
    let mut document = overview::head(public_url);
    document["paths"] = json!({ "/open-api/core": operations::description() });
    document
}

fn paths() -> Map<String, Value> {
    let description = [("/open-api/core".to_owned(), operations::description())];
    description.into_iter().chain(catalogue().objects().iter().flat_map(operations::paths_of)).collect()
}

fn schemas() -> Map<String, Value> {
    let of_objects = catalogue().objects().iter().flat_map(|object| {
        let name = capitalised(&object.singular);
        [
            (name.clone(), writing::create_schema(object)),
            (format!("{name}ForUpdate"), writing::update_schema(object)),
            (format!("{name}ForResponse"), reading::record_schema(object)),
        ]
    });
    let others = [
        ("Blank", writing::blank_schema()),
        ("PageInfo", reading::page_info_schema()),
        ("Failure", failures::schema()),
    ];
    of_objects.chain(others.map(|(name, schema)| (name.to_owned(), schema))).collect()
}
