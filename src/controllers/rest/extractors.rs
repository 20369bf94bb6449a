//! Extracts the object and the record id of a path, the query parameters, and the credentials: an API key or a session
//! token, from a header or, without a token there, from `?token=`. Malformed ones are refused without a query to the
//! database.

use std::{
    borrow::Cow,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use crate::{
    app::App,
    catalogue::{catalogue, object::Object},
    clock::Moment,
    controllers::{bearer, client},
    crypto::{
        api_key::{self, KeyText},
        token::BadToken,
    },
    error::{Error, Result},
    models::{
        caller::{Credentials, EXPIRED, INVALID, KeyCredentials},
        session::Session,
    },
    records::{
        literal,
        query::{PageQuery, depth::Depth, names},
        value::shortened,
    },
};

const MISSING: &str = "Missing authentication token";

/// The object in a path, by its plural name.
#[derive(Debug, Clone, Copy)]
pub struct PathObject(pub &'static Object);

/// The normalised id in a path.
#[derive(Debug, Clone)]
pub struct RecordId(pub String);

/// The query parameters, decoded, in the order of the URL.
#[derive(Debug, Clone)]
pub struct QueryPairs(Vec<(String, String)>);

impl FromRequest for PathObject {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_object(request.match_info().query("plural")).map(Self))
    }
}

fn find_object(name: &str) -> Result<&'static Object> {
    if let Some(object) = catalogue().by_plural(name) {
        return Ok(object);
    }
    let name = shortened(name);
    Err(Error::Unreadable(match catalogue().by_singular(&name) {
        Some(object) => format!("object '{name}' not found. Did you mean '{}'?", object.plural),
        None => format!("object '{name}' not found. eg: companies"),
    }))
}

impl FromRequest for RecordId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().query("id");
        ready(
            literal::parse(crate::catalogue::column::Cell::Uuid, id)
                .map(Self)
                .ok_or_else(|| Error::Unreadable(format!("'{}' is not a valid UUID", shortened(id)))),
        )
    }
}

impl FromRequest for QueryPairs {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        ready(Ok(Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())))
    }
}

impl QueryPairs {
    pub fn page_query(&self, object: &'static Object) -> Result<PageQuery<'static>> {
        PageQuery::from_pairs(object, &self.0)
    }

    /// The depth, which is the only parameter.
    pub fn depth(&self) -> Result<Depth> {
        names::expect_known(&self.0, &names::OF_RECORDS)?;
        Depth::from_pairs(&self.0)
    }

    pub fn expect_none(&self) -> Result<()> {
        names::expect_known(&self.0, &[])
    }
}

impl FromRequest for Credentials {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(extract_credentials(request))
    }
}

/// `None` only if no token was sent; an empty one is an error. Another scheme is no token.
pub fn optional_credentials(request: &HttpRequest) -> Result<Option<Credentials>> {
    let is_sent = find_token(request)?.is_some();
    is_sent.then(|| extract_credentials(request)).transpose()
}

fn extract_credentials(request: &HttpRequest) -> Result<Credentials> {
    let app: &Data<App> =
        request.app_data().ok_or_else(|| Error::ours("the app is not part of the request"))?;
    let now = app.clock.now();
    let bearer = find_token(request)?.filter(|token| !token.is_empty());
    let bearer = bearer.ok_or(Error::Unauthenticated(MISSING))?;
    if bearer.starts_with(api_key::PREFIX) {
        parse_api_key(&bearer, now)
    } else {
        verify_session_token(app, request, &bearer, now)
    }
}

fn parse_api_key(bearer: &str, now: Moment) -> Result<Credentials> {
    let text = KeyText::parse(bearer).ok_or(Error::Unauthenticated(INVALID))?;
    Ok(Credentials::Key(KeyCredentials { text, now }))
}

fn verify_session_token(app: &App, request: &HttpRequest, bearer: &str, now: Moment) -> Result<Credentials> {
    let claims = app.vault().tokens().verify(bearer, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(if reason == BadToken::Expired { EXPIRED } else { INVALID })
    })?;
    Ok(Credentials::Session(Session::from_claims(&claims, client::address(request), now)))
}

/// A header takes precedence over `?token=`, even if its token is malformed.
fn find_token(request: &HttpRequest) -> Result<Option<Cow<'_, str>>> {
    let in_header = bearer::find_token(request)?.map(Cow::Borrowed);
    Ok(in_header.or_else(|| query_token(request)))
}

fn query_token(request: &HttpRequest) -> Option<Cow<'_, str>> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find_map(|(name, value)| (name == names::TOKEN).then_some(value))
}
