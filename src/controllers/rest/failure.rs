//! Errors as `/rest` renders them: `{"statusCode": 400, "error": "BadRequestException", "messages": ["…"]}`.

use actix_web::{
    HttpResponse, ResponseError as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use serde::Serialize;
use serde_json::json;

use crate::{
    controllers::{answer, api::failure},
    error::{Error, Refusal},
    request_id,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    status_code: u16,
    error: &'a str,
    messages: Vec<String>,
}

pub async fn render_errors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (request, response) = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body().into_parts(),
        Err(error) => return Err(error),
    };
    let response = match response.error().and_then(actix_web::Error::as_error::<Error>) {
        Some(error) => render(error),
        None => response,
    };
    Ok(ServiceResponse::new(request, response))
}

pub fn render(error: &Error) -> HttpResponse {
    failure::log_causes(error);
    let status = error.status_code();
    let mut response = match error {
        // Twenty refuses these two before its REST code runs, so their shapes differ.
        Error::Refused(Refusal::InvalidJson, sentence) => {
            let body = json!({ "statusCode": 400, "message": sentence, "error": "Bad Request" });
            answer::json(status, &body)
        }
        Error::TooLarge(_) => {
            answer::json(status, &json!({ "statusCode": 413, "message": "request entity too large" }))
        }
        _ => {
            let failure = Failure {
                status_code: status.as_u16(),
                error: error_name(error, status),
                messages: messages(error),
            };
            answer::json(status, &failure)
        }
    };
    failure::add_headers(error, &mut response);
    response
}

fn messages(error: &Error) -> Vec<String> {
    match (error, request_id::current()) {
        (Error::Ours(_) | Error::Database(_), Some(id)) => {
            vec![format!("Something went wrong on our side. Tell the operator this request id: {id}")]
        }
        (Error::Invalid(problems), _) => problems.iter().map(|problem| problem.message.clone()).collect(),
        _ => vec![error.to_string()],
    }
}

/// The name for programs, such as `BadRequestException`.
pub fn error_name(error: &Error, status: StatusCode) -> &'static str {
    if let Error::Refused(refusal, _) = error {
        return match refusal {
            Refusal::RecordNotFound => "EntityNotFoundError",
            Refusal::UnknownField => "Error",
            Refusal::InvalidJson => "Bad Request",
        };
    }
    match status {
        StatusCode::BAD_REQUEST => "BadRequestException",
        StatusCode::UNAUTHORIZED => "UNAUTHENTICATED",
        StatusCode::FORBIDDEN => "ForbiddenException",
        StatusCode::NOT_FOUND => "NotFoundException",
        StatusCode::METHOD_NOT_ALLOWED => "MethodNotAllowedException",
        StatusCode::REQUEST_TIMEOUT => "RequestTimeoutException",
        StatusCode::CONFLICT => "ConflictException",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UnsupportedMediaTypeException",
        StatusCode::UNPROCESSABLE_ENTITY => "UnprocessableEntityException",
        StatusCode::TOO_MANY_REQUESTS => "ThrottlerException",
        StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailableException",
        StatusCode::INSUFFICIENT_STORAGE => "InsufficientStorageException",
        _ => "InternalServerErrorException",
    }
}
