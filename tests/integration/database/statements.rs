//! The number of statements of each request.

use std::thread;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use serde_json::json;

use crate::{
    database::{connect, waiting_for_locks},
    support::{
        database::Kind,
        people::{Person, account, email},
        postgres::Postgres,
        recorded_statements,
        server::TestApp,
    },
};

const MAX_STATEMENTS: usize = 7;

/// One transaction with at most seven statements, and no statement outside of it.
fn assert_short(what: &str, sent: &[String], end: &str) {
    let [begin, statements @ .., last] = sent else { panic!("{what}: {sent:#?}") };
    assert!(begin.starts_with("BEGIN") && last == end, "{what}: {sent:#?}");
    assert!((1..=MAX_STATEMENTS).contains(&statements.len()), "{what}: {sent:#?}");
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    assert!(
        statements.iter().all(|statement| verbs.iter().any(|verb| statement.starts_with(verb))),
        "{what}: {sent:#?}"
    );
}

fn is_call(statement: &str) -> bool {
    statement.contains("connect_unheld_accounts")
}

/// What follows the attempt to settle a request at once: a call of PostgreSQL, or a transaction of SQLite.
fn after_attempt(sent: &[String]) -> &[String] {
    let attempt = sent.iter().position(|statement| is_call(statement) || statement == "COMMIT");
    &sent[attempt.expect("an attempt") + 1..]
}

/// Their next requests have nothing to record about their sessions.
fn use_sessions(app: &TestApp, people: &[&Person]) {
    app.clock.advance(TimeDelta::seconds(1));
    for person in people {
        assert_eq!(person.get("users").0, 200);
    }
}

#[test]
fn a_connect_is_one_short_transaction() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        let mia = olga.colleague("mia");
        use_sessions(&app, &[&olga, &mia]);
        let (ours, own) = ("workspaces/twitter_accounts", "twitter_accounts");
        let cases = [
            ("new, for the workspace", &olga, ours, "1", 201, "COMMIT"),
            ("refreshed, for the workspace", &olga, ours, "1", 200, "COMMIT"),
            ("new, personal", &mia, own, "2", 201, "COMMIT"),
            ("refreshed, personal", &mia, own, "2", 200, "COMMIT"),
            ("held by members", &olga, ours, "2", 422, "ROLLBACK"),
            ("held by the workspace, for a member", &mia, own, "1", 422, "ROLLBACK"),
            ("held by the workspace, for an admin", &olga, own, "1", 422, "ROLLBACK"),
            ("refused for the role", &mia, ours, "3", 403, "ROLLBACK"),
        ];
        for (what, person, path, uid, status, end) in cases {
            recorded_statements::take(&app.database);
            assert_eq!(person.post(path, &account(uid)).0, status, "{what}");
            let sent = recorded_statements::take(&app.database);
            let is_settled_at_once = what.starts_with("new") || what == "held by members";
            match kind {
                Kind::Postgres if is_settled_at_once => {
                    assert!(sent.len() == 1 && is_call(&sent[0]), "{what}: {sent:#?}");
                }
                Kind::Sqlite if is_settled_at_once => assert_short(what, &sent, "COMMIT"),
                _ => assert_short(&format!("{kind}, {what}"), after_attempt(&sent), end),
            }
        }
    }
}

#[test]
fn a_bad_token_reaches_no_database() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        recorded_statements::take(&app.database);
        let forged = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl";
        let nobody = Person::nobody(&app);
        let with_token = |token| Person { client: nobody.client.with_token(token), ..nobody.clone() };
        for bad in [nobody.clone(), with_token("x"), with_token(forged)] {
            assert_eq!(bad.get("twitter_accounts").0, 401);
            assert_eq!(bad.post("workspaces/twitter_accounts", &account("1")).0, 401);
        }
        assert_eq!(recorded_statements::take(&app.database), [""; 0], "{kind}");
        assert_eq!(olga.get("twitter_accounts").0, 200);
        assert!(!recorded_statements::take(&app.database).is_empty(), "{kind}: nothing is recorded");
    }
}

#[test]
fn settings_are_made_on_connect_and_no_connection_is_pinged() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        for _ in 0..10 {
            olga.get("twitter_accounts");
            olga.post("twitter_accounts", &account("1"));
        }
        let sent = recorded_statements::take_all(&app.database);
        let count =
            |word: &str| sent.iter().filter(|statement| statement.trim_start().starts_with(word)).count();
        let settings = count("SET statement_timeout") + count("PRAGMA busy_timeout = 5000");
        // A start looks for a pooler with five connections, and migrates on one that sets nothing for its session.
        let of_start = if kind == Kind::Postgres { 6 } else { 0 };
        assert!(settings >= 1 && settings + of_start == count("CONNECT"), "{kind}: {sent:#?}");
        assert_eq!(
            sent.iter().filter(|statement| statement.starts_with("SELECT 1")).count(),
            0,
            "{kind}: {sent:#?}"
        );
    }
}

#[test]
fn lists_take_few_statements() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        olga.connect("workspaces/twitter_accounts", "1");
        olga.connect("twitter_accounts", "2");
        use_sessions(&app, &[&olga]);
        let lists = [
            ("workspaces/twitter_accounts", 2),
            ("workspaces/twitter_accounts?page=2", 4),
            ("workspaces/twitter_accounts?name=falcons", 4),
            ("twitter_accounts", 4),
            ("social_accounts", 4),
        ];
        for (path, statements) in lists {
            recorded_statements::take(&app.database);
            assert_eq!(olga.get(path).0, 200);
            let sent = recorded_statements::take(&app.database);
            assert_eq!(sent.len(), statements, "{kind}, {path}: {sent:#?}");
        }
    }
}

/// The second statement of a list waits for a lock, while the person stops being an admin.
#[test]
fn a_list_shows_what_the_person_may_see_by_then() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let olga = Person::owner(&app, "olga");
    let adam = olga.admin("adam");
    let [lions, _] = ["lions", "bears"].map(|uid| olga.connect("workspaces/twitter_accounts", uid));
    let team = olga.post("teams", &json!({"team": {"name": "coaches"}, "user_emails": [email("adam")]})).1;
    let sharing = json!({"twitter_account": {"team_ids": [team["team"]["id"]]}});
    assert_eq!(olga.put(&format!("workspaces/twitter_accounts/{lions}"), &sharing).0, 200);
    use_sessions(&app, &[&adam]);
    let (mut holder, mut watch) = (connect(&app.database), connect(&app.database));
    holder.batch_execute("BEGIN; LOCK TABLE account_counts IN ACCESS EXCLUSIVE MODE").expect("a lock");
    thread::scope(|scope| {
        let list = scope.spawn(|| adam.get("workspaces/twitter_accounts"));
        while waiting_for_locks(&mut watch) == 0 {
            thread::yield_now();
        }
        let demote = format!("UPDATE memberships SET role = 3 WHERE user_id = {}; COMMIT", adam.id);
        holder.batch_execute(&demote).expect("another role");
        let (status, list) = list.join().expect("an answer");
        let ids: Vec<_> =
            list["twitter_accounts"].as_array().expect("a list").iter().map(|one| &one["id"]).collect();
        assert_eq!((status, ids), (200, vec![&json!(lions)]), "{list}");
    });
}
