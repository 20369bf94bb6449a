//! What is stored of a consent, sealed, and for how long.

use std::{thread, time::Duration};

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use roster::{
    crypto::{
        key_file,
        seal::{Place, Sealed},
    },
    jobs::sweep::DELETIONS,
};
use secrecy::ExposeSecret as _;

use super::{grant, visit, with_x};
use crate::{
    database::{catalogue, connect},
    jobs::lines,
    on_both_databases,
    support::{
        peer::{ME, TOKEN},
        people::Person,
        server::TestApp,
    },
};

pub fn grants(app: &TestApp) -> Vec<String> {
    lines(&app.database, "SELECT state || ' ' || CAST(version AS text) AS line FROM grants ORDER BY key")
}

/// The access and the refresh token of each grant, opened in the place where it is, without the random part.
pub fn pairs(app: &TestApp) -> Vec<String> {
    let ring = key_file::load(&app.settings.key_file()).expect("keys");
    let sql =
        "SELECT workspace_id || '|' || id || '|' || access_token || '|' || refresh_token AS line FROM grants";
    let open = |row: &[String], column, sealed: &str| {
        let (workspace, row) = (row[0].parse().expect("an id"), row[1].parse().expect("an id"));
        let sealed = Sealed::parse(sealed).expect("a sealed token");
        let token = ring.open(&Place { table: "grants", column, row, workspace }, &sealed).expect("a token");
        token.expose_secret().rsplit_once('-').expect("a token of the peer").0.to_owned()
    };
    let pair = |row: &Vec<String>| {
        format!("{} {}", open(row, "access_token", &row[2]), open(row, "refresh_token", &row[3]))
    };
    let mut pairs: Vec<_> = catalogue::lines(&mut connect(&app.database), sql).iter().map(pair).collect();
    pairs.sort();
    pairs
}

pub fn sweep(app: &TestApp, minutes: i64) {
    let now = app.clock.now() + TimeDelta::minutes(minutes);
    for delete in DELETIONS {
        delete.run(&mut connect(&app.database), &app.vault(), now, 100).expect("a sweep");
    }
}

on_both_databases! {
    fn secrets_are_sealed_and_go_when_they_are_spent(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let sealed = |column: &str| {
            let sql = format!("SELECT coalesce(substr({column}, 1, 7), 'none') AS line FROM consents");
            lines(&app.database, &sql).concat()
        };
        assert_eq!((sealed("verifier"), sealed("outcome")), ("enc:v1:".into(), "none".into()));
        peer.answer(ME, 500, "");
        assert_eq!(olga.put(&format!("consents/{id}"), &callback.body()).0, 503);
        assert_eq!((sealed("verifier"), sealed("outcome")), ("none".into(), "enc:v1:".into()));
        assert!(grants(app).is_empty());
        assert_eq!(olga.put(&format!("consents/{id}"), &callback.body()).0, 200);
        assert_eq!(grants(app), ["ok 1"]);
        let sql = "SELECT substr(access_token, 1, 7) || substr(refresh_token, 1, 7) || scopes AS line FROM grants";
        let expected = r#"enc:v1:enc:v1:["tweet.read","users.read","tweet.write","media.write","offline.access"]"#;
        assert_eq!(lines(&app.database, sql), [expected]);
    }

    fn a_workspace_keeps_one_pair_of_an_identity_and_it_is_the_newest(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, stranger) = (olga.colleague("mia"), Person::owner(app, "stranger"));
        grant(&olga, &peer, "workspace");
        assert_eq!(pairs(app), ["canary-access-2 canary-refresh-3"]);
        grant(&mia, &peer, "personal");
        assert_eq!(grants(app), ["ok 2"]);
        assert_eq!(pairs(app), ["canary-access-5 canary-refresh-6"], "the newer pair is the living one");
        grant(&stranger, &peer, "personal");
        let mut all = grants(app);
        all.sort();
        assert_eq!(all, ["ok 1", "ok 2"], "another workspace has its own");
        assert_eq!(pairs(app), ["canary-access-5 canary-refresh-6", "canary-access-8 canary-refresh-9"]);
        peer.sign_in("7", "Hawks");
        grant(&olga, &peer, "workspace");
        assert_eq!(grants(app).len(), 3);
    }

    fn what_nobody_took_is_deleted_when_it_expires(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        grant(&olga, &peer, "personal");
        visit(&olga, &peer, "personal");
        let count = || lines(&app.database, "SELECT CAST(count(*) AS text) AS line FROM consents").concat();
        sweep(app, 9);
        assert_eq!((count().as_str(), grants(app).len()), ("2", 1));
        sweep(app, 11);
        assert_eq!((count().as_str(), grants(app).len()), ("1", 1));
        sweep(app, 31);
        assert_eq!((count().as_str(), grants(app).len()), ("0", 0));
    }

    fn an_attempt_is_kept_while_the_network_is_asked(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let path = format!("consents/{id}");
        peer.delay(Duration::from_secs(2), TOKEN);
        thread::scope(|scope| {
            let answer = scope.spawn(|| olga.put(&path, &callback.body()));
            while lines(&app.database, "SELECT status AS line FROM consents") != ["redeeming"] {
                thread::sleep(Duration::from_millis(10));
            }
            sweep(app, 11);
            // Somebody else asks after the lease, and gives the code up.
            diesel::sql_query("UPDATE consents SET leased_until = NULL").execute(&mut connect(&app.database)).expect("a change");
            assert_eq!(olga.put(&path, &callback.body()).0, 422);
            assert_eq!(answer.join().expect("an answer").0, 200, "a late pair is kept");
        });
        assert_eq!(grants(app), ["ok 1"]);
    }

    fn an_attempt_whose_row_is_gone_is_not_found(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let path = format!("consents/{id}");
        peer.delay(Duration::from_millis(500), TOKEN);
        thread::scope(|scope| {
            let answer = scope.spawn(|| olga.put(&path, &callback.body()));
            while lines(&app.database, "SELECT status AS line FROM consents") != ["redeeming"] {
                thread::sleep(Duration::from_millis(10));
            }
            let waiting = scope.spawn(|| olga.put(&path, &callback.body()));
            diesel::sql_query("DELETE FROM consents").execute(&mut connect(&app.database)).expect("a deletion");
            assert_eq!(answer.join().expect("an answer").0, 404);
            assert_eq!(waiting.join().expect("an answer").0, 404);
        });
    }

    fn a_workspace_that_is_deleted_leaves_nothing(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        grant(&olga, &peer, "personal");
        let body = serde_json::json!({"user": {"current_password": crate::support::people::PASSWORD}});
        assert_eq!(olga.send(reqwest::Method::DELETE, "users", Some(&body)).0, 200);
        assert!(grants(app).is_empty() && lines(&app.database, "SELECT status AS line FROM consents").is_empty());
    }
}
