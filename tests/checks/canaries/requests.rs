//! Requests with a canary wherever a request may carry a secret. Their answers are searched at once.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    patterns::{Patterns, canary},
    shown,
};
use crate::{
    hostile::{
        form,
        rows::{By, ROWS, Row},
        workspace::Workspace,
    },
    support::{
        people::{PASSWORD, Person},
        process::{HasAddress as _, Server},
    },
    wire::{Answer, Request, Wire},
};

/// Parts of the names of fields that hold a secret.
const SECRET: [&str; 7] =
    ["password", "token", "secret", "uid", "externalId", "consent.state", "consent.code"];
/// Objects of `/rest` with secrets, and their fields.
const SEALED: [(&str, &[&str]); 2] =
    [("connectedAccounts", &["accessToken", "refreshToken"]), ("webhooks", &["secret"])];

/// The beginning of the handle of every account: no secret.
pub const HANDLE: &str = "e1_handle";

pub struct Sender {
    wire: Wire,
    workspace: Workspace,
    /// With a key that may not read tokens, so that no answer of `/rest` shows any.
    key: String,
    patterns: Patterns,
    all_routes: Vec<(String, String)>,
    touched: BTreeSet<(String, String)>,
    pub canaries: u64,
    pub requests: u64,
    pub routes: u64,
    pub successes: u64,
    pub failed: u64,
    pub hits: u64,
    pub issued: Vec<String>,
}

impl Sender {
    pub fn new(server: &Server) -> Self {
        let workspace = Workspace::new(&server.base_url());
        let body = json!({"api_key": {"name": "e1", "scopes": ["read", "write", "admin"]}});
        let key = workspace.owner.must(Method::POST, "api_keys", Some(&body));
        let key = key["api_key"]["key"].as_str().expect("a key").to_owned();
        let mut wire = Wire::to(&server.base_url());
        let mut all_routes = routes(&mut wire, "/openapi.json", None);
        all_routes.extend(routes(&mut wire, "/open-api/core", Some(&key)));
        let mut patterns = Patterns::of_canaries();
        patterns.add("the password of everybody", PASSWORD);
        let issued = vec![key.clone(), workspace.owner.token().to_owned(), workspace.invite.token.clone()];
        Self {
            wire,
            workspace,
            key,
            patterns,
            routes: all_routes.len() as u64,
            all_routes,
            touched: BTreeSet::new(),
            canaries: 0,
            requests: 0,
            successes: 0,
            failed: 0,
            hits: 0,
            issued,
        }
    }

    /// Routes that got no canary at all.
    pub fn untouched(&self) -> u64 {
        self.all_routes.iter().filter(|route| !self.touched.contains(route)).count() as u64
    }

    pub fn send_to_every_route(&mut self, most: usize) {
        self.send_bodies_of_v4();
        self.send_secrets_of_rest();
        self.send_credentials(most);
        self.ask_for_pages();
    }

    fn canary(&mut self) -> String {
        self.canaries += 1;
        canary(self.canaries)
    }

    /// The valid request of each row with canaries as its secrets, and four that are refused.
    fn send_bodies_of_v4(&mut self) {
        for row in ROWS {
            self.workspace.number += 1;
            let body = (row.body)(&self.workspace);
            if body.is_null() {
                self.send_row(row, |request| request);
                continue;
            }
            let text = self.with_secrets(&body, |canary| json!(canary));
            let wrong = self.with_secrets(&body, |canary| json!({canary.clone(): [canary]}));
            let pairs = form(&text);
            let mut truncated = text.to_string();
            truncated.truncate(truncated.len() - 3);
            self.send_row(row, |request| request.json(&text));
            self.send_row(row, |request| request.json(&wrong));
            self.send_row(row, |request| request.body("application/json", truncated.clone()));
            self.send_row(row, |request| request.body("application/x-www-form-urlencoded", pairs.clone()));
            self.send_row(row, |request| request.body("text/plain", text.to_string()));
        }
    }

