//! Says where people can connect accounts by consent, and prints the address that the network has to know.

use url::{Host, Url};

use super::Finding;
use crate::{
    clock::iso8601,
    db::{Conn, inspection},
    models::grant::{
        self, Breaker,
        identification::{self, IdentificationRefusal},
    },
    networks::{self, TWITTER},
    settings::Settings,
};

const SUBJECT: &str = "consent on X";

pub fn findings(settings: &Settings) -> Vec<Finding> {
    let Some(_) = &settings.x_client_id else {
        return vec![Finding::ok(
            SUBJECT,
            "not set up, so tokens are pasted; ROSTER_X_CLIENT_ID names an app of X's developer portal",
        )];
    };
    let mut findings = vec![callback(&settings.callback_url(TWITTER.name))];
    if let Some(url) = &settings.x_base_url {
        let sentence =
            format!("people are sent to {url} in place of X; unset ROSTER_X_BASE_URL after the test");
        findings.push(Finding::warn(SUBJECT, sentence));
    }
    findings
}

/// The networks that refuse the app of this service.
pub fn refusals(conn: &mut Conn) -> anyhow::Result<Vec<Finding>> {
    let tables = inspection::tables(conn)?;
    let has = |name| tables.iter().any(|table| table == name);
    let brand =
        |provider: &str| networks::find(&networks::ALL, provider).map_or("A network", |known| known.brand);
    let of_breaker = |breaker: Breaker| {
        let brand = brand(&breaker.provider);
        let sentence = format!(
            "{brand} has refused this service's app since {} ({}), so no token is refreshed there: check its \
             credentials, scopes and balance",
            iso8601(breaker.since),
            breaker.reason
        );
        Finding::fail("tokens", sentence)
    };
    let of_identification = |refusal: IdentificationRefusal| {
        let sentence = format!(
            "{} does not tell this service's app whose a token is since {} ({}), so no account is connected or \
             checked there: check its credentials, scopes and balance, and then an account",
            brand(&refusal.provider),
            iso8601(refusal.since),
            refusal.reason
        );
        Finding::fail("tokens", sentence)
    };
    let mut findings = Vec::new();
    if has("network_breakers") {
        findings.extend(grant::breakers(conn)?.into_iter().map(of_breaker));
    }
    if has("identification_refusals") {
        findings.extend(identification::load_all(conn)?.into_iter().map(of_identification));
    }
    Ok(findings)
}

/// X compares the address exactly, and takes http only from this machine, by its number.
fn callback(url: &str) -> Finding {
    let is_accepted = Url::parse(url).is_ok_and(|parsed| {
        let is_loopback = matches!(parsed.host(), Some(Host::Ipv4(address)) if address.is_loopback());
        parsed.scheme() == "https" || is_loopback
    });
    if is_accepted {
        let sentence = format!("set up; the callback address to paste into X's developer portal is {url}");
        return Finding::ok(SUBJECT, sentence);
    }
    let sentence = format!(
        "X does not accept the callback address {url}; it takes https, or http://127.0.0.1 for a test: set \
         ROSTER_PUBLIC_URL"
    );
    Finding::fail(SUBJECT, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Verdict;

    fn lines(change: impl FnOnce(&mut Settings)) -> Vec<String> {
        let mut settings = Settings { x_client_id: Some("client".to_owned()), ..Settings::default() };
        change(&mut settings);
        findings(&settings).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn prints_the_address_to_paste() {
        let line = |url: &str| lines(|settings| settings.public_url = Some(url.to_owned())).remove(0);
        let accepted = line("https://example.com/roster");
        assert!(accepted.starts_with("ok   "), "{accepted}");
        assert!(accepted.ends_with(" https://example.com/roster/oauth/twitter/callback"), "{accepted}");
        assert!(lines(|_| ()).remove(0).ends_with(" http://127.0.0.1:3000/oauth/twitter/callback"));
    }

    #[test]
    fn says_which_addresses_x_does_not_accept() {
        for url in ["http://example.com", "http://localhost:3000", "http://10.0.0.7"] {
            let line = lines(|settings| settings.public_url = Some(url.to_owned())).remove(0);
            assert!(line.starts_with("FAIL ") && line.contains(url), "{line}");
        }
    }

    #[test]
    fn warns_of_another_host() {
        let lines = lines(|settings| settings.x_base_url = Some("http://127.0.0.1:4000".to_owned()));
        assert!(lines[1].starts_with("warn "), "{lines:?}");
        assert_eq!(findings(&Settings::default())[0].verdict, Verdict::Ok);
    }
}
