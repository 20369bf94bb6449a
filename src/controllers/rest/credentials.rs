//! Extracts the credentials of a request: an API key or a session's token, from `Authorization` or, where that is not
//! sent, from `?token=`. CPU only: what is wrong in itself never reaches the database.

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
    let is_sent = request.headers().contains_key(AUTHORIZATION) || token(request).is_some();
    is_sent.then(|| extract(request)).transpose()
}

fn extract(request: &HttpRequest) -> Result<Credentials> {
    let app: &Data<App> =
        request.app_data().ok_or_else(|| Error::ours("the app is not part of the request"))?;
    let now = app.clock.now();
    let bearer = bearer(request)?;
    if bearer.starts_with(api_key::PREFIX) { key(&bearer, now) } else { session(app, &bearer, now) }
}

fn key(bearer: &str, now: Moment) -> Result<Credentials> {
    let text = KeyText::parse(bearer).ok_or(Error::Unauthenticated(INVALID))?;
    Ok(Credentials::Key(KeyCredentials { text, now }))
}

fn session(app: &App, bearer: &str, now: Moment) -> Result<Credentials> {
    let claims = app.tokens.verify(bearer, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(if reason == BadToken::Expired { EXPIRED } else { INVALID })
    })?;
    Ok(Credentials::Session(Session::of(&claims, now)))
}

/// A header that is there is the one that counts, whatever it says.
fn bearer(request: &HttpRequest) -> Result<Cow<'_, str>> {
    let bearer = match request.headers().get(AUTHORIZATION) {
        Some(header) => header.to_str().ok().and_then(after_bearer).map(Cow::Borrowed),
        None => token(request),
    };
    bearer.filter(|bearer| !bearer.is_empty()).ok_or(Error::Unauthenticated(MISSING))
}

fn token(request: &HttpRequest) -> Option<Cow<'_, str>> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find_map(|(name, value)| (name == "token").then_some(value))
}

fn after_bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
