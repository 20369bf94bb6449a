//! Middleware around every request: creates its id, logs it, and adds the common headers to the response.

use std::time::{Duration, Instant};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
};
use uuid::Uuid;

use crate::request_id;

/// The response header with the id under which the log has the request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs the request in the scope of a new id and logs method, path, status and duration.
pub async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = Uuid::now_v7();
    request_id::scope(id, async {
        let started = Instant::now();
        let method = request.method().clone();
        let path = request.path().to_owned();
        let mut response = next.call(request).await?;
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::try_from(id.to_string()) {
            headers.insert(REQUEST_ID, id);
        }
        add_security_headers(headers);
        log::info!(
            method:display = method,
            path = path.as_str(),
            status = response.status().as_u16(),
            ms = milliseconds(started.elapsed());
            "request"
        );
        Ok(response)
    })
    .await
}

/// To the microsecond; rounded last, because a product like 1.178 × 1000 has more digits.
fn milliseconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// Adds the headers that forbid caching, framing and sniffing, except where the response has its own.
fn add_security_headers(headers: &mut HeaderMap) {
    const DEFAULTS: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in DEFAULTS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_three_decimals() {
        for (nanoseconds, expected) in
            [(1_178_670, "1.179"), (1_100_000, "1.1"), (999, "0.001"), (0, "0"), (65_432_109_876, "65432.11")]
        {
            let text = milliseconds(Duration::from_nanos(nanoseconds)).to_string();
            assert_eq!(text, expected, "{nanoseconds}");
        }
    }
}
