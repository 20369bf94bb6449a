//! At the most talkative level, the log of a service shows no code, verifier, state, token or secret of a consent.

use std::fs::{self, File};

use reqwest::Method;

use super::{connecting::connect, reading, reconnecting, start, visit};
use crate::support::{
    database::{Database, Kind},
    peer::{CLIENT_ID, CLIENT_SECRET, ME, Peer, TOKEN},
    people::Person,
    process::Server,
};

#[test]
fn the_log_shows_no_secret() {
    for kind in Kind::available() {
        let (database, peer) = (Database::new(kind), Peer::start());
        let log = tempfile::NamedTempFile::new().expect("a file");
        let mut serving = database.serving();
        serving
            .env("ROSTER_LOG", "trace")
            .env("ROSTER_X_CLIENT_ID", CLIENT_ID)
            .env("ROSTER_X_CLIENT_SECRET", CLIENT_SECRET)
            .env("ROSTER_X_BASE_URL", &peer.url)
            .stderr(File::create(log.path()).expect("a log"));
        let server = Server::start(serving);
        let olga = Person::owner(&server, "olga");
        let mut secrets = Vec::new();
        for scripted in [None, Some((TOKEN, 401)), Some((TOKEN, 500)), Some((ME, 402)), Some((ME, 401))] {
            if let Some((path, status)) = scripted {
                peer.answer(path, status, r#"{"error":"canary-of-an-answer"}"#);
            }
            let (id, callback) = visit(&olga, &peer, "personal");
            olga.client.send(Method::GET, &callback.path, None).expect("an answer");
            for _ in 0..2 {
                olga.put(&format!("consents/{id}"), &callback.body());
            }
            secrets.extend(callback.query.into_values());
        }
        olga.post("consents", &start("elsewhere"));
        let account = connect(&olga, &peer, "personal");
        assert_eq!(reading::refresh_avatar(&olga, &account).0, 200);
        peer.sign_in("7", "Hawks");
        assert_eq!(reconnecting::consent_again(&olga, &peer, "personal", &account).1, 422);
        assert_eq!(olga.get(reading::TWITTER).0, 200);
        drop(server);
        let text = fs::read_to_string(log.path()).expect("a log");
        assert!(
            text.contains("/oauth/twitter/callback") && text.contains("X does not serve"),
            "{kind}: {text}"
        );
        assert!(!text.contains("canary") && !text.contains("Basic "), "{kind}: {text}");
        secrets.extend(peer.verifiers());
        assert_eq!(secrets.len(), 17);
        for secret in secrets {
            assert!(!text.contains(&secret), "{kind}: {secret}\n{text}");
        }
    }
}
