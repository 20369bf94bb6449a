//! Which web pages of other origins may call the API: those the operator lists, and none by default.

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

const REMEMBERED_FOR_SECONDS: usize = 600;

/// The token travels in a header of its own, so no credentials of the browser are let in.
pub fn for_origins(settings: &Settings) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([AUTHENTICATION, AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([REQUEST_ID, RETRY_AFTER])
        .max_age(REMEMBERED_FOR_SECONDS);
    let cors = settings.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin));
    Condition::new(!settings.cors_origins.is_empty(), cors)
}
