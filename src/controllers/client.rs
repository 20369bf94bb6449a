//! The client of a request: its address, for throttling, and its user agent.

use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderName, USER_AGENT},
    web::Data,
};

use crate::{app::App, error::Error};

/// A longer user agent is cut.
const MAX_USER_AGENT_CHARS: usize = 255;

#[derive(Debug, Clone)]
pub struct Client {
    /// The peer; if that is a trusted proxy, the right-most address of `X-Forwarded-For` that is not trusted.
    pub address: IpAddr,
    pub user_agent: Option<String>,
}

impl FromRequest for Client {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        ready(Ok(Self {
            address: address(request),
            user_agent: user_agent.map(|text| text.chars().take(MAX_USER_AGENT_CHARS).collect()),
        }))
    }
}

/// The address of the client that sent a request.
pub fn address(request: &HttpRequest) -> IpAddr {
    let trusts = |address| request.app_data::<Data<App>>().is_some_and(|app| app.settings.trusts(address));
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    client_address(request, peer, trusts)
}

fn client_address(request: &HttpRequest, peer: IpAddr, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
    let forwarded = request.headers().get_all(HeaderName::from_static("x-forwarded-for"));
    let hops: Vec<&str> =
        forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        if !trusts(nearest) {
            break;
        }
        let Ok(address) = hop.trim().parse() else { break };
        nearest = address;
    }
    nearest
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use actix_web::test::TestRequest;

    use super::client_address;

    fn address_behind(peer: &str, forwarded: &[&str]) -> String {
        let mut request = TestRequest::default();
        for value in forwarded {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        let trusts = |address: IpAddr| address.to_string().starts_with("10.");
        client_address(&request.to_http_request(), peer.parse().unwrap(), trusts).to_string()
    }

    #[test]
    fn believes_forwarded_addresses_of_trusted_proxies_only() {
        assert_eq!(address_behind("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(address_behind("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address_behind("10.0.0.1", &["1.2.3.4, 198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(address_behind("10.0.0.1", &["1.2.3.4, junk"]), "10.0.0.1");
        assert_eq!(address_behind("10.0.0.1", &[]), "10.0.0.1");
    }
}
