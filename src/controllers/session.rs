//! Extracts the session from the token of a request. Verifying a token needs no database, so an invalid one costs no
//! query.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use super::bearer::{self, DIFFERENT_TOKENS};
use crate::{
    app::App,
    controllers::client,
    crypto::api_key,
    error::{Error, Result},
    models::session::{ENDED, Session},
};

const TOKEN_MISSING: &str = "You need to sign in or sign up before continuing.";
const API_KEY_REFUSED: &str = "API keys open /rest only. Sign in, and send the auth_token.";

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
    let token = bearer::find_token(request)?.filter(|token| !token.is_empty());
    let token = token.ok_or(Error::Unauthenticated(TOKEN_MISSING))?;
    if token.starts_with(api_key::PREFIX) {
        return Err(Error::Unauthenticated(API_KEY_REFUSED));
    }
    let claims = app.vault().tokens().verify(token, now).map_err(|reason| {
        log::debug!("a token is refused: {reason}");
        Error::Unauthenticated(ENDED)
    })?;
    Ok(Session::from_claims(&claims, client::address(request), now))
}
