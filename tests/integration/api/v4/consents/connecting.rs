//! Connecting the account of a consent: by the ordinary rules, once, with the newest tokens.

use chrono::TimeDelta;
use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::{PERSONAL, WORKSPACE, body, code, grant, storing, visit, with_x};
use crate::{
    jobs::lines,
    on_both_databases,
    rest::caller::key_text,
    support::{
        client::Client,
        peer::{FALCONS, Peer},
        people::{Person, account},
    },
};

/// Consents and connects; returns the id of the account.
pub fn connect(person: &Person, peer: &Peer, side: &str) -> Value {
    let path = if side == "workspace" { WORKSPACE } else { PERSONAL };
    let (status, answer) = person.post(path, &body(&grant(person, peer, side)));
    assert!(matches!(status, 200 | 201), "{answer}");
    answer["twitter_account"]["id"].clone()
}

pub fn program(owner: &Person, scopes: &[Scope]) -> Client {
    Client::new(owner).with_token(&key_text(owner, scopes))
}

/// What `/rest` shows to a program that may read tokens.
pub fn record(owner: &Person, handle: &str) -> Value {
    first_record(&program(owner, &[Scope::Read, Scope::Write, Scope::Tokens]), handle)
}

fn first_record(client: &Client, handle: &str) -> Value {
    let path = format!("/rest/connectedAccounts?filter=handle[eq]:{handle}");
    let found = client.send(Method::GET, &path, None).expect("an answer").json();
    found["data"]["connectedAccounts"][0].clone()
}

