//! Extracts the session from the bearer token in the header `Authentication` (Gipper's name) or `Authorization`.
//! Verifying a token needs no database, so an invalid one costs no query.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderName, HeaderValue},
    web::Data,
};

use crate::{
    app::App,
    controllers::client,
    crypto::api_key,
    error::{Error, Result},
    models::session::{ENDED, Session},
};

/// Gipper's name for the header `Authorization`.
pub const AUTHENTICATION: HeaderName = HeaderName::from_static("authentication");

const TOKEN_MISSING: &str = "You need to sign in or sign up before continuing.";
const API_KEY_REFUSED: &str = "API keys open /rest only. Sign in, and send the auth_token.";
const DIFFERENT_TOKENS: &str =
    "The headers Authentication and Authorization hold different tokens. Send one of them.";

impl FromRequest for Session {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(extract(request))
    }
}

/// An optional session: a missing, invalid or expired token counts as no session. Two different tokens are refused.
pub struct Visitor(Result<Session>);

impl Visitor {
    /// The session; `None` without a valid token.
    pub fn session(self) -> Option<Session> {
        self.0.ok()
    }

    /// The session, or the error why there is none.
    pub fn expect_session(self) -> Result<Session> {
        self.0
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match extract(request) {
            Err(Error::Unauthenticated(DIFFERENT_TOKENS)) => Err(Error::Unauthenticated(DIFFERENT_TOKENS)),
            session => Ok(Self(session)),
        })
    }
}

fn extract(request: &HttpRequest) -> Result<Session> {
    let app: &Data<App> =
        request.app_data().ok_or_else(|| Error::ours("the app is not part of the request"))?;
    let now = app.clock.now();
    let token = bearer_token(request)?;
    if token.starts_with(api_key::PREFIX) {
        return Err(Error::Unauthenticated(API_KEY_REFUSED));
    }
    let claims = app.vault().tokens().verify(token, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(ENDED)
    })?;
    Ok(Session::from_claims(&claims, client::address(request), now))
}

fn bearer_token(request: &HttpRequest) -> Result<&str> {
    let headers = request.headers();
    let mut values = headers.get_all(AUTHENTICATION).chain(headers.get_all(AUTHORIZATION));
    let first = values.next().ok_or(Error::Unauthenticated(TOKEN_MISSING))?;
    let token = parse_bearer(first);
    if values.any(|other| parse_bearer(other) != token) {
        return Err(Error::Unauthenticated(DIFFERENT_TOKENS));
    }
    token.ok_or(Error::Unauthenticated(TOKEN_MISSING))
}

/// The token after `Bearer`, in any case; `None` for another scheme.
fn parse_bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
