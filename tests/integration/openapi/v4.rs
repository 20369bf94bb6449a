//! `/openapi.json` compared with the service: both have the same routes, and tokens, bodies and queries work as
//! described.

use std::{collections::BTreeSet, process::Command};

use reqwest::{
    Method, StatusCode,
    blocking::{RequestBuilder, Response},
};
use serde_json::{Value, json};

use crate::support::{
    client::{self, Client},
    database::Kind,
    people::Person,
    process,
    server::TestApp,
};

const ROUTES: &str = include_str!("../../../src/routes.rs");

/// Routes for browsers, which are not described.
const PAGES: [&str; 7] = [
    "/",
    "/assets/{digest}/{name}",
    "/docs",
    "/docs/",
    "/docs/rest.json",
    "/docs/{file}",
    "/oauth/{network}/callback",
];

/// `/rest`, which has a description of its own.
const ELSEWHERE: [&str; 6] = [
    "/open-api/core",
    "/core",
    "/batch/{plural}",
    "/{plural}",
    "/{plural}/duplicates",
    "/{plural}/{id:[^/]*}",
];

struct Service {
    client: Client,
    _app: TestApp,
}

impl Service {
    fn start() -> Self {
        let app = TestApp::start(Kind::Sqlite);
        Self { client: Client::new(&app), _app: app }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        self.client.request(method, &path.replace("{id}", "1"))
    }

    fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().unwrap()
    }

    fn document(&self) -> Value {
        self.get("/openapi.json").json().unwrap()
    }

    fn token(&self, name: usize) -> String {
        Person::owner(&self.client, &format!("olga{name}")).token().to_owned()
    }
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, verbs)| {
        verbs
            .as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    });
    each.collect()
}

#[test]
fn describes_the_verbs_that_are_served() {
    let service = Service::start();
    for (path, verbs) in service.document()["paths"].as_object().unwrap() {
        let refused = service.request("PROPFIND", path).send().unwrap();
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed: BTreeSet<String> =
            refused.headers()["allow"].to_str().unwrap().to_lowercase().split(", ").map(Into::into).collect();
        let mut described: BTreeSet<String> = verbs.as_object().unwrap().keys().cloned().collect();
        if described.contains("get") {
            described.insert("head".into());
        }
        assert_eq!(described, allowed, "{path}");
    }
}

#[test]
fn describes_every_route() {
    let undescribed = ROUTES.split("at(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for path in undescribed {
        assert!(
            PAGES.contains(&path) || ELSEWHERE.contains(&path),
            "{path} is not described: it needs a line among those of /api/v4 or of the service"
        );
    }
}

#[test]
fn says_who_needs_a_token() {
    let service = Service::start();
    for (method, path, operation) in operations(&service.document()) {
        let refused = service.request(method, path).send().unwrap();
        let ways = operation["security"].as_array().unwrap();
        if ways.contains(&json!({})) {
            continue;
        }
        assert_eq!(refused.status() == StatusCode::UNAUTHORIZED, !ways.is_empty(), "{method} {path}");
        if !ways.is_empty() {
            assert_eq!(refused.headers()["www-authenticate"], "Bearer", "{method} {path}");
        }
        let described = &operation["responses"][refused.status().as_str()];
        assert!(described.is_object(), "{method} {path} answers {}", refused.status());
    }
}

#[test]
fn says_who_reads_a_body_or_a_query() {
    let service = Service::start();
    for (name, (method, path, operation)) in operations(&service.document()).into_iter().enumerate() {
        let token = service.token(name);
        let send = |request: RequestBuilder| {
            let status = request.bearer_auth(&token).send().unwrap().status();
            assert!(operation["responses"][status.as_str()].is_object(), "{method} {path} answers {status}");
            status
        };
        let with_body = send(service.request(method, path).header("content-type", "text/plain").body("x"));
        let reads_body = operation["requestBody"].is_object();
        assert_eq!(
            with_body == StatusCode::UNSUPPORTED_MEDIA_TYPE,
            reads_body,
            "{method} {path} {with_body}"
        );
        let with_query = send(service.request(method, &format!("{path}?page=%zz")));
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let reads_query = parameters.map(|parameter| &parameter["in"]).any(|place| *place == "query");
        assert_eq!(with_query == StatusCode::BAD_REQUEST, reads_query, "{method} {path} {with_query}");
    }
}

/// The examples name records that are not there, and a token and an address that the service did not make.
#[test]
fn takes_the_examples_that_it_shows() {
    let service = Service::start();
    for (at, (method, path, operation)) in operations(&service.document()).into_iter().enumerate() {
        let example = &operation["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() {
            continue;
        }
        let request = service.request(method, path).bearer_auth(service.token(at)).json(example);
        let (status, answer) = client::json(request);
        let problems = answer["errors"].as_array().cloned().unwrap_or_default();
        let is_expected = |problem: &Value| {
            let secrets = ["user.reset_password_token", "user.current_password"];
            problem["code"] == "taken"
                || (path == "/api/v4/consents" && problem["code"] == "network_not_configured")
                || secrets.iter().any(|secret| problem["field"] == *secret)
        };
        let is_taken = ![400, 415].contains(&status) && problems.iter().all(is_expected);
        assert!(is_taken, "{method} {path} {example}: {status} {answer}");
    }
}

#[test]
fn gives_every_operation_a_name_and_every_reference_a_target() {
    let document = Service::start().document();
    let operations = operations(&document);
    let names: BTreeSet<&str> =
        operations.iter().map(|(.., operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len(), "{names:?}");
    let tags: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for (method, path, operation) in &operations {
        assert!(tags.contains(&&operation["tags"][0]), "{method} {path} {}", operation["tags"]);
    }
    let text = document.to_string();
    for place in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(place).is_some(), "{place}");
    }
}

#[test]
fn is_sent_once_and_printed_alike() {
    let service = Service::start();
    let first = service.get("/openapi.json");
    let tag = first.headers()["etag"].clone();
    let again = service.request("GET", "/openapi.json").header("if-none-match", &tag).send().unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()["etag"], tag);
    let printed = process::run(Command::new(env!("CARGO_BIN_EXE_roster")).arg("openapi").env_clear());
    assert_eq!(first.text().unwrap(), printed.out);
}

#[test]
fn page_is_made_of_files_from_here() {
    let service = Service::start();
    let page = service.get("/docs");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let page = page.text().unwrap();
    assert!(!page.contains("//"), "{page}");
    let links = page.split(['"', '\'']).filter(|link| link.starts_with("docs/"));
    let served: Vec<Response> = links.map(|link| service.get(&format!("/{link}"))).collect();
    assert_eq!(served.len(), 4);
    for file in served {
        assert_eq!(file.status(), StatusCode::OK, "{}", file.url());
    }
    assert_eq!(service.get("/docs/index.html").status(), StatusCode::NOT_FOUND);
}
