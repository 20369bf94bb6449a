//! The mail server of `ROSTER_SMTP_URL`, and how the connection to it is encrypted.

use std::net::IpAddr;

use anyhow::{Context as _, bail};
use lettre::{
    SmtpTransport,
    transport::smtp::{
        SUBMISSION_PORT, SmtpTransportBuilder,
        client::{Tls, TlsParameters},
    },
};
use url::Url;

/// How a connection that begins without TLS goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StartTls {
    /// Only with STARTTLS and a valid certificate; otherwise nothing is sent.
    Required,
    /// With STARTTLS if the server offers it. Its certificate is not checked: without STARTTLS, there would be none.
    Opportunistic,
    Never,
}

/// A transport to the server of an `smtp://` or `smtps://` URL.
pub fn transport(url: &str) -> anyhow::Result<SmtpTransportBuilder> {
    const CONTEXT: &str = "ROSTER_SMTP_URL is no address of a mail server";
    let mut url = Url::parse(url).context(CONTEXT)?;
    let sent = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    url.set_query(None);
    let builder = SmtpTransport::from_url(url.as_str()).context(CONTEXT)?;
    if url.scheme() == "smtps" {
        return Ok(builder);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    let start_tls = match sent.as_deref() {
        None => default_for(&url),
        Some("required") => StartTls::Required,
        Some("opportunistic") => StartTls::Opportunistic,
        Some("none") => StartTls::Never,
        Some(_) => bail!("the tls of ROSTER_SMTP_URL is none of required, opportunistic and none"),
    };
    let builder = builder.tls(match start_tls {
        StartTls::Required => Tls::Required(TlsParameters::new(host)?),
        StartTls::Opportunistic => Tls::Opportunistic(unchecked(host)?),
        StartTls::Never => Tls::None,
    });
    let is_submission = sent.is_some_and(|tls| tls != "none") && url.port().is_none();
    Ok(if is_submission { builder.port(SUBMISSION_PORT) } else { builder })
}

/// A password is sent over a network only if nobody can listen.
fn default_for(url: &Url) -> StartTls {
    if url.password().is_some() && !url.host_str().is_some_and(is_loopback) {
        StartTls::Required
    } else {
        StartTls::Opportunistic
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

fn unchecked(host: String) -> anyhow::Result<TlsParameters> {
    let builder = TlsParameters::builder(host);
    Ok(builder.dangerous_accept_invalid_certs(true).dangerous_accept_invalid_hostnames(true).build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_needs_starttls_unless_the_host_is_this_machine() {
        for (url, expected) in [
            ("smtp://mail.example.com", StartTls::Opportunistic),
            ("smtp://ada@mail.example.com", StartTls::Opportunistic),
            ("smtp://ada:s3cret@mail.example.com", StartTls::Required),
            ("smtp://ada:s3cret@10.1.2.3:587", StartTls::Required),
            ("smtp://ada:s3cret@[2001:db8::1]", StartTls::Required),
            ("smtp://ada:s3cret@localhost.example.com", StartTls::Required),
            ("smtp://ada:s3cret@127.0.0.1:1025", StartTls::Opportunistic),
            ("smtp://ada:s3cret@127.1.2.3", StartTls::Opportunistic),
            ("smtp://ada:s3cret@[::1]", StartTls::Opportunistic),
            ("smtp://ada:s3cret@LOCALHOST", StartTls::Opportunistic),
            ("smtp://ada:s3cret@mail.localhost", StartTls::Opportunistic),
        ] {
            assert_eq!(default_for(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn the_url_may_say_how() {
        for tls in ["", "?tls=required", "?tls=opportunistic", "?tls=none"] {
            for scheme in ["smtp", "smtps"] {
                assert!(
                    transport(&format!("{scheme}://ada:s3cret@mail.example.com{tls}")).is_ok(),
                    "{scheme} {tls}"
                );
            }
        }
        let refused = transport("smtp://ada:s3cret@mail.example.com?tls=maybe").unwrap_err();
        assert_eq!(
            format!("{refused:#}"),
            "the tls of ROSTER_SMTP_URL is none of required, opportunistic and none"
        );
    }
}
