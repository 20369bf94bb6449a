//! The `:id` of a path. One that is no number names nothing: it is looked for like any other, and not found.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::error::Error;

/// Ids begin at 1.
const NOBODY: i64 = 0;

#[derive(Debug, Clone, Copy)]
pub struct Id(pub i64);

impl FromRequest for Id {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().query("id").parse().unwrap_or(NOBODY))))
    }
}
