//! What becomes of each answer to a refresh.

use std::{thread, time::Duration};

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Falcons, advance, connect, eventually, states};
use crate::{
    api::v4::consents::{storing::pairs, visit, with_x},
    commands::run_beside,
    database::connect as open,
    jobs::lines,
    on_both_databases,
    support::{
        peer::{FALCONS, ME, TOKEN},
        people::Person,
        server::TestApp,
    },
};

const INVALID: &str =
    r#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#;

fn change(app: &TestApp, sql: &str) {
    diesel::sql_query(sql).execute(&mut open(&app.database)).expect("a change");
}

fn failed_at(falcons: &Falcons) -> Value {
    falcons.account()["authFailedAt"].clone()
}

on_both_databases! {
    fn a_refused_grant_has_to_be_given_again(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.end_families(FALCONS);
        advance(app, 111);
        assert_eq!((falcons.token(), states(app)), (String::new(), vec!["needs_reconnect refused".to_owned()]));
        let failed = failed_at(&falcons);
        assert!(failed.is_string());
        advance(app, 30);
        assert_eq!((falcons.token(), falcons.listed()), (String::new(), vec![String::new()]));
        assert_eq!((falcons.peer.count(TOKEN), failed_at(&falcons)), (2, failed), "nobody asks again");
        assert_eq!(connect(&falcons.olga, &falcons.peer, "workspace"), falcons.id);
        let token = falcons.token();
        assert!(falcons.peer.is_current(&token));
        assert_eq!((states(app), failed_at(&falcons)), (vec!["ok ".to_owned()], Value::Null));
    }

    fn a_suspended_account_is_named_so(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 111);
        falcons.peer.answer(TOKEN, 403, r#"{"type":"https://api.x.com/2/problems/user-suspended","status":403}"#);
        assert_eq!((falcons.token(), states(app)), (String::new(), vec!["needs_reconnect suspended".to_owned()]));
    }

    fn an_answer_that_says_nothing_changes_nothing(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let (before, token) = (pairs(app), falcons.token());
        advance(app, 111);
        for (status, body) in [
            (200, "{}"), (200, r#"{"access_token":"","token_type":"bearer"}"#), (200, "<html>"), (200, ""),
            (429, r#"{"error":"rate_limited"}"#), (500, r#"{"error":"invalid_grant"}"#), (302, ""),
        ] {
            change(app, "UPDATE grants SET attempts = 0");
            falcons.peer.answer(TOKEN, status, body);
            assert_eq!((falcons.token(), pairs(app)), (token.clone(), before.clone()), "{status} {body}");
            assert_eq!((states(app), failed_at(&falcons)), (vec!["ok ".to_owned()], Value::Null), "{status} {body}");
        }
        assert_eq!(falcons.peer.count(TOKEN), 8);
    }

    fn what_an_answer_leaves_out_stays(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let scopes = falcons.account()["scopes"].clone();
        advance(app, 111);
        let answer = json!({"access_token": "canary-other-1-x", "token_type": "bearer", "refresh_token": "", "scope": ""});
        falcons.peer.answer(TOKEN, 200, &answer.to_string());
        assert_eq!(falcons.token(), "canary-other-1-x");
        assert_eq!(pairs(app), ["canary-other-1 canary-refresh-3"]);
        assert_eq!(falcons.account()["scopes"], scopes);
        advance(app, 104);
        assert_eq!((falcons.token(), falcons.peer.refreshes()), ("canary-other-1-x".to_owned(), 0), "as long as before");
        advance(app, 7);
        assert!(falcons.peer.is_current(&falcons.token()));
    }

    fn a_mistake_of_the_operator_stops_the_network_and_no_account(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        falcons.peer.sign_in("7", "Hawks");
        connect(&falcons.olga, &falcons.peer, "workspace");
        let secret = app.settings.x_client_secret.replace("wrong".into());
        app.restart_with(|_| ());
        advance(app, 111);
        assert!(falcons.listed().iter().all(|token| !token.is_empty()));
        let asked = falcons.peer.count(TOKEN);
        assert!((3..=4).contains(&asked), "{asked}");
        falcons.listed();
        assert_eq!((falcons.peer.count(TOKEN), states(app)), (asked, vec!["ok ".to_owned(); 2]));
        assert_eq!(lines(&app.database, "SELECT provider || ' ' || reason AS line FROM network_breakers"),
            ["twitter status 401, unauthorized_client"]);
        let doctor = run_beside(app, &["doctor"]);
        assert!(doctor.line("FAIL tokens: X has refused this service's app since ").contains("credentials"), "{doctor:?}");
        advance(app, 10);
        assert_eq!(falcons.listed(), ["", ""]);
        assert_eq!(states(app), vec!["unknown network_unavailable"; 2], "the tokens have ended");
        app.restart_with(|settings| settings.x_client_secret = secret);
        advance(app, 2);
        for _ in 0..2 {
            advance(app, 1);
            falcons.listed();
        }
        assert!(falcons.listed().iter().all(|token| falcons.peer.is_current(token)));
        assert!(lines(&app.database, "SELECT provider AS line FROM network_breakers").is_empty());
    }

    fn a_balance_that_is_used_up_changes_no_account(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let (before, token) = (pairs(app), falcons.token());
        advance(app, 111);
        falcons.peer.answer(TOKEN, 402, r#"{"title":"CreditsDepleted"}"#);
        assert_eq!((falcons.token(), pairs(app)), (token, before));
        assert_eq!((states(app), failed_at(&falcons)), (vec!["ok ".to_owned()], Value::Null));
        assert_eq!(lines(&app.database, "SELECT reason AS line FROM network_breakers"), ["status 402, the balance is used up"]);
    }

    fn a_consent_in_another_workspace_ends_the_grant_of_this_one(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let nina = Person::owner(app, "nina");
        advance(app, 1);
        connect(&nina, &falcons.peer, "workspace");
        advance(app, 111);
        assert_eq!(falcons.token(), "");
        assert_eq!(states(app), ["needs_reconnect refused", "ok "], "hers is the newer");
        let list = nina.client.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer").json();
        let token = list["data"]["connectedAccounts"][0]["accessToken"].as_str().expect("a token").to_owned();
        assert!(falcons.peer.is_current(&token));
    }

    fn the_operator_learns_that_the_network_does_not_name_accounts(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        let doctor = || run_beside(app, &["doctor"]);
        assert!(!doctor().out.contains("FAIL tokens"), "{:?}", doctor());
        peer.answer(ME, 402, r#"{"title":"CreditsDepleted"}"#);
        let check = || olga.post("account_checks", &json!({"account_check": {"account_id": id}})).0;
        assert_eq!(check(), 503);
        assert!(doctor().line("FAIL tokens: X does not tell ").contains("status 402, the balance is used up"), "{:?}", doctor());
        app.clock.advance(TimeDelta::minutes(1));
        assert_eq!(check(), 200);
        assert!(!doctor().out.contains("FAIL tokens"), "{:?}", doctor());
        peer.answer(ME, 402, r#"{"title":"CreditsDepleted"}"#);
        peer.sign_in("7", "Hawks");
        let (consent, callback) = visit(&olga, &peer, "personal");
        let finish = || olga.put(&format!("consents/{consent}"), &callback.body()).0;
        assert_eq!(finish(), 503);
        assert!(doctor().line("FAIL tokens: X does not tell ").contains("402"), "{:?}", doctor());
        assert_eq!(finish(), 200);
        assert!(!doctor().out.contains("FAIL tokens"), "{:?}", doctor());
    }

    fn a_lost_answer_leaves_the_old_token_for_as_long_as_it_lives(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let token = falcons.token();
        falcons.peer.refresh_elsewhere(FALCONS);
        advance(app, 111);
        change(app, "UPDATE grants SET leased_until = granted_at, sent_at = granted_at, attempts = 1, next_attempt_at = granted_at");
        assert_eq!((falcons.token(), falcons.peer.count(TOKEN)), (token, 1));
        advance(app, 9);
        assert_eq!((falcons.token(), states(app)), (String::new(), vec!["needs_reconnect refused".to_owned()]));
        assert_eq!(falcons.peer.count(TOKEN), 2);
    }

    fn a_refusal_of_tokens_that_were_replaced_meanwhile_says_nothing(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 111);
        falcons.peer.answer_after(Duration::from_millis(700), TOKEN, 400, INVALID);
        thread::scope(|scope| {
            let read = scope.spawn(|| falcons.token());
            eventually("a lease", || falcons.peer.count(TOKEN) == 2);
            connect(&falcons.olga, &falcons.peer, "workspace");
            assert!(falcons.peer.is_current(&read.join().expect("a token")));
        });
        assert_eq!((states(app), failed_at(&falcons)), (vec!["ok ".to_owned()], Value::Null));
    }

    fn what_comes_for_a_grant_that_is_gone_is_revoked(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        advance(app, 111);
        falcons.peer.delay(Duration::from_millis(700), TOKEN);
        thread::scope(|scope| {
            let read = scope.spawn(|| falcons.show());
            eventually("a lease", || falcons.peer.count(TOKEN) == 2);
            falcons.olga.must(Method::DELETE, &format!("workspaces/twitter_accounts/{}", falcons.id), None);
            assert_eq!(read.join().expect("an answer").status, 400);
        });
        eventually("a revocation", || falcons.peer.families() == (1, 1));
        assert!(states(app).is_empty());
    }

    fn what_comes_for_a_grant_that_has_moved_follows_it(app: &mut TestApp) {
        let falcons = Falcons::connect(app);
        let mia = falcons.olga.colleague("mia");
        falcons.peer.sign_in("7", "Hawks");
        connect(&mia, &falcons.peer, "personal");
        advance(app, 111);
        falcons.peer.delay(Duration::from_millis(700), TOKEN);
        let asked = falcons.peer.count(TOKEN);
        let read = || mia.client.send(Method::GET, "/rest/connectedAccounts?filter=handle[eq]:Hawks", None).expect("an answer").json();
        thread::scope(|scope| {
            let first = scope.spawn(read);
            eventually("a lease", || falcons.peer.count(TOKEN) == asked + 1);
            falcons.olga.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
            first.join().expect("an answer");
        });
        let token = read()["data"]["connectedAccounts"][0]["accessToken"].clone();
        assert!(falcons.peer.is_current(token.as_str().expect("a token")), "{token}");
        assert_eq!(falcons.peer.refreshes(), 1);
    }
}
