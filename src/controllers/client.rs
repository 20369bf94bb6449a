//! The client of a request: its address, for throttling, and its user agent.

use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr},
    sync::Once,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::USER_AGENT, web::Data};

use crate::{app::App, error::Error, settings::Settings};

/// A longer user agent is cut.
const MAX_USER_AGENT_CHARS: usize = 255;

#[derive(Debug, Clone)]
pub struct Client {
    /// The peer; if that is a trusted proxy, the right-most address of the client header that is not trusted.
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
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let app = request.app_data::<Data<App>>();
    app.map_or(peer, |app| client_address(request, peer, &app.settings))
}

fn client_address(request: &HttpRequest, peer: IpAddr, settings: &Settings) -> IpAddr {
    let values = request.headers().get_all(&settings.client_header);
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let mut nearest = peer;
    for entry in values.iter().flat_map(|value| value.split(',')).rev() {
        if !settings.trusts(nearest) {
            break;
        }
        let Some(address) = parse_address(entry) else {
            warn_once(&settings.client_header, entry, nearest);
            break;
        };
        nearest = address;
    }
    nearest
}

/// Parses an address as proxies write it: alone, with a port, in brackets, with a zone, in quotation marks, or as the
/// `for=` of RFC 7239.
fn parse_address(entry: &str) -> Option<IpAddr> {
    let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
    let node = pairs.find_map(|(name, value)| name.trim().eq_ignore_ascii_case("for").then_some(value));
    let text = node.unwrap_or(entry).trim().trim_matches('"').trim();
    let host = match (text.strip_prefix('['), text.split_once(':')) {
        (Some(bracketed), _) => bracketed.split_once(']')?.0,
        (None, Some((host, port))) if !port.contains(':') => host,
        _ => text,
    };
    let host = host.split_once('%').map_or(host, |(host, _)| host);
    host.parse().ok().map(|address: IpAddr| address.to_canonical())
}

fn warn_once(header: &str, entry: &str, proxy: IpAddr) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        let entry: String = entry.trim().chars().take(MAX_USER_AGENT_CHARS).collect();
        log::warn!(
            "{proxy} sent the header {header} with {entry:?}, which is no address: clients like this one are counted \
             as one address. ROSTER_CLIENT_HEADER names the header to read"
        );
    });
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use actix_web::test::TestRequest;

    use super::{client_address, parse_address};
    use crate::settings::Settings;

    fn address_behind(peer: &str, header: &'static str, values: &[&[u8]]) -> String {
        let mut request = TestRequest::default();
        for value in values {
            request = request.append_header((header, *value));
        }
        let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let settings = Settings { trusted_proxies, ..Settings::default() };
        client_address(&request.to_http_request(), peer.parse().unwrap(), &settings).to_string()
    }

    #[test]
    fn believes_forwarded_addresses_of_trusted_proxies_only() {
        for (peer, values, expected) in [
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4, 198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4, 198.51.100.1:443", "[::ffff:10.0.0.2]:80"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4, junk"], "10.0.0.1"),
            ("10.0.0.1", vec![""], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
        ] {
            let values: Vec<_> = values.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(address_behind(peer, "X-Forwarded-For", &values), expected, "{values:?}");
        }
        assert_eq!(
            address_behind("10.0.0.1", "X-Forwarded-For", &[b"\xff\xfe, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(address_behind("10.0.0.1", "X-Real-IP", &[b"198.51.100.1"]), "10.0.0.1");
    }

    #[test]
    fn reads_every_form_of_an_address() {
        for text in [
            "198.51.100.1",
            " 198.51.100.1:41234 ",
            "\"198.51.100.1\"",
            "\"198.51.100.1:41234\"",
            "::ffff:198.51.100.1",
            "[::ffff:198.51.100.1]:41234",
            "for=198.51.100.1;proto=https;by=203.0.113.43",
            "proto=https; For=\"198.51.100.1:41234\"",
        ] {
            assert_eq!(parse_address(text), Some(IpAddr::from([198, 51, 100, 1])), "{text}");
        }
        for text in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "2001:db8::1%eth0",
            "[2001:db8::1%25eth0]:443",
            "\"[2001:db8::1]:443\"",
            "for=\"[2001:DB8::1]\"",
        ] {
            assert_eq!(parse_address(text), "2001:db8::1".parse().ok(), "{text}");
        }
        for text in
            ["", "unknown", "_hidden", "for=_SEVKISEK", "proto=https", "198.51.100", "[2001:db8::1", ":443"]
        {
            assert_eq!(parse_address(text), None, "{text}");
        }
    }
}
