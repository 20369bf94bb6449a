//! The routes that read the state of accounts: which readings are recorded, which grants become due, and what a picture
//! costs.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use roster::clock;
use serde_json::{Value, json};

use super::{code, connecting::connect, with_x};
use crate::{
    database,
    jobs::lines,
    on_both_databases,
    support::{
        peer::{FALCONS, ME, Peer, TOKEN},
        people::Person,
        server::TestApp,
    },
};

pub const TWITTER: &str = "verify_social_accounts?type=twitter&page=1";

fn readings(app: &TestApp) -> Vec<String> {
    let sql =
        "SELECT object || ' ' || fields || ' ' || CAST(times AS text) AS line FROM token_readings ORDER BY 1";
    lines(&app.database, sql)
}

/// When the only grant is refreshed in the background.
fn next_attempt(app: &TestApp) -> String {
    lines(&app.database, "SELECT CAST(next_attempt_at AS text) AS line FROM grants").concat()
}

pub fn refresh_avatar(person: &Person, id: &Value) -> (u16, Value) {
    person.put(&format!("current_social_accounts/{id}/refresh_avatar"), &json!({"type": "twitter"}))
}

/// Accounts of X, connected by consent.
fn connect_several(person: &Person, peer: &Peer, number: usize) -> Vec<Value> {
    let connect_one = |id: usize| {
        peer.sign_in(&id.to_string(), &format!("team{id}"));
        connect(person, peer, "personal")
    };
    (1..=number).map(connect_one).collect()
}

