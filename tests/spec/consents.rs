//! Sentences about X: a stand-in takes its place, and the runner takes the browser there and back.

use serde_json::{Value, json};

use crate::{
    example::Need,
    given::{Done, Given},
    support::peer::{Callback, FALCONS, ME, Peer, TOKEN},
};

const SUSPENDED: &str =
    r#"{"title":"Forbidden","type":"https://api.x.com/2/problems/user-suspended","status":403}"#;

const REFUSED: &str = r#"{"title":"Unauthorized","type":"about:blank","status":401}"#;

impl Given<'_> {
    pub fn x(&mut self, what: &str) -> Done {
        self.require(Need::Network)?;
        if what == "is set up" {
            let peer = Peer::start();
            let app = self.server.own()?;
            app.restart_with(|settings| peer.configure(settings));
            app.peer = Some(peer);
            return Ok(());
        }
        let peer = self.peer()?;
        match what {
            "grants it" => return self.visit(),
            "denies it" => {
                peer.deny();
                return self.visit();
            }
            "grants nothing that lasts" => peer.grant_nothing_that_lasts(),
            "has ended the access" => peer.end_families(FALCONS),
            "has suspended the account" => peer.answer(ME, 403, SUSPENDED),
            "is down" => peer.answer(TOKEN, 503, ""),
            "does not say who it is" => peer.answer(ME, 500, ""),
            "refuses the token" => peer.answer(ME, 401, REFUSED),
            _ => return Err(format!("nobody knows what it means that X {what}")),
        }
        Ok(())
    }

    /// With the id 7.
    pub fn sign_in_at_x(&mut self, handle: &str) -> Done {
        self.require(Need::Network)?;
        self.peer()?.sign_in("7", handle);
        Ok(())
    }

    /// With an account, to reconnect it. `consent.id` and `consent.state` are its own; `consent.url` is the address for the
    /// browser.
    pub fn begin_consent(&mut self, person: &str, side: &str, account: Option<&str>) -> Done {
        let mut consent = json!({"network": "twitter", "side": side});
        if let Some(account) = account {
            consent["account_id"] = self.names.get(&format!("{account}.id"))?.clone();
        }
        let started = self.post(person, "consents", &json!({"consent": consent}))?;
        self.names.set("consent.id", started["consent"]["id"].clone());
        self.names.set("consent.side", json!(side));
        self.names.set("consent.url", started["consent"]["authorize_url"].clone());
        Ok(())
    }

    /// `consent.account.id` is the account.
    pub fn connect_consented(&mut self, person: &str) -> Done {
        let path = match self.names.text("consent.side")?.as_str() {
            "workspace" => "workspaces/twitter_accounts",
            _ => "twitter_accounts",
        };
        let body = json!({"twitter_account": {"consent_id": self.names.get("consent.id")?}});
        let connected = self.post(person, path, &body)?;
        self.names.set("consent.account.id", connected["twitter_account"]["id"].clone());
        Ok(())
    }

    pub fn finish_consent(&mut self, person: &str) -> Done {
        let path = format!("consents/{}", self.names.text("consent.id")?);
        let body = json!({"consent": {
            "state": self.names.get("consent.state")?, "code": self.names.get("consent.code")?,
        }});
        self.put(person, &path, &body)
    }

    /// `consent.state`, and `consent.code` or `consent.error`, are what the browser brings back.
    fn visit(&mut self) -> Done {
        let url = self.names.get("consent.url")?.clone();
        let Callback { query, .. } = self.peer()?.visit(&url);
        for (name, value) in query {
            self.names.set(format!("consent.{name}"), Value::String(value));
        }
        Ok(())
    }

    fn peer(&mut self) -> Result<&Peer, String> {
        self.server.own()?.peer.as_ref().ok_or_else(|| "say that X is set up first".to_owned())
    }
}
