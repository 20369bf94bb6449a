//! What is stored of a consent, sealed, and for how long.

use std::{thread, time::Duration};

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl as _, sql_types::Text};
use roster::jobs::sweep::DELETIONS;

use super::{grant, visit, with_x};
use crate::{
    database::connect,
    on_both_databases,
    support::{
        peer::{ME, TOKEN},
        people::Person,
        server::TestApp,
    },
};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub fn lines(app: &TestApp, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut connect(&app.database)).expect("lines");
    lines.into_iter().map(|line| line.line).collect()
}

pub fn grants(app: &TestApp) -> Vec<String> {
    lines(app, "SELECT state || ' ' || CAST(version AS text) AS line FROM grants ORDER BY key")
}

fn sweep(app: &TestApp, minutes: i64) {
    let now = app.clock.now() + TimeDelta::minutes(minutes);
    for delete in DELETIONS {
        delete(&mut connect(&app.database), now, 100).expect("a sweep");
    }
}

on_both_databases! {
    fn secrets_are_sealed_and_go_when_they_are_spent(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (id, callback) = visit(&olga, &peer, "personal");
        let sealed = |column: &str| {
            let sql = format!("SELECT coalesce(substr({column}, 1, 7), 'none') AS line FROM consents");
            lines(app, &sql).concat()
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
        assert_eq!(lines(app, sql), [expected]);
    }

    fn a_workspace_keeps_one_pair_of_an_identity_and_it_is_the_newest(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        let (mia, stranger) = (olga.colleague("mia"), Person::owner(app, "stranger"));
        grant(&olga, &peer, "workspace");
        let pair = || lines(app, "SELECT access_token || refresh_token AS line FROM grants");
        let first = pair();
        grant(&mia, &peer, "personal");
        assert_eq!(grants(app), ["ok 2"]);
        assert_ne!(pair(), first, "the newer pair is the living one");
        grant(&stranger, &peer, "personal");
        let mut all = grants(app);
        all.sort();
        assert_eq!(all, ["ok 1", "ok 2"], "another workspace has its own");
        peer.sign_in("7", "Hawks");
        grant(&olga, &peer, "workspace");
        assert_eq!(grants(app).len(), 3);
    }

    fn what_nobody_took_is_deleted_when_it_expires(app: &mut TestApp) {
        let peer = with_x(app);
        let olga = Person::owner(app, "olga");
        grant(&olga, &peer, "personal");
        visit(&olga, &peer, "personal");
        let count = || lines(app, "SELECT CAST(count(*) AS text) AS line FROM consents").concat();
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
            while lines(app, "SELECT status AS line FROM consents") != ["redeeming"] {
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
            while lines(app, "SELECT status AS line FROM consents") != ["redeeming"] {
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
        assert!(grants(app).is_empty() && lines(app, "SELECT status AS line FROM consents").is_empty());
    }
}
