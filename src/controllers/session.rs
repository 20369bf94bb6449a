//! Extracts the bearer token, from `Authentication` (Gipper's name) or `Authorization` (everybody's).
//! CPU only: a bad token never reaches the database.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderName, HeaderValue},
    web::Data,
};

use crate::{
    app::App,
    crypto::api_key,
    error::{Error, Result},
    models::session::{ENDED, Session},
};

pub const AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");

const MISSING: &str = "You need to sign in or sign up before continuing.";
const NOT_HERE: &str = "API keys open /rest only. Sign in, and send the auth_token.";
const TWO_TOKENS: &str =
    "The headers Authentication and Authorization hold different tokens. Send one of them.";

impl FromRequest for Session {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(extract(request))
    }
}

/// A session where none is required: an ended one counts as none. Two different tokens are refused.
pub struct Visitor(Result<Session>);

impl Visitor {
    pub fn session(self) -> Option<Session> {
        self.0.ok()
    }

    /// For an action that turns out to need one.
    pub fn expect_session(self) -> Result<Session> {
        self.0
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match extract(request) {
            Err(Error::Unauthenticated(TWO_TOKENS)) => Err(Error::Unauthenticated(TWO_TOKENS)),
            session => Ok(Self(session)),
        })
    }
}

fn extract(request: &HttpRequest) -> Result<Session> {
    let app: &Data<App> =
        request.app_data().ok_or_else(|| Error::ours("the app is not part of the request"))?;
    let now = app.clock.now();
    let bearer = bearer(request)?;
    if bearer.starts_with(api_key::PREFIX) {
        return Err(Error::Unauthenticated(NOT_HERE));
    }
    let claims = app.tokens.verify(bearer, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(ENDED)
    })?;
    Ok(Session::of(&claims, now))
}

fn bearer(request: &HttpRequest) -> Result<&str> {
    let headers = request.headers();
    let mut values = headers.get_all(AUTHENTICATION).chain(headers.get_all(AUTHORIZATION));
    let first = values.next().ok_or(Error::Unauthenticated(MISSING))?;
    let token = token(first);
    if values.any(|other| self::token(other) != token) {
        return Err(Error::Unauthenticated(TWO_TOKENS));
    }
    token.ok_or(Error::Unauthenticated(MISSING))
}

/// What follows `Bearer`, however that is written; none under another scheme.
fn token(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