    fn with_secrets(&mut self, body: &Value, secret: impl Fn(String) -> Value) -> Value {
        let mut body = body.clone();
        for leaf in form::leaves(&body) {
            let name = leaf.name();
            let is_current = name.ends_with("current_password");
            if SECRET.iter().any(|part| name.contains(part)) && !is_current {
                let canary = self.canary();
                *body.pointer_mut(&leaf.pointer).expect("a leaf") = secret(canary);
            }
        }
        body
    }

    fn send_row(&mut self, row: &Row, fill: impl Fn(Request) -> Request) {
        self.workspace.number += 1;
        let caller = match row.by {
            By::Nobody => None,
            By::Owner => Some(self.workspace.owner.token().to_owned()),
            By::Newcomer => {
                let name = format!("newcomer{}", self.workspace.number);
                let newcomer = Person::owner(&self.workspace.owner, &name);
                self.issued.push(newcomer.token().to_owned());
                Some(newcomer.token().to_owned())
            }
        };
        let pairs = row.query.iter().map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<String> = pairs.chain([format!("token={}", percent(&self.canary()))]).collect();
        let url = format!("{}?{}", row.path(&self.workspace), pairs.join("&"));
        let request = fill(Request::new(row.verb(), &url).token(caller.as_deref()));
        self.ask(row.route, &request);
    }

    /// Creates, updates, batches, filters and mistakes with the secrets of `/rest`.
    fn send_secrets_of_rest(&mut self) {
        for (plural, fields) in SEALED {
            let path = format!("/rest/{plural}");
            let with_key = |verb: &str, path: &str, key: &str| Request::new(verb, path).token(Some(key));
            let key = self.key.clone();
            for round in 0..8 {
                let handle = format!("{HANDLE}{round}");
                let mut record = json!({});
                if plural == "connectedAccounts" {
                    record = json!({"handle": handle, "provider": "twitter"});
                }
                for field in fields {
                    record[*field] = json!(self.canary());
                }
                let created = self.ask(&format!("POST {path}"), &with_key("POST", &path, &key).json(&record));
                let id = created.json()["data"].as_object().and_then(|data| data.values().next().cloned());
                let id = id.and_then(|record| record["id"].as_str().map(str::to_owned)).expect("a record");
                let one = format!("{path}/{id}");
                let mut change = json!({});
                let mut wrong = json!({});
                for field in fields {
                    change[*field] = json!(self.canary());
                    let canary = self.canary();
                    wrong[*field] = json!({canary.clone(): [canary]});
                }
                self.ask(&format!("PATCH {path}/{{id}}"), &with_key("PATCH", &one, &key).json(&change));
                self.ask(&format!("PATCH {path}/{{id}}"), &with_key("PATCH", &one, &key).json(&wrong));
                self.ask(&format!("POST {path}"), &with_key("POST", &path, &key).json(&wrong));
                let batch = format!("/rest/batch/{plural}");
                self.ask(
                    &format!("POST {batch}"),
                    &with_key("POST", &batch, &key).json(&json!([change, wrong])),
                );
                let cut = format!("[{}", change.to_string().trim_end_matches('}'));
                self.ask(
                    &format!("POST {batch}"),
                    &with_key("POST", &batch, &key).body("application/json", cut),
                );
                self.ask(&format!("GET {path}/{{id}}"), &with_key("GET", &format!("{one}?depth=1"), &key));
                for comparison in ["eq", "in", "like", "is", "nonsense"] {
                    let filter = format!("{}[{comparison}]:{}", fields[0], self.canary());
                    let url = format!("{path}?filter={}", percent(&filter));
                    self.ask(&format!("GET {path}"), &with_key("GET", &url, &key));
                }
                let duplicates = format!("{path}/duplicates");
                let body = json!({"data": [change]});
                self.ask(&format!("POST {duplicates}"), &with_key("POST", &duplicates, &key).json(&body));
            }
        }
    }

