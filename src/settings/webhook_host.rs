//! A host to which webhooks may be delivered unencrypted, and, if a port is named, at any address.

use std::{fmt, str::FromStr};

use anyhow::{Context as _, ensure};
use url::Host;

#[derive(Clone, PartialEq, Eq)]
pub struct WebhookHost {
    host: Host,
    port: Option<u16>,
}

impl WebhookHost {
    /// Whether it is this host, and this port if it has one.
    pub fn is_host(&self, host: &Host, port: u16) -> bool {
        self.host == *host && self.port.is_none_or(|named| named == port)
    }

    /// Whether it names this port of this host.
    pub fn is_host_and_port(&self, host: &Host, port: u16) -> bool {
        self.host == *host && self.port == Some(port)
    }

    /// Whether deliveries may reach this host at an address that is not public.
    pub fn is_open(&self) -> bool {
        self.port.is_some()
    }
}

impl FromStr for WebhookHost {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().context("no port")?)),
            _ => (text, None),
        };
        ensure!(port != Some(0), "no port");
        ensure!(!host.contains('*'), "one host, without a wildcard");
        Ok(Self { host: Host::parse(host)?, port })
    }
}

impl fmt::Display for WebhookHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => self.host.fmt(f),
        }
    }
}

impl fmt::Debug for WebhookHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("n8n", true)]
    #[case("n8n:5678", true)]
    #[case("127.0.0.1:5678", true)]
    #[case("[::1]", true)]
    #[case("[::1]:5678", true)]
    #[case("", false)]
    #[case("n8n:", false)]
    #[case("n8n:0", false)]
    #[case("n8n:65536", false)]
    #[case("::1", false)]
    #[case("http://n8n", false)]
    #[case("n8n/path", false)]
    #[case("user@n8n", false)]
    #[case("*", false)]
    fn is_a_host_with_or_without_a_port(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(text.parse::<WebhookHost>().is_ok(), expected);
    }
}
