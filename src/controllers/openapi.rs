//! `GET /openapi.json`: the machine-readable description of the service, which `/docs` shows to people.
//! `routes.rs` lists the actions; parameters and responses are derived from the types in their signatures.

pub mod action;
mod answers;
pub mod argument;
mod by_id;
mod document;
mod example;
mod failures;
mod form;
pub mod output;
mod overview;
mod requests;
mod words;

use std::sync::OnceLock;

use actix_web::{
    HttpResponse,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag, IfNoneMatch},
    web::{self, Bytes, Data},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use utoipa::openapi::{Object, ObjectBuilder, Type};

use self::action::Action;
use super::answer;
use crate::settings::Settings;

/// The description, rendered on first use.
pub struct Document {
    public_url: Option<String>,
    actions: Box<dyn Fn() -> Vec<Action> + Send + Sync>,
    rendered: OnceLock<Rendered>,
}

#[derive(Debug)]
struct Rendered {
    text: Bytes,
    tag: EntityTag,
}

impl Document {
    /// `actions` is called once, when the document is rendered.
    pub fn new(settings: &Settings, actions: impl Fn() -> Vec<Action> + Send + Sync + 'static) -> Self {
        Self {
            public_url: settings.public_url.clone(),
            actions: Box::new(actions),
            rendered: OnceLock::new(),
        }
    }

    /// The document as indented JSON.
    pub fn text(&self) -> &[u8] {
        &self.rendered().text
    }

    fn rendered(&self) -> &Rendered {
        self.rendered.get_or_init(|| {
            let text = format!("{:#}\n", document::render(self.public_url.as_deref(), &(self.actions)()));
            let tag = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&text));
            Rendered { text: text.into(), tag: EntityTag::new_strong(tag) }
        })
    }
}

/// The schema of a string with a fixed set of values, for `schema_with`.
pub fn one_of(choices: &[impl AsRef<str>]) -> Object {
    let choices = choices.iter().map(AsRef::as_ref).collect::<Vec<_>>();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(choices)).build()
}

pub async fn show(document: Data<Document>, cached: web::Header<IfNoneMatch>) -> HttpResponse {
    let Rendered { text, tag } = document.rendered();
    let is_cached = match cached.into_inner() {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|cached| cached.weak_eq(tag)),
    };
    let mut response = if is_cached { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(tag.clone())).insert_header(CacheControl(vec![CacheDirective::NoCache]));
    if is_cached { response.finish() } else { response.content_type(answer::JSON).body(text.clone()) }
}