on_both_databases! {
    fn each_reading_of_tokens_is_recorded_and_nothing_else(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        olga.connect("workspaces/twitter_accounts", "ours");
        mia.connect("twitter_accounts", "hers");
        assert_eq!(mia.get("verify_social_accounts?type=instagram&page=1").0, 200);
        assert_eq!(mia.get("current_social_accounts?type=twitter&ids[]=1").0, 200);
        assert!(readings(app).is_empty());
        for person in [&olga, &mia, &mia] {
            assert_eq!(person.get(TWITTER).1["total_count"], 1);
        }
        assert_eq!(readings(app), ["connectedAccount externalId,accessToken 1", "connectedAccount externalId,accessToken 2"]);
    }

    fn a_date_makes_older_grants_due_at_most_once_a_minute(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        connect(&olga, &peer, "personal");
        assert_eq!(olga.get(TWITTER).0, 200, "the first reading plans a refresh before the token's end");
        let planned = next_attempt(app);
        let far = format!("{TWITTER}&date=2999-01-01");
        assert_eq!((olga.get(&far).0, next_attempt(app)), (200, planned.clone()), "it was checked just now");
        app.clock.advance(TimeDelta::minutes(2));
        assert_eq!((mia.get(&far).0, next_attempt(app)), (200, planned.clone()), "she does not see it");
        for earlier in [TWITTER.to_owned(), format!("{TWITTER}&date=2001-01-01")] {
            assert_eq!((olga.get(&earlier).0, next_attempt(app)), (200, planned.clone()), "{earlier}");
        }
        assert_eq!(olga.get(&far).0, 200);
        assert!(next_attempt(app) < planned);
        assert_eq!(peer.count(ME), 1, "nobody asks in the request");
    }

    fn a_date_shortens_no_pause_and_is_nothing_for_those_who_only_see_the_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let id = connect(&olga, &peer, "workspace");
        let team = olga.post("teams", &json!({"team": {"name": "Coaches"}, "user_emails": [mia.email]})).1["team"]["id"].clone();
        assert_eq!(olga.put(&format!("workspaces/twitter_accounts/{id}"), &json!({"twitter_account": {"team_ids": [team]}})).0, 200);
        assert_eq!(olga.get(TWITTER).0, 200);
        app.clock.advance(TimeDelta::minutes(2));
        let (planned, far) = (next_attempt(app), format!("{TWITTER}&date=2999-01-01"));
        assert_eq!((mia.get(&far).1["total_count"].clone(), next_attempt(app)), (json!(1), planned.clone()));
        let change = |attempts: i32| {
            let sql = format!("UPDATE grants SET attempts = {attempts}");
            diesel::sql_query(sql).execute(&mut database::connect(&app.database)).expect("a change");
        };
        change(1);
        assert_eq!((olga.get(&far).0, next_attempt(app)), (200, planned.clone()), "X has asked for a pause");
        change(0);
        assert_eq!(olga.get(&far).0, 200);
        assert!(next_attempt(app) < planned);
    }

    fn a_picture_is_asked_for_once_a_minute_and_stored(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        let answer = |picture: &str| json!({"data": {
            "id": FALCONS, "username": "Falcons", "name": "Falcons", "profile_image_url": format!("https://pbs.example.test/{picture}_normal.png"),
        }});
        let url = |picture: &str| json!({"url": format!("https://pbs.example.test/{picture}_400x400.png")});
        peer.answer(ME, 200, &answer("new").to_string());
        assert_eq!(refresh_avatar(&olga, &id), (200, url("new")));
        assert_eq!(olga.get(&format!("twitter_accounts/{id}")).1["twitter_account"]["logo"], url("new")["url"]);
        assert_eq!(refresh_avatar(&olga, &id), (200, url("new")));
        assert_eq!(peer.count(ME), 2);
        app.clock.advance(TimeDelta::minutes(1));
        peer.answer(ME, 200, &answer("newer").to_string());
        assert_eq!(refresh_avatar(&olga, &id), (200, url("newer")));
    }

    fn no_connection_is_held_while_the_network_is_asked(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let ids = connect_several(&olga, &peer, 5);
        for _ in &ids {
            peer.delay(Duration::from_secs(2), ME);
        }
        thread::scope(|scope| {
            let asking: Vec<_> = ids.iter().map(|id| scope.spawn(|| refresh_avatar(&olga, id))).collect();
            while peer.count(ME) < 2 * ids.len() {
                thread::sleep(Duration::from_millis(10));
            }
            let begun = Instant::now();
            assert_eq!(olga.get(TWITTER).0, 200);
            assert_eq!(olga.put("users", &json!({"user": {"city": "Basel"}})).0, 200);
            assert!(begun.elapsed() < Duration::from_secs(1), "others do not wait for X");
            for one in asking {
                assert_eq!(one.join().expect("an answer").0, 200);
            }
        });
    }

    fn an_account_that_is_gone_meanwhile_is_not_found(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        peer.delay(Duration::from_millis(500), ME);
        thread::scope(|scope| {
            let asking = scope.spawn(|| refresh_avatar(&olga, &id));
            while peer.count(ME) < 2 {
                thread::sleep(Duration::from_millis(10));
            }
            assert_eq!(olga.delete(&format!("twitter_accounts/{id}")).0, 200);
            assert_eq!(asking.join().expect("an answer").0, 404);
        });
    }

    fn a_picture_that_is_gone_is_empty(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        peer.answer(ME, 200, &json!({"data": {"id": FALCONS, "username": "Falcons"}}).to_string());
        assert_eq!(refresh_avatar(&olga, &id), (200, json!({"url": ""})));
        assert_eq!(olga.get(&format!("twitter_accounts/{id}")).1["twitter_account"]["logo"], "");
    }

    fn no_failure_of_the_network_changes_the_account(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        let stored = || olga.get(&format!("twitter_accounts/{id}")).1;
        let before = stored();
        let app_suspended = r#"{"type":"https://api.x.com/2/problems/app-suspended"}"#;
        let credits = r#"{"title":"CreditsDepleted"}"#;
        for (status, body) in [(403, app_suspended), (402, credits), (429, "{}"), (500, "<html>"), (200, "{}")] {
            peer.answer(ME, status, body);
            let (answered, refusal) = refresh_avatar(&olga, &id);
            assert_eq!((answered, code(&refusal)), (503, &json!("network_unavailable")), "{status} {body}");
            assert_eq!(stored(), before);
            app.clock.advance(TimeDelta::minutes(1));
        }
    }

    fn an_account_that_its_network_has_suspended_needs_a_new_consent(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        peer.answer(ME, 403, r#"{"type":"https://api.x.com/2/problems/user-suspended"}"#);
        let (status, answer) = refresh_avatar(&olga, &id);
        assert_eq!((status, code(&answer)), (422, &json!("account_suspended")));
        let shown = olga.get(&format!("twitter_accounts/{id}")).1["twitter_account"].clone();
        assert_eq!((&shown["connection"]["state"], &shown["connection"]["reason"]), (&json!("needs_reconnect"), &json!("suspended")));
        assert!(shown["auth_failed_at"].is_string());
    }

    fn a_check_on_a_network_that_is_not_set_up_any_more_answers_what_is_known(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        app.clock.advance(TimeDelta::minutes(121));
        app.restart_with(|settings| settings.x_client_id = None);
        let (status, answer) = olga.post("account_checks", &json!({"account_check": {"account_id": id}}));
        assert_eq!((status, answer["connection"]["by"].as_str()), (200, Some("consent")), "{answer}");
        assert_eq!((peer.count(ME), peer.count(TOKEN)), (1, 1));
    }

    fn a_request_waits_for_new_tokens_for_eight_seconds(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        app.clock.advance(TimeDelta::minutes(111));
        let until = clock::for_database(app.clock.now() + TimeDelta::seconds(6));
        let sql = format!("UPDATE grants SET leased_until = '{until}', sent_at = NULL");
        diesel::sql_query(sql).execute(&mut database::connect(&app.database)).expect("a change");
        peer.delay(Duration::from_millis(6_500), TOKEN);
        let begun = Instant::now();
        assert_eq!(refresh_avatar(&olga, &id).0, 200, "the old token lives for nine minutes");
        let waited = begun.elapsed();
        assert!(Duration::from_secs(7) < waited && waited < Duration::from_secs(11), "{waited:?}");
    }

    fn a_token_of_somebody_else_changes_no_picture(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let id = connect(&olga, &peer, "personal");
        peer.answer(ME, 200, r#"{"data": {"id": "7", "username": "hawks"}}"#);
        let (status, answer) = refresh_avatar(&olga, &id);
        assert_eq!((status, code(&answer)), (422, &json!("needs_reconnect")));
    }
}
