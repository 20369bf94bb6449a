//! A JSON response with its status, and bodies whose keys are renamed for a network.

mod keys;

use std::borrow::Cow;

use actix_web::{
    FromRequest as _, HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode, web::Data,
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use self::keys::NetworkKeys;
use crate::{
    answer_budget::{AnswerBytes, SMALL_ANSWER_BYTES},
    app::App,
    error::{Error, Result},
    idempotency::StoredResponse,
    memory_budget::Holder,
    models::session::Session,
    networks::Network,
};

/// The `Content-Type` of every JSON response.
pub const JSON: &str = "application/json; charset=utf-8";

#[derive(Debug)]
pub struct Answer<T>(StatusCode, T);

/// What an answer can consist of.
pub trait JsonBody {
    fn to_json(&self) -> serde_json::Result<Vec<u8>>;
}

impl<T: Serialize> JsonBody for T {
    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// 200
pub fn ok<T: JsonBody>(body: T) -> Answer<T> {
    Answer(StatusCode::OK, body)
}

/// 201
pub fn created<T: JsonBody>(body: T) -> Answer<T> {
    Answer(StatusCode::CREATED, body)
}

/// 404 with its own body, in place of the usual error body.
pub fn not_found<T: JsonBody>(body: T) -> Answer<T> {
    Answer(StatusCode::NOT_FOUND, body)
}

impl<T> Answer<T> {
    pub fn map(self, change: impl FnOnce(T) -> T) -> Self {
        Self(self.0, change(self.1))
    }
}

impl<T: JsonBody> Answer<T> {
    /// The serialized response, as it is stored for repeats with the same idempotency key.
    pub fn to_store(&self) -> Result<StoredResponse> {
        let body = self.1.to_json().map_err(Error::ours)?;
        Ok(StoredResponse { status: self.0.as_u16(), body })
    }
}

impl<T: JsonBody> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self.1.to_json().map_err(Error::ours).and_then(|bytes| hold(request, bytes)) {
            Ok(bytes) => HttpResponse::build(self.0).content_type(JSON).body(bytes),
            Err(error) => HttpResponse::from_error(error),
        }
    }
}

/// Reserves memory for the answer until the client has taken it. Only people get large answers of V4.
fn hold(request: &HttpRequest, bytes: Vec<u8>) -> Result<AnswerBytes> {
    let app = request.app_data::<Data<App>>().filter(|_| bytes.len() > SMALL_ANSWER_BYTES);
    let Some(app) = app else { return Ok(bytes.into()) };
    let Ok(session) = Session::extract(request).into_inner() else { return Ok(bytes.into()) };
    let reservation = app.answers.reservation(Holder::Person(session.user_id));
    if request.method().is_safe() { reservation.hold(bytes) } else { Ok(reservation.hold_anyway(bytes)) }
}

/// Builds a JSON response; 500 with an empty body if serialization fails.
pub fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(body) => HttpResponse::build(status).content_type(JSON).body(body),
        Err(error) => {
            log::error!("a response could not be serialized: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A body with general keys such as `account`, which is serialized with the network's, such as `twitter_account`.
#[derive(Debug)]
pub struct Named<T> {
    network: &'static Network,
    body: T,
}

impl<T> Named<T> {
    pub fn new(network: &'static Network, body: T) -> Self {
        Self { network, body }
    }
}

impl<T: Serialize> JsonBody for Named<T> {
    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let keys = NetworkKeys::new(self.network);
        self.body.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, keys))?;
        Ok(bytes)
    }
}

/// With the general names; the route of the action renames them for its network.
impl<T: PartialSchema> PartialSchema for Named<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: ToSchema> ToSchema for Named<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
