//! The header `Idempotency-Key`: a client sends it so that a repeated create happens only once.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    dev::Payload,
    http::{StatusCode, header::HeaderName},
};
use serde::Serialize;
use url::form_urlencoded;

use crate::{
    answer_budget::AnswerBytes,
    app::App,
    controllers::answer::{Answer, JSON, JsonBody},
    db::Conn,
    error::{Error, Result},
    idempotency::{self, KeyedRequest, Next, Sorted, Stored, StoredResponse},
    models::session::{Session, Viewer},
    parameters::Parameters,
};

pub const HEADER: &str = "Idempotency-Key";
/// The response header of an answer that was stored for an earlier request with the same key.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const MAX_BYTES: usize = 255;

/// The value of the header, if it was sent, and the method and URL of the request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: Option<String>,
    url: String,
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(extract(request))
    }
}

fn extract(request: &HttpRequest) -> Result<IdempotencyKey> {
    let url = format!("{} {}?{}", request.method(), request.path(), query_without_token(request));
    let Some(header) = request.headers().get(HEADER) else { return Ok(IdempotencyKey { key: None, url }) };
    let key = header.to_str().ok().map(str::trim).filter(|key| (1..=MAX_BYTES).contains(&key.len()));
    let key = key.ok_or_else(|| {
        Error::invalid(
            HEADER,
            "invalid",
            format!("{HEADER} must have 1 to {MAX_BYTES} printable ASCII characters"),
        )
    })?;
    Ok(IdempotencyKey { key: Some(key.to_owned()), url })
}

/// The query without `token`, which identifies the caller and not the request.
fn query_without_token(request: &HttpRequest) -> String {
    let pairs = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "token");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl IdempotencyKey {
    pub fn was_sent(&self) -> bool {
        self.key.is_some()
    }

    /// The request that the key identifies; `None` if no key was sent.
    pub fn request(self, body: &impl Serialize) -> Result<Option<KeyedRequest>> {
        self.key.map(|key| KeyedRequest::new(key, &self.url, body)).transpose()
    }
}

/// The response to a create: new, or the one stored for its key.
#[derive(Debug)]
pub enum Created<T> {
    New(Answer<T>),
    Replayed(StoredResponse),
}

impl<T> Created<T> {
    /// Changes the body of a new response; a replayed one stays as it was stored.
    pub fn map_new(self, change: impl FnOnce(T) -> T) -> Self {
        match self {
            Self::New(answer) => Self::New(answer.map(change)),
            replayed @ Self::Replayed(_) => replayed,
        }
    }
}

impl<T: JsonBody> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::New(answer) => answer.respond_to(request),
            Self::Replayed(StoredResponse { status, body }) => replay(status, body.into()),
        }
    }
}

/// Renders a stored response, with the header `Idempotency-Replayed`.
pub fn replay(status: u16, body: AnswerBytes) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED);
    HttpResponse::build(status).content_type(JSON).insert_header((REPLAYED, "true")).body(body)
}

/// Runs `work` once for each key, in one transaction. `authority` is checked before a stored response is replayed.
/// The second value that `work` returns, such as a secret that is shown once, is never stored: a replay returns its
/// default.
pub async fn create_once<T, E, P, A, W>(
    app: &App,
    session: &Session,
    key: IdempotencyKey,
    params: &Parameters,
    authority: A,
    work: W,
) -> Result<(Created<T>, E)>
where
    T: JsonBody + Send + 'static,
    E: Default + Send + 'static,
    P: AsRef<Viewer>,
    A: Fn(&mut Conn) -> Result<P> + Send + 'static,
    W: Fn(&mut Conn, P) -> Result<(Answer<T>, E)> + Send + 'static,
{
    create_many_once(app, session, key, params, 1, authority, work).await
}

/// The same for so many records in one transaction.
pub async fn create_many_once<T, E, P, A, W>(
    app: &App,
    session: &Session,
    key: IdempotencyKey,
    params: &Parameters,
    records: usize,
    authority: A,
    work: W,
) -> Result<(Created<T>, E)>
where
    T: JsonBody + Send + 'static,
    E: Default + Send + 'static,
    P: AsRef<Viewer>,
    A: Fn(&mut Conn) -> Result<P> + Send + 'static,
    W: Fn(&mut Conn, P) -> Result<(Answer<T>, E)> + Send + 'static,
{
    let request = key.request(&Sorted(params.value()))?;
    let vault = app.vault();
    app.db
        .in_workspace(session.first_lock())
        .write_many(records, move |conn| {
            let person = authority(conn)?;
            let sender = person.as_ref().sender();
            let slot = match idempotency::next(conn, vault.ring(), request.as_ref(), &sender)? {
                Next::Run(slot) => slot,
                Next::Replay(stored) => {
                    return Ok((Created::Replayed(stored.into_response()?), E::default()));
                }
            };
            let (answer, unstored) = work(conn, person)?;
            slot.store(conn, vault.ring(), |_| answer.to_store().map(Stored::Whole))?;
            Ok((Created::New(answer), unstored))
        })
        .await
}
