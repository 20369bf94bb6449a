//! D6: API keys are long, mistyped ones reach no database, and only their digest is stored. Other sites can neither send
//! requests with a browser's cookies nor read answers.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    dump,
    support::{database::Kind, people::Person, recorded_statements, server::TestApp},
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

const PREFIX: &str = "roster_";
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ALLOWED_ORIGIN: &str = "https://app.example";

const HOSTILE_ORIGINS: [&str; 20] = [
    "null",
    "https://evil.example",
    "http://app.example",
    "https://app.example.evil.example",
    "https://evil.example/app.example",
    "https://evilapp.example",
    "https://app.example:8443",
    "https://app.example.",
    "https://sub.app.example",
    "https://app.examplf",
    "https://app.example%00.evil.example",
    "https://app.example@evil.example",
    "https://app.example https://evil.example",
    "https://app.example,https://evil.example",
    "https://APP.example.evil.example",
    "file://",
    "chrome-extension://app.example",
    "http://localhost",
    "http://127.0.0.1:3000",
    "*",
];

/// The content types that a form or a simple fetch of another site can send.
const SIMPLE_BODIES: [(&str, &str); 4] = [
    ("application/x-www-form-urlencoded", "team%5Bname%5D=Evil&api_key%5Bname%5D=evil"),
    ("text/plain", r#"{"team":{"name":"Evil"},"api_key":{"name":"evil","scopes":["admin"]}}"#),
    (
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"team[name]\"\r\n\r\nEvil\r\n--x--\r\n",
    ),
    ("application/json", r#"{"team":{"name":"Evil"},"api_key":{"name":"evil","scopes":["admin"]}}"#),
];

fn issue(owner: &Person, at: usize) -> (String, String) {
    let key = json!({"api_key": {"name": format!("key{at}"), "scopes": ["read"]}});
    let issued = owner.must(Method::POST, "api_keys", Some(&key));
    let text = |name: &str| issued["api_key"][name].as_str().expect("a text").to_owned();
    (text("id"), text("key"))
}

/// Without the workspace's id and the checksum.
fn random_part(key: &str) -> Vec<u8> {
    let bytes = URL_SAFE_NO_PAD.decode(key.trim_start_matches(PREFIX)).expect("a key");
    bytes[8..bytes.len() - 5].to_vec()
}

/// One wrong, missing, repeated or swapped letter.
fn typos(key: &str, every: usize) -> BTreeSet<String> {
    let mut typos = BTreeSet::new();
    for at in (0..key.len()).step_by(every) {
        for other in [ALPHABET[at % 64], ALPHABET[(at * 7 + 13) % 64]] {
            let mut letters = key.as_bytes().to_vec();
            letters[at] = other;
            typos.insert(String::from_utf8(letters).expect("ASCII"));
        }
        let (start, end) = key.split_at(at);
        typos.insert(format!("{start}{}", &end[1..]));
        typos.insert(format!("{start}{}{end}", &end[..1]));
        let mut letters = key.as_bytes().to_vec();
        letters.swap(at, (at + 1) % key.len());
        typos.insert(String::from_utf8(letters).expect("ASCII"));
    }
    typos.extend([key.to_uppercase(), key.to_lowercase(), key[PREFIX.len()..].to_owned()]);
    typos.remove(key);
    typos
}

fn check_keys(verdict: &mut Verdict, keys: usize, every: usize) {
    let app = recorded_statements::start(verdict.kind);
    let wire = &mut Wire::to(&app.base_url);
    let owner = Person::owner(&app, "olga");
    let issued: Vec<(String, String)> = (0..keys).map(|at| issue(&owner, at)).collect();
    let bits = issued.iter().map(|(_, key)| random_part(key).len() * 8).min().unwrap_or_default();
    let distinct: BTreeSet<_> = issued.iter().map(|(_, key)| random_part(key)).collect();

    let rows = dump::rows(&app.database);
    let holds = |text: &str| rows.iter().any(|(_, line)| line.contains(text));
    let plain = issued.iter().filter(|(_, key)| holds(key) || holds(&key[PREFIX.len()..])).count();
    let found = issued.iter().filter(|(id, _)| holds(id)).count();
    let lists = ["/api/v4/api_keys", "/rest/apiKeys?limit=1000", "/api/v4/users"];
    let shown = lists.map(|path| wire.ask(&Request::new("GET", path).token(owner.client.token())).body);
    let shown = issued.iter().filter(|(_, key)| shown.iter().any(|body| body.contains(key.as_str()))).count();

    let right = wire.ask(&Request::new("GET", "/rest/notes").token(Some(&issued[0].1))).status;
    recorded_statements::take(&app.database);
    let (mut sent, mut accepted) = (0, u64::from(right != 200));
    for typo in typos(&issued[0].1, every) {
        let answer = wire.ask(&Request::new("GET", "/rest/notes").token(Some(&typo)));
        sent += 1;
        accepted += u64::from(answer.status != 401);
    }
    let statements = recorded_statements::take(&app.database).len();

    verdict.at_least("bits", bits as u64, 128);
    verdict.exactly("distinct", distinct.len() as u64, keys as u64);
    verdict.none("plaintext_in_database", plain as u64);
    verdict.exactly("rows_found", found as u64, keys as u64);
    verdict.none("shown_again", shown as u64);
    verdict.at_least("typos", sent, 50);
    verdict.none("typos_not_refused", accepted);
    verdict.none("statements_for_typos", statements as u64);
}

/// A request as a browser sends it for another site: with all cookies, without a header for the token.
fn cross_site(verb: &str, path: &str, person: &Person, origin: &str) -> Request {
    let cookie = format!("token={0}; session={0}; auth_token={0}; Authorization=Bearer {0}", person.token());
    let request = Request::new(verb, path).header("Origin", origin).header("Cookie", &cookie);
    request.header("Sec-Fetch-Site", "cross-site")
}

fn check_sites(verdict: &mut Verdict) {
    let app =
        TestApp::start_with(verdict.kind, |settings| settings.cors_origins = vec![ALLOWED_ORIGIN.to_owned()]);
    let wire = &mut Wire::to(&app.base_url);
    let owner = Person::owner(&app, "olga");
    let mut count = Sites::default();
    let document = wire.ask(&Request::new("GET", "/openapi.json")).json();
    let rest = wire.ask(&Request::new("GET", "/open-api/core").token(owner.client.token())).json();
    for (verb, path) in operations(&document).into_iter().chain(operations(&rest)) {
        let path = path.replace("{id}", &owner.id.to_string());
        for (content_type, body) in SIMPLE_BODIES {
            let request = cross_site(&verb, &path, &owner, HOSTILE_ORIGINS[1]);
            let request = if verb == "GET" { request } else { request.body(content_type, body) };
            count.add(&wire.ask(&request));
        }
    }
    for origin in HOSTILE_ORIGINS {
        for path in ["/api/v4/users", "/rest/people", "/openapi.json"] {
            let own = Request::new("GET", path).token(owner.client.token()).header("Origin", origin);
            count.look_at_headers(&wire.ask(&own));
            let preflight = Request::new("OPTIONS", path).header("Origin", origin);
            let preflight = preflight.header("Access-Control-Request-Method", "POST");
            count.look_at_headers(
                &wire.ask(&preflight.header("Access-Control-Request-Headers", "authorization")),
            );
        }
    }
    let allowed =
        Request::new("GET", "/api/v4/users").token(owner.client.token()).header("Origin", ALLOWED_ORIGIN);
    let allowed = wire.ask(&allowed);
    let is_echoed = allowed.header("access-control-allow-origin") == Some(ALLOWED_ORIGIN);
    verdict.at_least("cross_site_requests", count.sent, 500);
    verdict.none("cross_site_2xx", count.succeeded);
    verdict.none("origins_echoed", count.echoed);
    verdict.none("cookies_set", count.cookies);
    verdict.exactly("allowed_origin_echoed", u64::from(is_echoed), 1);
}

#[derive(Default)]
struct Sites {
    sent: u64,
    succeeded: u64,
    echoed: u64,
    cookies: u64,
}

impl Sites {
    fn add(&mut self, answer: &Answer) {
        self.sent += 1;
        if answer.status < 400 {
            self.succeeded += 1;
            eprintln!("{answer:?}");
        }
        self.look_at_headers(answer);
    }

    fn look_at_headers(&mut self, answer: &Answer) {
        self.echoed += u64::from(answer.header("access-control-allow-origin").is_some());
        self.cookies += u64::from(answer.header("set-cookie").is_some());
    }
}

/// The operations that need credentials.
fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().expect("verbs").iter();
        let protected = verbs.filter(|(_, operation)| {
            let security = operation["security"].as_array().or(document["security"].as_array());
            security.is_some_and(|ways| !ways.is_empty() && ways.iter().all(|way| *way != json!({})))
        });
        protected.map(move |(verb, _)| (verb.to_uppercase(), path.clone()))
    });
    operations.collect()
}

#[test]
fn keys_are_long_and_only_digests_are_stored() {
    hold("D6", &[Kind::Sqlite, Kind::Postgres], |verdict| check_keys(verdict, 10, 5));
}

#[test]
fn other_sites_send_and_read_nothing() {
    hold("D6", &[Kind::Sqlite], check_sites);
}

#[test]
#[ignore = "takes 60 s"]
fn d6() {
    announce("D6", &Kind::available(), |verdict| {
        check_keys(verdict, 90, 1);
        check_sites(verdict);
    });
}
