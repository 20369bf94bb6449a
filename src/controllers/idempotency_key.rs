//! The header `Idempotency-Key`: a caller's own name for a create that shall happen once.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload, http::StatusCode,
};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::{
    app::App,
    controllers::answer::{Answer, JSON},
    db::Conn,
    error::{Error, Result},
    models::{
        idempotency::{self, Attempt, Author, Kept},
        session::Viewer,
    },
    parameters::Parameters,
};

pub const HEADER: &str = "Idempotency-Key";
const LONGEST: usize = 255;

/// The header as the description has it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct IdempotencyKeyHeader {
    /// A name of your own for this request: sent again with the same name, it is answered the same for 24 hours, and
    /// nothing is done twice.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[!-~]([ -~]*[!-~])?$")]
    idempotency_key: Option<String>,
}

/// The header, where it is sent, and the URL it is sent to.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: Option<String>,
    url: String,
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<IdempotencyKey> {
    let url = format!("{} {}?{}", request.method(), request.path(), query(request));
    let Some(header) = request.headers().get(HEADER) else { return Ok(IdempotencyKey { key: None, url }) };
    let key = header.to_str().ok().map(str::trim).filter(|key| (1..=LONGEST).contains(&key.len()));
    let key = key.ok_or_else(|| {
        Error::invalid(
            HEADER,
            "invalid",
            format!("{HEADER} must have 1 to {LONGEST} printable ASCII characters"),
        )
    })?;
    Ok(IdempotencyKey { key: Some(key.to_owned()), url })
}

/// Without the token, which says who asks and not what for.
fn query(request: &HttpRequest) -> String {
    let pairs = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "token");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl IdempotencyKey {
    /// With what the body says, in whatever order; none where no key was sent.
    pub fn attempt(self, body: impl FnOnce() -> Value) -> Option<Attempt> {
        let key = self.key?;
        let mut body = body();
        body.sort_all_objects();
        let fingerprint = idempotency::fingerprint(&[self.url.as_bytes(), body.to_string().as_bytes()]);
        Some(Attempt { key, fingerprint })
    }
}

/// An answer given for the first time, or once more.
#[derive(Debug)]
pub enum Once<T> {
    First(Answer<T>),
    Again(Kept),
}

impl<T> Once<T> {
    /// Adds what only the first answer says.
    pub fn completed(self, complete: impl FnOnce(T) -> T) -> Self {
        match self {
            Self::First(answer) => Self::First(answer.map(complete)),
            again @ Self::Again(_) => again,
        }
    }
}

impl<T: Serialize> Responder for Once<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::First(answer) => answer.respond_to(request),
            Self::Again(kept) => again(kept),
        }
    }
}

pub fn again(kept: Kept) -> HttpResponse {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::CREATED);
    HttpResponse::build(status)
        .content_type(JSON)
        .insert_header(("Idempotency-Replayed", "true"))
        .body(kept.body)
}

impl App {
    /// A create that happens once for each key. Whoever may not do it now is not told what came of it before. What
    /// comes beside the answer (letters to be sent, a text that is shown once) comes the first time only.
    pub async fn create_once<T, E, P, A, W>(
        &self,
        key: IdempotencyKey,
        params: &Parameters,
        authority: A,
        work: W,
    ) -> Result<(Once<T>, E)>
    where
        T: Serialize + Send + 'static,
        E: Default + Send + 'static,
        P: AsRef<Viewer>,
        A: Fn(&mut Conn) -> Result<P> + Send + 'static,
        W: Fn(&mut Conn, P) -> Result<(Answer<T>, E)> + Send + 'static,
    {
        let attempt = key.attempt(|| params.value());
        let vault = self.vault.clone();
        self.db
            .write(move |conn| {
                let person = authority(conn)?;
                let Some(attempt) = &attempt else {
                    return work(conn, person).map(|(answer, beside)| (Once::First(answer), beside));
                };
                let author = Author::person(person.as_ref());
                if let Some(kept) = attempt.earlier(conn, &vault, &author)? {
                    return Ok((Once::Again(kept), E::default()));
                }
                let (answer, beside) = work(conn, person)?;
                attempt.keep(conn, &vault, &author, &answer.kept()?)?;
                Ok((Once::First(answer), beside))
            })
            .await
    }
}
