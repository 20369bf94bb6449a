//! Where webhooks may be delivered: https and public addresses, and what the operator names in `ROSTER_WEBHOOK_HOSTS`.
//! The same rule holds for an address in the URL and for one that its host's name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;
use url::{Host, Url};

use crate::settings::WebhookHost;

/// Where a delivery is sent: a URL whose scheme is accepted.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    pub url: Url,
    pub host: Host,
    pub port: u16,
    allowed: &'a [WebhookHost],
}

/// Why nothing is sent to an address. No sentence contains it, because a URL may contain a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error("the target is no http or https URL")]
    NoUrl,
    #[error("the target contains a user name or password, which would be stored and shown in plain text")]
    Credentials,
    #[error("the target is an http URL, and ROSTER_WEBHOOK_HOSTS does not name its host")]
    Unencrypted,
    #[error("the target has no public address, and ROSTER_WEBHOOK_HOSTS does not name its host and port")]
    Private,
}

impl<'a> Target<'a> {
    pub fn parse(url: &str, allowed: &'a [WebhookHost]) -> Result<Self, Refusal> {
        let url = Url::parse(url).map_err(|_| Refusal::NoUrl)?;
        let (Some(host), Some(port)) = (url.host().map(|host| host.to_owned()), url.port_or_known_default())
        else {
            return Err(Refusal::NoUrl);
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        match url.scheme() {
            "https" => {}
            "http" if allowed.iter().any(|allowed| allowed.is_host(&host, port)) => {}
            "http" => return Err(Refusal::Unencrypted),
            _ => return Err(Refusal::NoUrl),
        }
        Ok(Self { url, host, port, allowed })
    }

    /// The addresses among the resolved ones to which it may be sent.
    pub fn accepted(&self, resolved: impl IntoIterator<Item = IpAddr>) -> Result<Vec<IpAddr>, Refusal> {
        let is_open = self.allowed.iter().any(|allowed| allowed.is_host_and_port(&self.host, self.port));
        let accepted: Vec<_> =
            resolved.into_iter().filter(|address| is_open || is_public(*address)).collect();
        if accepted.is_empty() { Err(Refusal::Private) } else { Ok(accepted) }
    }
}

/// Whether an address belongs to the public internet. IPv6 addresses that contain an IPv4 address do not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Global unicast addresses are in `2000::/3`, so that mapped, NAT64, link-local, unique-local and multicast addresses are
/// outside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_special = match a {
        // Teredo and other protocols, and documentation
        0x2001 => b < 0x0200 || b == 0x0db8,
        // 6to4
        0x2002 => true,
        // Documentation
        0x3fff => b < 0x1000,
        _ => false,
    };
    (0x2000..0x4000).contains(&a) && !is_special
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1.1.1.1", true)]
    #[case("9.255.255.255", true)]
    #[case("11.0.0.0", true)]
    #[case("100.63.255.255", true)]
    #[case("100.128.0.0", true)]
    #[case("172.15.255.255", true)]
    #[case("172.32.0.0", true)]
    #[case("192.0.1.1", true)]
    #[case("198.17.0.1", true)]
    #[case("198.20.0.1", true)]
    #[case("223.255.255.255", true)]
    #[case("0.0.0.0", false)]
    #[case("0.1.2.3", false)]
    #[case("10.1.2.3", false)]
    #[case("100.64.0.1", false)]
    #[case("100.127.255.255", false)]
    #[case("127.0.0.1", false)]
    #[case("127.255.255.255", false)]
    #[case("169.254.169.254", false)]
    #[case("172.16.0.1", false)]
    #[case("172.31.255.255", false)]
    #[case("192.0.0.8", false)]
    #[case("192.0.2.1", false)]
    #[case("192.88.99.1", false)]
    #[case("192.168.1.1", false)]
    #[case("198.18.0.1", false)]
    #[case("198.51.100.7", false)]
    #[case("203.0.113.7", false)]
    #[case("224.0.0.1", false)]
    #[case("240.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("2606:4700::1111", true)]
    #[case("2a00::1", true)]
    #[case("2001:200::1", true)]
    #[case("2001:db7::1", true)]
    #[case("::", false)]
    #[case("::1", false)]
    #[case("::7f00:1", false)]
    #[case("::ffff:1.1.1.1", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("64:ff9b::1.1.1.1", false)]
    #[case("64:ff9b:1::1", false)]
    #[case("100::1", false)]
    #[case("2001::1", false)]
    #[case("2001:db8::1", false)]
    #[case("2002:7f00:1::", false)]
    #[case("3fff::1", false)]
    #[case("fc00::1", false)]
    #[case("fd12:3456::1", false)]
    #[case("fe80::1", false)]
    #[case("fec0::1", false)]
    #[case("ff02::1", false)]
    fn an_address_is_public(#[case] address: IpAddr, #[case] expected: bool) {
        assert_eq!(is_public(address), expected);
    }

    fn check(url: &str, allowed: &[&str], resolved: &[&str]) -> Result<usize, Refusal> {
        let allowed: Vec<WebhookHost> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        let target = Target::parse(url, &allowed)?;
        target.accepted(resolved.iter().map(|text| text.parse().unwrap())).map(|accepted| accepted.len())
    }

    #[rstest]
    #[case("https://example.com/hook", &[], &["1.1.1.1", "10.0.0.1"], Ok(1))]
    #[case("https://example.com/hook", &[], &["10.0.0.1"], Err(Refusal::Private))]
    #[case("https://example.com/hook", &[], &[], Err(Refusal::Private))]
    #[case("http://example.com/hook", &[], &["1.1.1.1"], Err(Refusal::Unencrypted))]
    #[case("http://example.com/hook", &["example.com"], &["1.1.1.1"], Ok(1))]
    #[case("http://n8n:5678/hook", &["n8n"], &["10.0.0.1"], Err(Refusal::Private))]
    #[case("http://n8n:5678/hook", &["n8n:5678"], &["10.0.0.1"], Ok(1))]
    #[case("http://N8N:5678/hook", &["n8n:5678"], &["127.0.0.1"], Ok(1))]
    #[case("http://n8n:22/hook", &["n8n:5678"], &["10.0.0.1"], Err(Refusal::Unencrypted))]
    #[case("https://n8n:22/hook", &["n8n:5678"], &["10.0.0.1"], Err(Refusal::Private))]
    #[case("http://n8n/hook", &["n8n:80"], &["10.0.0.1"], Ok(1))]
    #[case("https://n8n/hook", &["n8n:80"], &["10.0.0.1"], Err(Refusal::Private))]
    #[case("http://127.0.0.1:5678/", &["127.0.0.1:5678"], &["127.0.0.1"], Ok(1))]
    #[case("http://0x7f.1:5678/", &["127.0.0.1:5678"], &["127.0.0.1"], Ok(1))]
    #[case("http://[::1]:5678/", &["[::1]:5678"], &["::1"], Ok(1))]
    #[case("https://user:password@example.com/", &[], &["1.1.1.1"], Err(Refusal::Credentials))]
    #[case("https://user@example.com/", &["example.com"], &["1.1.1.1"], Err(Refusal::Credentials))]
    #[case("ftp://example.com/", &["example.com"], &["1.1.1.1"], Err(Refusal::NoUrl))]
    #[case("file:///etc/passwd", &[], &[], Err(Refusal::NoUrl))]
    #[case("example.com", &[], &["1.1.1.1"], Err(Refusal::NoUrl))]
    #[case("", &[], &[], Err(Refusal::NoUrl))]
    fn a_target_is_accepted(
        #[case] url: &str,
        #[case] allowed: &[&str],
        #[case] resolved: &[&str],
        #[case] expected: Result<usize, Refusal>,
    ) {
        assert_eq!(check(url, allowed, resolved), expected);
    }
}
