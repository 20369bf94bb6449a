//! Extracts the `id` of a path. An invalid id becomes one that no record has, so it is not found.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{db::types::Uuid, error::Error};

/// The id of no record: ids begin at 1.
const UNUSED_ID: i64 = 0;

/// An id that is a number.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub i64);

impl FromRequest for Id {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().query("id").parse().unwrap_or(UNUSED_ID))))
    }
}

/// The `delivery_id` of a path, which is a UUID.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryId(pub Uuid);

impl FromRequest for DeliveryId {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Uuid(request.match_info().query("delivery_id").parse().unwrap_or_default()))))
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
