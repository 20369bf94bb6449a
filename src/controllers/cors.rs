//! CORS: the origins that the operator lists may call the API from a browser; by default none may.

use actix_cors::Cors;
use actix_web::{
    http::{
        Method,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Condition,
};

use super::{idempotency_key::REPLAYED, request_log::REQUEST_ID};
use crate::settings::Settings;

/// How long a browser may cache the result of a preflight request.
const PREFLIGHT_MAX_AGE_SECONDS: usize = 600;

/// Any request header is allowed, because browsers refuse a request for one header that is not; cookies are not sent.
pub fn middleware(settings: &Settings) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_any_header()
        .expose_headers([REPLAYED, RETRY_AFTER, REQUEST_ID, WWW_AUTHENTICATE])
        .max_age(PREFLIGHT_MAX_AGE_SECONDS);
    let cors = settings.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin));
    Condition::new(!settings.cors_origins.is_empty(), cors)
}
