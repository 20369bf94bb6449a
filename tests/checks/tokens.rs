//! D1: forged tokens, and valid tokens in wrong places. Each gets 401 with a challenge and is refused without a query:
//! the answer is the same without a database.

mod forgeries;

use std::fs;

use serde_json::{Value, json};

use self::forgeries::Forge;
use crate::{
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        server::TestApp,
    },
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

const HEADERS: [&str; 2] = ["Authentication", "Authorization"];
const ROUTES: [(&str, &str); 4] = [
    ("GET", "/api/v4/users"),
    ("GET", "/api/v4/workspaces/twitter_accounts"),
    ("POST", "/api/v4/twitter_accounts"),
    ("DELETE", "/api/v4/sessions"),
];

#[derive(Default)]
struct Count {
    tried: u64,
    accepted: u64,
    failed: u64,
    unchallenged: u64,
}

impl Count {
    fn add(&mut self, name: &str, answer: &Answer) {
        let challenge = answer.header("WWW-Authenticate") == Some("Bearer");
        self.tried += 1;
        self.accepted += u64::from(answer.status < 400);
        self.failed += u64::from(answer.status >= 500);
        if answer.status != 401 || !challenge {
            self.unchallenged += 1;
            eprintln!("{name}: {} {}", answer.status, answer.body);
        }
    }
}

fn signed_in(app: &TestApp) -> String {
    Person::owner(app, "olga").token().to_owned()
}

fn requests(token: &str) -> impl Iterator<Item = Request> {
    let value = format!("Bearer {token}");
    let routes = HEADERS.into_iter().flat_map(|header| ROUTES.map(|route| (header, route)));
    routes.map(move |(header, (method, path))| {
        Request::new(method, path).header(header, &value).json(&json!({}))
    })
}

/// A valid token in every place where it does not belong.
fn misplaced(good: &str) -> Vec<(&'static str, Request)> {
    let get = |query: &str| Request::new("GET", &format!("/api/v4/users?{query}"));
    let with = |name: &str, value: &str| Request::new("GET", "/api/v4/users").header(name, value);
    let put = |body: &Value| Request::new("PUT", "/api/v4/users").json(body);
    let form = format!("access_token={good}");
    vec![
        ("in the query as auth_token", get(&format!("auth_token={good}"))),
        ("in the query as access_token", get(&format!("access_token={good}"))),
        ("in the query as token", get(&format!("token={good}"))),
        ("in the query as a header", get(&format!("Authorization=Bearer%20{good}"))),
        ("in the body", put(&json!({"auth_token": good, "user": {}}))),
        ("in the body's user", put(&json!({"user": {"auth_token": good}}))),
        ("in a form", Request::new("PUT", "/api/v4/users").body("application/x-www-form-urlencoded", form)),
        ("in a cookie", with("Cookie", &format!("auth_token={good}; Authorization=Bearer {good}"))),
        ("in another header", with("X-Auth-Token", good)),
        ("without a scheme", with("Authorization", good)),
        ("under another scheme", with("Authorization", &format!("Token {good}"))),
        ("under Basic", with("Authorization", &format!("Basic {good}"))),
        ("twice in one header", with("Authorization", &format!("Bearer {good}, Bearer {good}"))),
        (
            "with another beside it",
            with("Authorization", &format!("Bearer {good}")).header("Authentication", "Bearer x"),
        ),
    ]
}

fn check(verdict: &mut Verdict) {
    let app = TestApp::start(verdict.kind);
    let wire = &mut Wire::to(&app.base_url);
    let good = signed_in(&app);
    let forge = Forge::new(&app.settings.key_file(), &good);
    for honest in [&good, &forge.honest()] {
        let answer = wire.ask(&Request::new("GET", "/api/v4/users").token(Some(honest)));
        assert_eq!(answer.status, 200, "a forge that cannot copy proves nothing");
    }
    let mut count = Count::default();
    let forged = forge.forgeries();
    for (name, token) in &forged {
        requests(token).for_each(|request| count.add(name, &wire.ask(&request)));
    }
    for (name, request) in misplaced(&good) {
        count.add(name, &wire.ask(&request));
    }
    verdict.at_least("forgeries", forged.len() as u64, 30);
    verdict.note("requests", count.tried);
    verdict.none("accepted", count.accepted);
    verdict.none("5xx", count.failed);
    verdict.none("not_401_with_challenge", count.unchallenged);
}

#[test]
fn accepts_no_forgery() {
    hold("D1", &[Kind::Sqlite, Kind::Postgres], check);
}

#[test]
#[ignore = "takes 10 s"]
fn d1() {
    announce("D1", &Kind::available(), check);
}

#[test]
fn looks_no_forgery_up() {
    for kind in Kind::available() {
        let app = TestApp::start(kind);
        let wire = &mut Wire::to(&app.base_url);
        let good = signed_in(&app);
        let forge = Forge::new(&app.settings.key_file(), &good);
        take_away(&app.database);
        let answer = wire.ask(&Request::new("GET", "/api/v4/users").token(Some(&good)));
        assert!(answer.status >= 500, "{kind}: the database is still there");
        let mut count = Count::default();
        for (name, token) in forge.forgeries() {
            requests(&token).for_each(|request| count.add(&name, &wire.ask(&request)));
        }
        assert_eq!(count.unchallenged, 0, "{kind}");
    }
}

/// Removes the database while the server runs.
fn take_away(database: &Database) {
    if let Some(url) = database.url() {
        let name = url.rsplit('/').next().expect("a name");
        Postgres::get().expect("PostgreSQL").remove(name);
    } else {
        let file = database.folder.path().join("roster.sqlite3");
        for name in ["roster.sqlite3-wal", "roster.sqlite3-shm"] {
            let _ = fs::remove_file(file.with_file_name(name));
        }
        fs::write(file, "no database").expect("a file");
    }
}
