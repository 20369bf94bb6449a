//! How often a request goes to the database, counted by what goes over the connection.

use crate::support::{
    database::Kind,
    people::{Person, account},
    recorded_statements::{self, asked_of, said_to},
};

const MOST: usize = 6;

/// One transaction, no more than six statements in it, and nothing around it.
fn assert_frugal(what: &str, said: &[String], end: &str) {
    let [begin, statements @ .., last] = said else { panic!("{what}: {said:#?}") };
    assert!(begin.starts_with("BEGIN") && last == end, "{what}: {said:#?}");
    assert!((1..=MOST).contains(&statements.len()), "{what}: {said:#?}");
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    assert!(
        statements.iter().all(|said| verbs.iter().any(|verb| said.starts_with(verb))),
        "{what}: {said:#?}"
    );
}

#[test]
fn a_connect_is_one_short_transaction() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        let mia = olga.colleague("mia");
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
            asked_of(&app.database);
            assert_eq!(person.post(path, &account(uid)).0, status, "{what}");
            assert_frugal(&format!("{kind}, {what}"), &asked_of(&app.database), end);
        }
    }
}

#[test]
fn a_bad_token_reaches_no_database() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        asked_of(&app.database);
        let forged = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl";
        let nobody = Person::nobody(&app);
        let with_token = |token| Person { client: nobody.client.with_token(token), ..nobody.clone() };
        for bad in [nobody.clone(), with_token("x"), with_token(forged)] {
            assert_eq!(bad.get("twitter_accounts").0, 401);
            assert_eq!(bad.post("workspaces/twitter_accounts", &account("1")).0, 401);
        }
        assert_eq!(asked_of(&app.database), [""; 0], "{kind}");
        assert_eq!(olga.get("twitter_accounts").0, 200);
        assert!(!asked_of(&app.database).is_empty(), "{kind}: nobody listens");
    }
}

#[test]
fn settings_are_made_on_connect_and_nobody_pings() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let olga = Person::owner(&app, "olga");
        for _ in 0..10 {
            olga.get("twitter_accounts");
            olga.post("twitter_accounts", &account("1"));
        }
        let said = said_to(&app.database);
        let count = |word: &str| said.iter().filter(|said| said.trim_start().starts_with(word)).count();
        let settings = count("SET statement_timeout") + count("PRAGMA busy_timeout");
        assert!(settings >= 1 && settings == count("CONNECT"), "{kind}: {said:#?}");
        assert_eq!(said.iter().filter(|said| said.starts_with("SELECT 1")).count(), 0, "{kind}: {said:#?}");
    }
}
