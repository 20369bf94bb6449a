//! Extracts the credentials of a request: an API key or a session token, from `Authorization` or, without that header,
//! from `?token=`. Malformed credentials are refused without a query to the database.

use std::{
    borrow::Cow,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web::Data};

use crate::{
    app::App,
    clock::Moment,
    crypto::{
        api_key::{self, KeyText},
        token::BadToken,
    },
    error::{Error, Result},
    models::{
        caller::{Credentials, EXPIRED, INVALID, KeyCredentials},
        session::Session,
    },
};

const MISSING: &str = "Missing authentication token";

impl FromRequest for Credentials {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(extract(request))
    }
}

/// `None` only if no credential was sent; an empty one is an error.
pub fn optional(request: &HttpRequest) -> Result<Option<Credentials>> {
    let is_sent = request.headers().contains_key(AUTHORIZATION) || query_token(request).is_some();
    is_sent.then(|| extract(request)).transpose()
}

fn extract(request: &HttpRequest) -> Result<Credentials> {
    let app: &Data<App> =
        request.app_data().ok_or_else(|| Error::ours("the app is not part of the request"))?;
    let now = app.clock.now();
    let bearer = find_token(request)?;
    if bearer.starts_with(api_key::PREFIX) {
        parse_api_key(&bearer, now)
    } else {
        verify_session_token(app, &bearer, now)
    }
}

fn parse_api_key(bearer: &str, now: Moment) -> Result<Credentials> {
    let text = KeyText::parse(bearer).ok_or(Error::Unauthenticated(INVALID))?;
    Ok(Credentials::Key(KeyCredentials { text, now }))
}

fn verify_session_token(app: &App, bearer: &str, now: Moment) -> Result<Credentials> {
    let claims = app.tokens.verify(bearer, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(if reason == BadToken::Expired { EXPIRED } else { INVALID })
    })?;
    Ok(Credentials::Session(Session::from_claims(&claims, now)))
}

/// A header takes precedence over `?token=`, even if it is malformed.
fn find_token(request: &HttpRequest) -> Result<Cow<'_, str>> {
    let token = match request.headers().get(AUTHORIZATION) {
        Some(header) => header.to_str().ok().and_then(parse_bearer).map(Cow::Borrowed),
        None => query_token(request),
    };
    token.filter(|token| !token.is_empty()).ok_or(Error::Unauthenticated(MISSING))
}

fn query_token(request: &HttpRequest) -> Option<Cow<'_, str>> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find_map(|(name, value)| (name == "token").then_some(value))
}

fn parse_bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
