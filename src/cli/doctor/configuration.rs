//! Checks settings that an operator may have chosen by mistake.

use std::net::IpAddr;

use url::{Host, Url};

use super::Finding;
use crate::settings::{self, Settings, SignUp, Texts};

/// OWASP's minimum for argon2id with one lane: memory in KiB and passes.
const ARGON2_MINIMUM: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

pub fn of_variables(environment: &Texts) -> Vec<Finding> {
    let unknown: Vec<Finding> = settings::unknown_variables(environment)
        .map(|name| {
            let sentence = format!("{name} is set, but is not a setting; `roster --help` lists all settings");
            Finding::warn("variables", sentence)
        })
        .collect();
    if unknown.is_empty() {
        return vec![Finding::ok("variables", "every ROSTER_ variable is a setting")];
    }
    unknown
}

pub fn of_settings(settings: &Settings) -> Vec<Finding> {
    vec![public_url(settings), sign_up(settings.sign_up), argon2(settings)]
}

fn public_url(settings: &Settings) -> Finding {
    let subject = "public URL";
    let Some(url) = &settings.public_url else {
        return if is_local(&format!("http://{}", settings.listen)) {
            Finding::ok(subject, format!("not set, and only this machine reaches {}", settings.listen))
        } else {
            Finding::warn(
                subject,
                format!(
                    "not set, so links will say http://{}; set ROSTER_PUBLIC_URL to the address people use",
                    settings.listen
                ),
            )
        };
    };
    if url.starts_with("http:") && !is_local(url) {
        let sentence = format!(
            "{url} sends passwords and tokens unencrypted; put TLS in front, and use https in \
             ROSTER_PUBLIC_URL"
        );
        return Finding::warn(subject, sentence);
    }
    Finding::ok(subject, url.clone())
}

fn sign_up(sign_up: SignUp) -> Finding {
    let subject = "sign-up";
    match sign_up {
        SignUp::Open => Finding::warn(
            subject,
            "everybody who can reach the service may register; set ROSTER_SIGN_UP=invited after you have",
        ),
        SignUp::Invited => Finding::ok(subject, "registering takes an invite"),
        SignUp::Closed => Finding::ok(subject, "nobody can register"),
    }
}

fn argon2(settings: &Settings) -> Finding {
    let subject = "passwords";
    let (memory, passes) = (settings.argon2_memory_kib, settings.argon2_passes);
    let cost = format!("argon2id with {memory} KiB and {passes} passes");
    if ARGON2_MINIMUM.iter().any(|minimum| memory >= minimum.0 && passes >= minimum.1) {
        return Finding::ok(subject, cost);
    }
    Finding::warn(
        subject,
        format!(
            "{cost} is below OWASP's minimum; unset ROSTER_ARGON2_MEMORY_KIB and ROSTER_ARGON2_PASSES. \
             Each password is then hashed again at the next sign-in"
        ),
    )
}

/// Whether a URL can be reached only from this machine or its private network.
fn is_local(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_private(),
        Some(Host::Ipv6(address)) => match address.to_canonical() {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        },
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Verdict;

    #[test]
    fn plain_http_is_only_for_private_networks() {
        let verdict = |url: &str| {
            public_url(&Settings { public_url: Some(url.to_owned()), ..Settings::default() }).verdict
        };
        for url in ["https://roster.example.com", "http://localhost:3000", "http://10.1.2.3", "http://[::1]"]
        {
            assert_eq!(verdict(url), Verdict::Ok, "{url}");
        }
        for url in ["http://roster.example.com", "http://203.0.113.7:3000", "http://[2001:db8::1]"] {
            assert_eq!(verdict(url), Verdict::Warn, "{url}");
        }
    }

    #[test]
    fn a_public_address_without_a_public_url_is_a_warning() {
        let listening = |listen: &str| Settings { listen: listen.to_owned(), ..Settings::default() };
        assert_eq!(public_url(&listening("127.0.0.1:3000")).verdict, Verdict::Ok);
        assert_eq!(public_url(&listening("0.0.0.0:3000")).verdict, Verdict::Warn);
        assert_eq!(public_url(&listening("[::]:3000")).verdict, Verdict::Warn);
    }

    #[test]
    fn more_memory_needs_fewer_passes() {
        let verdict = |argon2_memory_kib, argon2_passes| {
            argon2(&Settings { argon2_memory_kib, argon2_passes, ..Settings::default() }).verdict
        };
        for (memory, passes) in [(19_456, 2), (47_104, 1), (7_168, 5), (65_536, 3)] {
            assert_eq!(verdict(memory, passes), Verdict::Ok, "{memory} {passes}");
        }
        for (memory, passes) in [(19_455, 2), (19_456, 1), (64, 16)] {
            assert_eq!(verdict(memory, passes), Verdict::Warn, "{memory} {passes}");
        }
    }
}
