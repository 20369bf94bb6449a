//! Requests to a receiver: to an address that is resolved once and checked, without proxies and redirects, each with a
//! deadline and with a limit for the answer.

use std::{
    net::{IpAddr, SocketAddr},
    sync::LazyLock,
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::{
    net::lookup_host,
    time::{Instant, timeout_at},
};
use url::{Host, Url};

use crate::{
    models::webhook::{address::Target, outcome::Attempt},
    settings::WebhookHost,
};

/// n8n answers when its workflow ends.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_ANSWER_BYTES: usize = 64 * 1024;
const TOO_SLOW: &str = "the receiver did not answer within 15 seconds";

static TLS: LazyLock<ClientConfig> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring knows the versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
});

/// A receiver whose address is resolved and checked. Requests that follow each other use one connection.
pub struct Connection {
    url: Url,
    client: Client,
}

impl Connection {
    /// The error is a sentence without URLs and secrets.
    pub async fn open(url: &str, allowed: &[WebhookHost], deadline: Instant) -> Result<Self, String> {
        let target = Target::parse(url, allowed).map_err(|refusal| refusal.to_string())?;
        let resolved = timeout_at(deadline, resolve(&target)).await.map_err(|_| TOO_SLOW)??;
        let accepted = target.accepted(resolved).map_err(|refusal| refusal.to_string())?;
        let client = client(&target, &accepted).map_err(|_| "the request cannot be made")?;
        Ok(Self { url: target.url, client })
    }

    /// Posts a JSON body. The error is a sentence as well.
    pub async fn post(
        &self,
        headers: Vec<(&'static str, String)>,
        body: String,
        deadline: Instant,
    ) -> Result<Attempt, String> {
        let mut request =
            self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response =
            timeout_at(deadline, request.send()).await.map_err(|_| TOO_SLOW)?.map_err(to_sentence)?;
        let attempt = Attempt::Answered {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
        };
        // What follows the status decides nothing.
        _ = timeout_at(deadline, discard_body(response)).await;
        Ok(attempt)
    }
}

/// When an attempt that begins now has to be over.
pub fn deadline() -> Instant {
    Instant::now() + TIMEOUT
}

async fn resolve(target: &Target<'_>) -> Result<Vec<IpAddr>, String> {
    match &target.host {
        Host::Ipv4(address) => Ok(vec![(*address).into()]),
        Host::Ipv6(address) => Ok(vec![(*address).into()]),
        Host::Domain(name) => {
            let found = lookup_host((name.as_str(), target.port)).await;
            let found = found.map_err(|_| "the name of the host does not resolve".to_owned())?;
            Ok(found.map(|address| address.ip()).collect())
        }
    }
}

/// A client that connects to these addresses only.
fn client(target: &Target, accepted: &[IpAddr]) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .tls_backend_preconfigured(TLS.clone())
        .user_agent(concat!("roster/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(1);
    let pinned: Vec<SocketAddr> =
        accepted.iter().map(|address| SocketAddr::new(*address, target.port)).collect();
    match &target.host {
        Host::Domain(name) => builder.resolve_to_addrs(name, &pinned).build(),
        Host::Ipv4(_) | Host::Ipv6(_) => builder.build(),
    }
}

async fn discard_body(mut response: Response) {
    let mut left = MAX_ANSWER_BYTES;
    while left > 0
        && let Ok(Some(chunk)) = response.chunk().await
    {
        left = left.saturating_sub(chunk.len());
    }
}

fn to_sentence(error: reqwest::Error) -> String {
    let sentence = match &error {
        error if error.is_timeout() => TOO_SLOW,
        error if error.is_connect() => "the receiver cannot be reached, or its certificate is not valid",
        _ => "the receiver closed the connection before it answered",
    };
    log::debug!("{sentence}: {}", error.without_url());
    sentence.to_owned()
}

/// Seconds, or a date by the clock of the receiver.
fn retry_after(headers: &HeaderMap) -> Option<TimeDelta> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let date = |name| DateTime::parse_from_rfc2822(text(name)?).ok();
    match text(RETRY_AFTER)?.parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => Some(date(RETRY_AFTER)? - date(DATE)?),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{Ipv4Addr, TcpListener},
        thread,
    };

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("90", None, Some(90))]
    #[case("Sun, 29 Nov 2026 10:01:30 GMT", Some("Sun, 29 Nov 2026 10:00:00 GMT"), Some(90))]
    #[case("Sun, 29 Nov 2026 10:01:30 GMT", None, None)]
    #[case("-1", None, None)]
    #[case("soon", Some("Sun, 29 Nov 2026 10:00:00 GMT"), None)]
    fn a_receiver_may_ask_for_a_delay(
        #[case] text: &str,
        #[case] date: Option<&str>,
        #[case] seconds: Option<i64>,
    ) {
        let mut headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        headers.extend(date.map(|date| (DATE, date.parse().unwrap())));
        assert_eq!(retry_after(&headers), seconds.map(TimeDelta::seconds));
    }

    #[test]
    fn a_name_is_not_resolved_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            _ = stream.read(&mut [0; 1024]).unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        });
        let allowed = [format!("nowhere.invalid:{port}").parse().unwrap()];
        let url = format!("http://nowhere.invalid:{port}/");
        let target = Target::parse(&url, &allowed).unwrap();
        let client = client(&target, &[Ipv4Addr::LOCALHOST.into()]).unwrap();
        let response = actix_web::rt::System::new().block_on(async { client.get(url).send().await });
        assert_eq!(response.unwrap().status(), 204);
    }
}
