//! Each way in which a consent ends without an account.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::{code, visit, with_x};
use crate::{
    database::connect,
    on_both_databases,
    support::{
        peer::{Callback, ME, Peer, TOKEN},
        people::Person,
    },
};

/// Status, code and sentence of an attempt to finish.
fn finish(person: &Person, id: &str, callback: &Callback) -> (u16, Value, Value) {
    let (status, answer) = person.put(&format!("consents/{id}"), &callback.body());
    (status, code(&answer).clone(), answer["message"][0].clone())
}

/// Begins and finishes a consent twice, and expects this code both times.
fn expect_lasting(person: &Person, peer: &Peer, status: u16, expected: &str) {
    let (id, callback) = visit(person, peer, "personal");
    for _ in 0..2 {
        let (answered, code, sentence) = finish(person, &id, &callback);
        assert_eq!((answered, &code), (status, &json!(expected)), "{sentence}");
    }
}

/// A token answer that is valid apart from its length.
fn long_answer() -> String {
    let long = "x".repeat(100_000);
    json!({
        "token_type": "bearer", "access_token": "canary-access", "refresh_token": "canary-refresh",
        "expires_in": 7200, "scope": "offline.access", "x": long,
    })
    .to_string()
}

on_both_databases! {
    fn denied(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        peer.deny();
        let (id, callback) = visit(&olga, &peer, "personal");
        let denied = (422, json!("consent_denied"), json!("X did not grant access."));
        assert_eq!(finish(&olga, &id, &callback), denied);
        assert_eq!(finish(&olga, &id, &callback), denied);
        assert_eq!(peer.count(TOKEN), 0);
    }

    fn expired(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        app.clock.advance(TimeDelta::minutes(10));
        let (status, code, _) = finish(&olga, &id, &callback);
        assert_eq!((status, code), (422, json!("consent_expired")));
        assert_eq!(peer.count(TOKEN), 0);
    }

    fn a_code_that_is_wrong_or_spent(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (first, spent) = visit(&olga, &peer, "personal");
        assert_eq!(finish(&olga, &first, &spent).0, 200);
        let (id, mut callback) = visit(&olga, &peer, "personal");
        callback.query.insert("code".to_owned(), spent.query["code"].clone());
        let (status, refused, _) = finish(&olga, &id, &callback);
        assert_eq!((status, refused), (422, json!("code_refused")));
        let (other, theirs) = visit(&olga, &peer, "personal");
        callback.query.insert("code".to_owned(), theirs.query["code"].clone());
        assert_eq!(finish(&olga, &id, &callback).1, json!("code_refused"), "the answer of an attempt stays");
        assert_eq!(finish(&olga, &other, &theirs).0, 200);
    }

    fn a_code_that_is_late(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        peer.end_codes();
        for _ in 0..2 {
            let (status, refused, sentence) = finish(&olga, &id, &callback);
            assert_eq!((status, refused), (422, json!("code_refused")), "{sentence}");
        }
        assert_eq!(peer.count(TOKEN), 1);
    }

    fn a_code_of_another_attempt_does_not_fit_the_verifier(app: &mut TestApp) {
        let peer = with_x(app);
        let (olga, mallory) = (Person::owner(app, "olga"), Person::owner(app, "mallory"));
        let (_, of_mallory) = visit(&mallory, &peer, "personal");
        let (id, mut callback) = visit(&olga, &peer, "personal");
        callback.query.insert("code".to_owned(), of_mallory.query["code"].clone());
        assert_eq!(finish(&olga, &id, &callback).1, json!("code_refused"));
    }

    fn access_that_does_not_last(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        peer.grant_nothing_that_lasts();
        expect_lasting(&olga, &peer, 422, "offline_access_missing");
    }

    fn a_suspended_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let body = r#"{"title":"Forbidden","type":"https://api.x.com/2/problems/user-suspended","status":403}"#;
        peer.answer(ME, 403, body);
        expect_lasting(&olga, &peer, 422, "account_suspended");
        assert_eq!(peer.count(TOKEN), 1);
    }

    fn a_network_that_is_unwell_has_spent_the_code(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let long = long_answer();
        let invalid_client = r#"{"error":"invalid_client"}"#;
        let answers = [
            (500, "<html>"), (429, "{}"), (200, "{}"), (200, ""), (402, "no"), (401, invalid_client), (302, ""), (200, &long),
        ];
        for (status, body) in answers {
            peer.answer(TOKEN, status, body);
            let (id, callback) = visit(&olga, &peer, "personal");
            let (status, unavailable, _) = finish(&olga, &id, &callback);
            assert_eq!((status, unavailable), (503, json!("network_unavailable")));
            let (status, refused, _) = finish(&olga, &id, &callback);
            assert_eq!((status, refused), (422, json!("code_refused")), "to wait would not help");
        }
        assert_eq!((peer.count(TOKEN), peer.count(ME)), (8, 0));
    }

    fn a_network_that_does_not_say_who_it_is_is_asked_again(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        for (status, body) in [(500, "<html>"), (402, r#"{"title":"CreditsDepleted"}"#), (200, "{}"), (403, "<html>")] {
            peer.answer(ME, status, body);
            let path = format!("/api/v4/consents/{id}");
            let answer = olga.client.send(Method::PUT, &path, Some(&callback.body())).expect("an answer");
            assert_eq!((answer.status, code(&answer.json())), (503, &json!("network_unavailable")));
            assert_eq!(answer.headers["retry-after"], "30");
            assert_eq!(answer.json()["message"], json!(["X cannot be reached at the moment"]));
        }
        assert_eq!(finish(&olga, &id, &callback).0, 200, "the tokens were kept");
        assert_eq!((peer.count(TOKEN), peer.count(ME)), (1, 5));
    }

    fn a_network_without_an_answer_is_given_up_after_seven_seconds(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        peer.delay(Duration::from_secs(9), TOKEN);
        let (id, callback) = visit(&olga, &peer, "personal");
        let (status, refused, _) = finish(&olga, &id, &callback);
        assert_eq!((status, refused), (503, json!("network_unavailable")));
    }

    fn a_redemption_that_was_killed_has_spent_the_code(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let killed = diesel::sql_query("UPDATE consents SET status = 'redeeming', leased_until = created_at");
        assert_eq!(killed.execute(&mut connect(&app.database)).expect("a change"), 1);
        let (status, refused, _) = finish(&olga, &id, &callback);
        assert_eq!((status, refused), (422, json!("code_refused")));
        assert_eq!(peer.count(TOKEN), 0);
    }

    fn a_person_who_left_the_workspace_has_no_consent_any_more(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let (id, callback) = visit(&mia, &peer, "personal");
        let path = format!("workspace_users/{}", mia.id);
        assert_eq!(olga.delete(&path).0, 200);
        assert_eq!(mia.put(&format!("consents/{id}"), &callback.body()).0, 404);
    }
}