on_both_databases! {
    fn an_account_is_connected_in_the_documented_words(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (status, answer) = olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace")));
        let id = answer["twitter_account"]["id"].clone();
        assert_eq!((status, answer), (201, json!({"success": true, "twitter_account": {
            "id": id, "screen_name": "The Falcons", "logo_url": format!("https://pbs.example.test/{FALCONS}_400x400.png"),
            "nickname": "", "teams_count": 0, "account_verified": true, "twitter_nickname": "Falcons",
        }})));
        peer.sign_in("7", "Hawks");
        let (status, answer) = olga.post(PERSONAL, &body(&grant(&olga, &peer, "personal")));
        let id = answer["twitter_account"]["id"].clone();
        assert_eq!((status, answer), (201, json!({"success": true, "twitter_account": {
            "id": id, "social_channel": "Twitter", "name": "The Hawks", "nickname": "",
            "logo": "https://pbs.example.test/7_400x400.png", "twitter_nickname": "Hawks",
        }})));
    }

    fn a_consent_is_used_once_and_then_answers_with_its_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let consent = grant(&olga, &peer, "workspace");
        let (status, first) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!(status, 201);
        assert_eq!(olga.post(WORKSPACE, &body(&consent)), (200, first.clone()));
        let used = json!({"id": consent, "status": "used", "candidates": []});
        assert_eq!(olga.get(&format!("consents/{consent}")), (200, json!({"success": true, "consent": used})));
        let id = &first["twitter_account"]["id"];
        assert_eq!(olga.delete(&format!("{WORKSPACE}/{id}")).0, 200);
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, code(&answer)), (422, &json!("consent_expired")), "it does not come back");
    }

    fn a_conflict_does_not_use_the_consent_up(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let held = mia.connect(PERSONAL, FALCONS);
        let consent = grant(&olga, &peer, "workspace");
        let (status, answer) = olga.post(WORKSPACE, &body(&consent));
        assert_eq!((status, code(&answer)), (422, &json!("held_by_members")));
        assert_eq!(answer["errors"][0]["field"], "twitter_account.consent_id");
        assert_eq!(mia.delete(&format!("{PERSONAL}/{held}")).0, 200);
        assert_eq!(olga.post(WORKSPACE, &body(&consent)).0, 201);
    }

    fn only_its_person_uses_a_consent_and_only_for_its_side(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (adam, mia) = (olga.admin("adam"), olga.colleague("mia"));
        let consent = grant(&olga, &peer, "workspace");
        assert_eq!(code(&adam.post(WORKSPACE, &body(&consent)).1), &json!("consent_expired"));
        assert_eq!(code(&olga.post(PERSONAL, &body(&consent)).1), &json!("other_side"));
        let personal = grant(&mia, &peer, "personal");
        assert_eq!(mia.post(WORKSPACE, &body(&personal)).0, 403);
        assert_eq!(mia.post(PERSONAL, &body(&personal)).0, 201);
        for unknown in ["", "x", "018f0c1e-7b7a-7c3e-8a53-0b5f6b1a2c3d"] {
            assert_eq!(olga.post(WORKSPACE, &body(unknown)).0, 422, "{unknown}");
        }
    }

    fn a_consent_that_is_not_finished_or_too_old_connects_nothing(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (pending, _) = visit(&olga, &peer, "workspace");
        assert_eq!(code(&olga.post(WORKSPACE, &body(&pending)).1), &json!("consent_expired"));
        let consent = grant(&olga, &peer, "workspace");
        app.clock.advance(TimeDelta::minutes(30));
        assert_eq!(code(&olga.post(WORKSPACE, &body(&consent)).1), &json!("consent_expired"));
        peer.deny();
        let (denied, callback) = visit(&olga, &peer, "workspace");
        assert_eq!(olga.put(&format!("consents/{denied}"), &callback.body()).0, 422);
        assert_eq!(code(&olga.post(WORKSPACE, &body(&denied)).1), &json!("consent_denied"));
    }

    fn a_token_beside_a_consent_is_refused(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let consent = grant(&olga, &peer, "workspace");
        let mut both = account(FALCONS);
        both["twitter_account"]["consent_id"] = json!(consent);
        let (status, answer) = olga.post(WORKSPACE, &both);
        assert_eq!((status, answer), (422, json!({"success": false,
            "message": ["Parameter 'twitter_token' cannot be sent together with consent_id", "Parameter 'twitter_uid' cannot be sent together with consent_id"],
            "errors": [
                {"field": "twitter_account.twitter_token", "code": "not_with_consent", "message": "Parameter 'twitter_token' cannot be sent together with consent_id"},
                {"field": "twitter_account.twitter_uid", "code": "not_with_consent", "message": "Parameter 'twitter_uid' cannot be sent together with consent_id"},
            ]})));
        assert_eq!(olga.post(WORKSPACE, &body(&consent)).0, 201);
    }

    fn an_account_that_was_pasted_is_refreshed_and_keeps_its_settings(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = olga.connect(WORKSPACE, FALCONS);
        let team = olga.post("teams", &json!({"team": {"name": "Coaches"}})).1["team"]["id"].clone();
        let sharing = json!({"twitter_account": {"nickname": "Home", "team_ids": [team]}});
        assert_eq!(olga.put(&format!("{WORKSPACE}/{id}"), &sharing).0, 200);
        let (status, answer) = olga.post(WORKSPACE, &body(&grant(&olga, &peer, "workspace")));
        assert_eq!((status, &answer["twitter_account"]["id"]), (200, &json!(id)), "{answer}");
        assert_eq!(answer["twitter_account"]["nickname"], "Home");
        assert_eq!((&answer["twitter_account"]["teams_count"], &answer["twitter_account"]["twitter_nickname"]), (&json!(1), &json!("Falcons")));
    }

    fn programs_read_the_granted_token_and_do_not_write_it(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        connect(&olga, &peer, "workspace");
        let shown = record(&olga, "Falcons");
        assert!(shown["accessToken"].as_str().expect("a token").starts_with("canary-access-"), "{shown}");
        assert_eq!((&shown["refreshToken"], &shown["authFailedAt"]), (&json!(""), &Value::Null));
        assert_eq!(shown["scopes"], json!(["tweet.read", "users.read", "tweet.write", "media.write", "offline.access"]));
        let program = program(&olga, &[Scope::Read, Scope::Write]);
        let id = shown["id"].as_str().expect("an id");
        let change = json!({
            "accessToken": "written", "refreshToken": "written", "scopes": ["written"],
            "authFailedAt": "2024-01-02T03:04:05.000Z", "handleAliases": "written",
        });
        let path = format!("/rest/connectedAccounts/{id}");
        let changed = program.send(Method::PATCH, &path, Some(&change)).expect("an answer");
        assert_eq!(changed.status, 200, "{}", changed.body);
        let again = json!({"handle": "Falcons", "provider": "twitter", "accessToken": "written", "scopes": ["written"]});
        let created = program.send(Method::POST, "/rest/connectedAccounts", Some(&again)).expect("an answer");
        assert_eq!(created.status, 201, "{}", created.body);
        let after = record(&olga, "Falcons");
        for field in ["id", "accessToken", "refreshToken", "scopes", "authFailedAt"] {
            assert_eq!(after[field], shown[field], "{field}");
        }
        assert_eq!(after["handleAliases"], "written");
    }

    fn all_accounts_of_an_identity_get_the_newest_token_and_a_pasted_one_gets_none(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, max) = (olga.colleague("mia"), olga.colleague("max"));
        let of_mia = connect(&mia, &peer, "personal");
        let pasted = max.connect(PERSONAL, FALCONS);
        let token = |person: &Person, handle: &str| {
            first_record(&person.client, handle)["accessToken"].as_str().expect("a token").to_owned()
        };
        assert!(token(&mia, "Falcons").starts_with("canary-access-2-"));
        // Nobody uses this consent, but X may have ended the older pair.
        grant(&olga, &peer, "personal");
        assert!(token(&mia, "Falcons").starts_with("canary-access-5-"));
        assert_eq!(token(&max, FALCONS), "canary-token");
        let linked = "SELECT CASE WHEN grant_id IS NULL THEN 'none' ELSE 'grant' END AS line FROM social_accounts ORDER BY id";
        assert_eq!(lines(&app.database, linked), ["grant", "none"]);
        assert!(of_mia.as_i64() < Some(pasted));
    }

    fn a_pasted_token_leaves_the_grant(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        connect(&olga, &peer, "workspace");
        assert_eq!(storing::grants(app).len(), 1);
        assert_eq!(olga.post(WORKSPACE, &account(FALCONS)).0, 200);
        assert_eq!(storing::grants(app).len(), 0);
        assert_eq!(record(&olga, FALCONS)["accessToken"], "canary-token");
    }

    fn disconnecting_the_last_account_wipes_the_grant(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let (of_olga, of_mia) = (connect(&olga, &peer, "personal"), connect(&mia, &peer, "personal"));
        assert_eq!(olga.delete(&format!("{PERSONAL}/{of_olga}")).0, 200);
        assert_eq!(storing::grants(app).len(), 1);
        assert_eq!(mia.delete(&format!("{PERSONAL}/{of_mia}")).0, 200);
        assert_eq!(storing::grants(app).len(), 0);
    }

    fn the_last_account_takes_its_grant_along(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, max) = (olga.colleague("mia"), olga.colleague("max"));
        connect(&mia, &peer, "personal");
        connect(&max, &peer, "personal");
        let failed = |person: &Person| person.get(PERSONAL).1["twitter_accounts"][0]["auth_failed_at"].clone();
        assert_eq!(mia.delete(&format!("workspace_users/{}", mia.id)).0, 200);
        assert!(failed(&mia).is_string(), "max still has it there, so hers has to be connected again");
        assert_eq!(max.delete(&format!("workspace_users/{}", max.id)).0, 200);
        assert_eq!(failed(&max), Value::Null);
        assert_eq!(storing::grants(app), ["ok 2"]);
        assert_eq!(storing::pairs(app), ["canary-access-5 canary-refresh-6"]);
        let placed = "SELECT CASE WHEN a.workspace_id = g.workspace_id THEN 'here' ELSE 'elsewhere' END AS line \
                      FROM social_accounts a JOIN grants g ON g.id = a.grant_id";
        assert_eq!(lines(&app.database, placed), ["here"]);
        // A new pair for the same identity in the new workspace replaces the one that came along.
        connect(&max, &peer, "personal");
        assert_eq!(storing::grants(app), ["ok 3"]);
        assert_eq!(storing::pairs(app), ["canary-access-8 canary-refresh-9"]);
    }

    fn a_program_that_moves_an_account_takes_no_token_along(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        connect(&mia, &peer, "personal");
        let shown = record(&olga, "Falcons");
        let program = program(&olga, &[Scope::Read, Scope::Write]);
        let path = format!("/rest/connectedAccounts/{}", shown["id"].as_str().expect("an id"));
        let moved = program.send(Method::PATCH, &path, Some(&json!({"accountOwnerId": null}))).expect("an answer");
        assert_eq!(moved.status, 200, "{}", moved.body);
        let after = record(&olga, "Falcons");
        assert_eq!(after["accessToken"], "");
        assert!(after["authFailedAt"].is_string());
        assert_eq!(storing::grants(app).len(), 0);
    }

    fn a_repeat_with_an_idempotency_key_gets_the_stored_answer(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let consent = grant(&olga, &peer, "personal");
        let send = || {
            let request = olga.client.request(Method::POST, "/api/v4/twitter_accounts");
            crate::support::client::json(request.header("Idempotency-Key", "once").json(&body(&consent)))
        };
        let first = send();
        assert_eq!(first.0, 201);
        assert_eq!(send(), first);
    }
}
