//! CORS: the origins that the operator lists may call the API from a browser; by default none may.

use actix_cors::Cors;
use actix_web::{
    http::{
        Method,
        header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Condition,
};

use super::{request_log::REQUEST_ID, session::AUTHENTICATION};
use crate::settings::Settings;

/// How long a browser may cache the result of a preflight request.
const PREFLIGHT_MAX_AGE_SECONDS: usize = 600;

/// Cookies are not allowed: the token is sent in a header.
pub fn middleware(settings: &Settings) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([AUTHENTICATION, AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([REQUEST_ID, RETRY_AFTER])
        .max_age(PREFLIGHT_MAX_AGE_SECONDS);
    let cors = settings.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin));
    Condition::new(!settings.cors_origins.is_empty(), cors)
}