    /// Every described route with credentials that are secrets of somebody else, and a token in the query.
    fn send_credentials(&mut self, most: usize) {
        for (number, (verb, path)) in self.all_routes.clone().into_iter().enumerate() {
            let kinds = if number < most { 4 } else { 1 };
            for kind in 0..kinds {
                let credentials = self.credentials(kind);
                let url = format!("{}?token={}", filled(&path), percent(&self.canary()));
                let request = Request::new(&verb, &url).header("Authorization", &credentials);
                let body = json!({"token": self.canary(), "password": self.canary()});
                let request = if verb == "GET" { request } else { request.json(&body) };
                self.ask(&format!("{verb} {path}"), &request);
            }
            self.touched.insert((verb, path));
        }
    }

    fn credentials(&mut self, kind: usize) -> String {
        let canary = self.canary();
        match kind {
            0 => format!("Bearer {canary}"),
            1 => format!("Bearer roster_{canary}"),
            2 => {
                let payload = json!({"sub": "1", "email": format!("{canary}@example.test")});
                let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
                let header = json!({"typ": "JWT", "alg": "HS256"});
                format!("Bearer {}.{}.{}", part(&header), part(&payload), URL_SAFE_NO_PAD.encode(&canary))
            }
            _ => format!("Basic {}", URL_SAFE_NO_PAD.encode(format!("ada:{canary}"))),
        }
    }

    fn ask_for_pages(&mut self) {
        for path in ["/", "/docs", "/health/ready", "/nowhere", "/openapi.json"] {
            let url = format!("{path}?token={}", percent(&self.canary()));
            self.ask(&format!("GET {path}"), &Request::new("GET", &url).token(Some(&self.key.clone())));
        }
    }

    fn ask(&mut self, route: &str, request: &Request) -> Answer {
        let answer = self.wire.ask(request);
        self.requests += 1;
        self.successes += u64::from(answer.status < 300);
        if answer.status >= 500 {
            self.failed += 1;
            eprintln!("{route}: {} {}", answer.status, answer.body);
        }
        let mut body = answer.json();
        self.issued.extend(shown::take(route, &mut body));
        let body = if body.is_null() { answer.body.clone() } else { body.to_string() };
        let headers = answer.headers.iter().flat_map(|(name, value)| [name.as_str(), ": ", value, "\n"]);
        let headers: String = headers.collect();
        for pattern in self.patterns.found_in(&format!("{headers}{body}")) {
            self.hits += 1;
            eprintln!("{route} answers {} with {pattern}: {body}", answer.status);
        }
        answer
    }
}

/// Verb and path of every described action.
fn routes(wire: &mut Wire, document: &str, key: Option<&str>) -> Vec<(String, String)> {
    let answer = wire.ask(&Request::new("GET", document).token(key)).json();
    let paths = answer["paths"].as_object().expect("paths").clone();
    let verbs = paths.into_iter().flat_map(|(path, verbs)| {
        let verbs: Vec<String> =
            verbs.as_object().into_iter().flat_map(|verbs| verbs.keys().cloned()).collect();
        verbs.into_iter().map(move |verb| (verb.to_uppercase(), path.clone()))
    });
    verbs.filter(|(verb, _)| ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&verb.as_str())).collect()
}

/// The path with ids of nothing.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "999999999" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// The fields as a form, `user[password]=…`.
fn form(body: &Value) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for leaf in form::leaves(body) {
        let mut parts = leaf.pointer.split('/').skip(1);
        let first = parts.next().unwrap_or_default().to_owned();
        let name = parts.fold(first, |name, part| format!("{name}[{part}]"));
        pairs.append_pair(&name, body.pointer(&leaf.pointer).and_then(Value::as_str).unwrap_or_default());
    }
    pairs.finish()
}

fn percent(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
