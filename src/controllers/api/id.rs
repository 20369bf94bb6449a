//! The `id` of a path. One that is no number, or no UUID, is not found.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{db::types::Uuid, error::Error};

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

/// An id that is a UUID.
#[derive(Debug, Clone, Copy)]
pub struct UniqueId(pub Uuid);

impl FromRequest for UniqueId {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Uuid(request.match_info().query("id").parse().unwrap_or_default()))))
    }
}
