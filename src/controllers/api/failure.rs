//! Errors as `/api` renders them: `{"success": false, "message": […]}`.

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    controllers::answer,
    error::{Error, Problem},
    request_id,
};

/// A retry helps only after the operator has done something.
const OPERATOR_RETRY_DELAY: Duration = Duration::from_secs(30);

/// The body of every failure.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    #[schema(example = false)]
    success: bool,
    /// One sentence for each problem, for people.
    message: Vec<String>,
    /// The same problems with the field and a code of each. Only for invalid parameters, conflicts and networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Problem>,
}

/// Middleware that renders the errors that no inner middleware has rendered.
pub async fn render_errors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let (request, response) = response.into_parts();
    let response = match response.error() {
        Some(error) => render(error),
        None => response,
    };
    Ok(ServiceResponse::new(request, response))
}

pub fn render(error: &actix_web::Error) -> HttpResponse {
    let Some(error) = error.as_error::<Error>() else {
        let status = error.as_response_error().status_code();
        return response(status, vec![error.to_string()], Vec::new());
    };
    log_causes(error);
    let messages = match (error, request_id::current()) {
        (Error::Ours(_) | Error::Database(_), Some(id)) => {
            vec![format!("Something went wrong on our side. Tell the operator this request id: {id}")]
        }
        (Error::Invalid(problems), _) => problems.iter().map(|problem| problem.message.clone()).collect(),
        (Error::TooManyLetters(_, reason), _) => vec![error.to_string(), reason.clone()],
        _ => vec![error.to_string()],
    };
    let problems = match error {
        Error::Invalid(problems) => problems.clone(),
        Error::NotOffered(problem) | Error::NetworkUnavailable { problem, .. } => vec![problem.clone()],
        _ => Vec::new(),
    };
    let mut response = response(error.status_code(), messages, problems);
    add_headers(error, &mut response);
    response
}

/// Adds the headers of an error, such as `Retry-After` or `Allow`.
pub fn add_headers(error: &Error, response: &mut HttpResponse) {
    for (name, value) in headers(error) {
        if let Ok(value) = value.try_into() {
            response.headers_mut().insert(name, value);
        }
    }
}

fn response(status: StatusCode, message: Vec<String>, errors: Vec<Problem>) -> HttpResponse {
    answer::json(status, &Failure { success: false, message, errors })
}

fn headers(error: &Error) -> Vec<(actix_web::http::header::HeaderName, String)> {
    let seconds = |wait: &Duration| wait.as_millis().div_ceil(1_000).max(1).to_string();
    match error {
        Error::Unauthenticated(_) => vec![(WWW_AUTHENTICATE, "Bearer".to_owned())],
        Error::MethodNotAllowed(verbs) => vec![(ALLOW, verbs.clone())],
        Error::Throttled(wait)
        | Error::TooManyLetters(wait, _)
        | Error::NetworkUnavailable { retry_after: wait, .. }
        | Error::Unavailable { retry_after: wait, .. } => vec![(RETRY_AFTER, seconds(wait))],
        Error::DiskFull | Error::DatabaseMoved(_) => vec![(RETRY_AFTER, seconds(&OPERATOR_RETRY_DELAY))],
        _ => Vec::new(),
    }
}

/// Logs the causes of an error, which the client does not see.
pub fn log_causes(error: &Error) {
    match error {
        Error::Ours(_) | Error::Database(_) => log::error!("failed: {}", error.causes()),
        Error::Unavailable { cause: Some(_), .. } => log::warn!("unavailable: {}", error.causes()),
        Error::DatabaseMoved(_) => log::error!("the database was moved: {}", error.causes()),
        Error::DiskFull => log::error!("the disk is full"),
        _ => {}
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) | Self::Refused(..) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NotOffered(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Throttled(_) | Self::TooManyLetters(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } | Self::NetworkUnavailable { .. } | Self::DatabaseMoved(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Database(_) | Self::Ours(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Empty, because the middleware of each API renders the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
