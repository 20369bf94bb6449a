//! What `/rest` answers without credentials, or with wrong ones.

use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Answer, Caller, key_text, refusal},
    support::people::Person,
};

fn unauthenticated(message: &str) -> Answer {
    refusal(401, "UNAUTHENTICATED", message)
}

fn attempts(caller: &Caller) -> [Answer; 4] {
    [
        caller.get("people"),
        caller.post("people", &json!({})),
        caller.delete("people/20202020-0000-4000-8000-000000000010"),
        caller.post("people/duplicates", &json!({"ids": []})),
    ]
}

on_both_databases! {
    fn nothing_is_missed_and_garbage_is_invalid(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let key = key_text(&olga, &Scope::ALL);
        assert!(
            attempts(&Caller::nobody(app))
                .into_iter()
                .all(|answer| answer == unauthenticated("Missing authentication token"))
        );
        assert!(
            attempts(&Caller::with(app, ""))
                .into_iter()
                .all(|answer| answer == unauthenticated("Missing authentication token"))
        );
        let forged = format!("{}x", olga.token());
        let mistyped = format!("{}{}", &key[..key.len() - 1], if key.ends_with('a') { 'b' } else { 'a' });
        for bad in ["garbage", "roster_x", &forged, &mistyped] {
            for answer in attempts(&Caller::with(app, bad)) {
                assert_eq!(answer, unauthenticated("Token invalid."), "{bad}");
            }
        }
        let in_query = Caller::nobody(app).find("people", &[("token", &key)]);
        assert_eq!(in_query.0, 200);
        assert_eq!(Caller::nobody(app).find("people", &[("token", "x")]), unauthenticated("Token invalid."));
    }

    fn expired_and_revoked_credentials_are_named(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (session, program) = (Caller::session(app, &olga), Caller::key(app, &olga, &Scope::ALL));
        let keys = session.found("apiKeys", &[]);
        let path = format!("apiKeys/{}", keys[0]["id"].as_str().unwrap());
        assert_eq!(program.get("people").0, 200);
        let soon = (app.clock.now() + chrono::TimeDelta::hours(1)).format("%FT%TZ").to_string();
        session.update(&path, &json!({"expiresAt": soon}));
        assert_eq!(program.get("people").0, 200);
        app.clock.advance(chrono::TimeDelta::hours(1));
        for answer in attempts(&program) {
            assert_eq!(answer, unauthenticated("Token has expired."));
        }
        let other = Caller::key(app, &olga, &[Scope::Read]);
        let path = format!(
            "apiKeys/{}",
            other.found("apiKeys", &[("filter", "expiresAt[is]:NULL")])[0]["id"].as_str().unwrap()
        );
        session.update(&path, &json!({"revokedAt": soon}));
        assert_eq!(other.get("people"), unauthenticated("This API Key is revoked"));
        assert_eq!(session.delete(&path).0, 200);
        assert_eq!(other.get("people"), unauthenticated("Token invalid."));
        app.clock.advance(chrono::TimeDelta::days(31));
        for answer in attempts(&session) {
            assert_eq!(answer, unauthenticated("Token has expired."));
        }
    }

    fn the_description_needs_valid_credentials(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let paths = |(status, document): Answer| {
            assert_eq!(status, 200);
            document["paths"].as_object().map_or(0, serde_json::Map::len)
        };
        for path in ["open-api/core", "../open-api/core"] {
            assert_eq!(paths(Caller::nobody(app).get(path)), 1);
            assert_eq!(paths(Caller::key(app, &olga, &[Scope::Read]).get(path)), 145);
            assert_eq!(paths(Caller::session(app, &olga).get(path)), 145);
            let (status, answer): (u16, Value) = Caller::with(app, "garbage").get(path);
            assert_eq!((status, &answer["messages"]), (401, &json!(["Token invalid."])));
        }
    }
}
