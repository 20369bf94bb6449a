//! Requests to networks: to the network's own hosts only, with deadlines, without redirects, and with a limit for the
//! answer. No error contains a URL, because a URL may contain a secret.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use chrono::DateTime;
use reqwest::{
    Client, Request, Response,
    header::{DATE, HeaderMap, RETRY_AFTER},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::verdict::Failure;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// For a whole request.
pub const TIMEOUT: Duration = Duration::from_secs(7);
const MAX_ANSWER_BYTES: usize = 64 * 1024;
const RATE_LIMIT_RESET: &str = "x-rate-limit-reset";
/// A longer wait is a mistake of the network, or of a clock.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// Sends requests. Clones share one client.
#[derive(Debug, Clone)]
pub struct Http(Client);

/// The answer of a network, of any status.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    /// How long to wait, if the network says so.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Http {
    pub fn new() -> anyhow::Result<Self> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .context("TLS cannot be set up")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("roster/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A connection belongs to the thread that opened it, and requests are rare.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self(client))
    }

    /// The reply; without one, or with one that is too long, [`Failure::Wait`].
    pub async fn send(&self, request: Request) -> Result<Reply, Failure> {
        let response = self.0.execute(request).await.map_err(to_failure)?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        Ok(Reply { status, retry_after, body: body(response).await? })
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(to_failure)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::wait("the answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn to_failure(error: reqwest::Error) -> Failure {
    let reason = match &error {
        error if error.is_connect() => "the network cannot be reached",
        error if error.is_timeout() => "the network does not answer in time",
        _ => "the network's answer is cut off",
    };
    log::debug!("{reason}: {}", error.without_url());
    Failure::wait(reason)
}

/// From `Retry-After`, or from X's header, which names a second of the clock that `Date` shows.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let number = |name: &str| text(name)?.trim().parse::<u64>().ok();
    let seconds = number(RETRY_AFTER.as_str()).or_else(|| {
        let now = DateTime::parse_from_rfc2822(text(DATE.as_str())?).ok()?.timestamp();
        Some(number(RATE_LIMIT_RESET)?.saturating_sub(now.unsigned_abs()))
    });
    seconds.map(|seconds| Duration::from_secs(seconds.max(1)).min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_from_either_header() {
        let wait = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wait(&[("retry-after", "7"), date]), Some(7));
        assert_eq!(wait(&[(RATE_LIMIT_RESET, "784111837"), date]), Some(60));
        assert_eq!(wait(&[(RATE_LIMIT_RESET, "784111700"), date]), Some(1));
        assert_eq!(wait(&[("retry-after", "99999999")]), Some(3_600));
        assert_eq!(wait(&[(RATE_LIMIT_RESET, "784111837")]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
    }
}
