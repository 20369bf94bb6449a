//! C5: every writable route of both descriptions, with fields that a caller must not set. Each field has a value of its
//! own; afterwards no cell of the database contains one.

use serde_json::{Map, Value, json};

use crate::{
    dump,
    matrix::{
        actors::{OWNER, People, Which},
        table::{Row, table},
    },
    support::{
        database::{Database, Kind},
        people::Person,
        server::TestApp,
    },
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

/// The names of a field at V4 and at `/rest`, and the value that nothing else has.
struct Field {
    names: &'static [&'static str],
    value: fn() -> Value,
    /// How the value appears in the database.
    marker: &'static str,
}

const UUID: &str = "77777777-7777-4777-8777-777777777777";

#[rustfmt::skip]
const FIELDS: [Field; 14] = [
    Field { names: &["id"], value: || json!(UUID), marker: UUID },
    Field { names: &["user_id", "userId"], value: || json!(717_717_717), marker: "717717717" },
    Field { names: &["workspace_id", "workspaceId"], value: || json!(727_727_727), marker: "727727727" },
    Field { names: &["owner_id", "ownerId", "owner_user_id"], value: || json!(737_737_737), marker: "737737737" },
    Field { names: &["scope"], value: || json!("scope-of-mine"), marker: "scope-of-mine" },
    Field { names: &["role", "workspace_role_name"], value: || json!("role-of-mine"), marker: "role-of-mine" },
    Field { names: &["email_verified", "emailVerified"], value: || json!("verified-by-me"), marker: "verified-by-me" },
    Field { names: &["confirmed_at", "confirmedAt", "email_confirmed_at", "emailConfirmedAt"], value: || json!("2001-02-03T04:05:06.001Z"), marker: "2001-02-03 04:05:06.001" },
    Field { names: &["created_at", "createdAt"], value: || json!("2001-02-03T04:05:06.002Z"), marker: "2001-02-03 04:05:06.002" },
    Field { names: &["deleted_at", "deletedAt"], value: || json!("2001-02-03T04:05:06.003Z"), marker: "2001-02-03 04:05:06.003" },
    Field { names: &["auth_epoch", "authEpoch"], value: || json!(747_747_747), marker: "747747747" },
    Field { names: &["key_id", "keyId"], value: || json!("key-of-mine"), marker: "key-of-mine" },
    Field { names: &["access_token_enc", "accessTokenEnc"], value: || json!("sealed-by-me"), marker: "sealed-by-me" },
    Field { names: &["password_digest", "passwordDigest", "digest"], value: || json!("digest-of-mine"), marker: "digest-of-mine" },
];

/// What a create at `/rest` may choose, as at Twenty.
const CHOSEN_AT_REST: [&str; 2] = ["id", "createdAt"];

/// Written by a request that may write it, to show that the search finds what is there.
const CONTROL: &str = "written-on-purpose";

/// The roles in `memberships`.
const OWNER_ROLE: &str = "1";
const ADMIN_ROLE: &str = "2";

#[derive(Default)]
struct Count {
    routes: u64,
    requests: u64,
    accepted: u64,
    uncovered: u64,
    failed: u64,
    /// Answers with another status than without the fields.
    other_status: u64,
    promoted: u64,
}

impl Count {
    fn add(&mut self, what: &str, answer: &Answer) {
        self.requests += 1;
        self.accepted += u64::from(answer.status < 400);
        if answer.status >= 500 {
            self.failed += 1;
            eprintln!("{what}: {} {}", answer.status, answer.body);
        }
    }
}

/// Adds the fields to an object and to all objects in it; a name that is there keeps its value.
fn with_fields(body: &Value, fields: &Map<String, Value>) -> Value {
    match body {
        Value::Object(own) => {
            let mut all = fields.clone();
            all.extend(own.iter().map(|(name, value)| (name.clone(), with_fields(value, fields))));
            all.into()
        }
        Value::Array(items) => items.iter().map(|item| with_fields(item, fields)).collect(),
        other => other.clone(),
    }
}

/// V4 ignores what it does not know, so all fields are sent at once, and the request succeeds as it would without them.
fn play_v4(app: &TestApp, wire: &mut Wire, count: &mut Count) {
    let fields =
        FIELDS.iter().flat_map(|field| field.names.iter().map(|name| ((*name).to_owned(), (field.value)())));
    let fields: Map<String, Value> = fields.collect();
    let document = wire.ask(&Request::new("GET", "/openapi.json")).json();
    let rows = table();
    let mut number = 0;
    let mut people = People::new(wire, &app.base_url, number);
    for (verb, path) in writable(&document) {
        let written_as = if verb == "PATCH" { "PUT" } else { &verb };
        let rows: Vec<&Row> = rows.iter().filter(|row| row.route == format!("{written_as} {path}")).collect();
        count.uncovered += u64::from(rows.is_empty());
        count.routes += 1;
        for row in rows {
            let (_, admins_before) = roles(&app.database);
            number += 1;
            let things = people.things(Which::Own, number);
            let actor = (OWNER..row.expected.len()).find(|actor| row.expected[*actor] < 400).unwrap_or(OWNER);
            let clean = (row.body)(&things);
            let body = with_fields(&if clean.is_null() { json!({}) } else { clean }, &fields);
            let request = Request::new(&verb, &row.path(&things)).token(people.actors[actor].client.token());
            let answer = wire.ask(&request.json(&body));
            count.add(&format!("{verb} {path}"), &answer);
            if answer.status != row.expected[actor] {
                count.other_status += 1;
                eprintln!("{verb} {path} with more fields: {} {}", answer.status, answer.body);
            }
            let (owners, admins) = roles(&app.database);
            let workspaces = dump::column(&app.database, "workspaces", "id").len();
            count.promoted += u64::from(owners != workspaces || admins > admins_before);
            if answer.status < 400 && row.disturbs {
                number += 1_000;
                people = People::new(wire, &app.base_url, number);
            }
        }
    }
}

/// The numbers of owners and of admins. In these workspaces each has one owner.
fn roles(database: &Database) -> (usize, usize) {
    let roles = dump::column(database, "memberships", "role");
    let count = |role: &str| roles.iter().filter(|other| *other == role).count();
    (count(OWNER_ROLE), count(ADMIN_ROLE))
}

/// `/rest` refuses what it does not know, so each field is sent alone.
fn play_rest(app: &TestApp, wire: &mut Wire, count: &mut Count) {
    let owner = Person::owner(&app.base_url, "restowner");
    let token = owner.client.token();
    let document = wire.ask(&Request::new("GET", "/open-api/core").token(token)).json();
    for (verb, path) in writable(&document) {
        count.routes += 1;
        let schema = schema(&document, &verb, &path);
        let plural =
            path.split('/').rfind(|part| !["{id}", "duplicates"].contains(part)).expect("a plural name");
        let mut target = String::new();
        if path.contains("{id}") {
            target = any_id(wire, token, &document, plural);
        }
        let url = path.replace("{id}", &target);
        for (name, value) in
            FIELDS.iter().flat_map(|field| field.names.iter().map(|name| (*name, (field.value)())))
        {
            let is_own = schema["properties"].get(name).is_some();
            let is_chosen = verb == "POST" && CHOSEN_AT_REST.contains(&name);
            if is_own || is_chosen {
                continue;
            }
            let mut record = schema["example"].as_object().cloned().unwrap_or_default();
            record.insert(name.to_owned(), value);
            let body = match path.split('/').next_back() {
                Some("duplicates") => json!({"data": [record]}),
                _ if path.contains("/batch/") => json!([record]),
                _ => json!(record),
            };
            let answer = wire.ask(&Request::new(&verb, &url).token(token).json(&body));
            count.add(&format!("{verb} {url} {name}"), &answer);
        }
    }
    let control = Request::new("POST", "/rest/notes").token(token).json(&json!({"title": CONTROL}));
    assert_eq!(wire.ask(&control).status, 201);
}

/// The operations that change something, apart from those that take no body.
fn writable(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().into_iter().flat_map(Map::keys);
        verbs.map(move |verb| (verb.to_uppercase(), path.clone()))
    });
    operations.filter(|(verb, _)| ["POST", "PUT", "PATCH", "DELETE"].contains(&verb.as_str())).collect()
}

/// The schema of one record in the body of an operation; null without a body.
fn schema(document: &Value, verb: &str, path: &str) -> Value {
    let body =
        &document["paths"][path][verb.to_lowercase()]["requestBody"]["content"]["application/json"]["schema"];
    let mut reference = ["/$ref", "/items/$ref", "/properties/data/anyOf/0/items/$ref"].into_iter();
    let reference = reference.find_map(|pointer| body.pointer(pointer)?.as_str()).unwrap_or_default();
    document.pointer(reference.trim_start_matches('#')).cloned().unwrap_or_default()
}

/// A record of the object, created if there is none.
fn any_id(wire: &mut Wire, token: Option<&str>, document: &Value, plural: &str) -> String {
    let path = format!("/rest/{plural}");
    let found = wire.ask(&Request::new("GET", &path).token(token)).json();
    if let Some(id) = found["data"][plural][0]["id"].as_str() {
        return id.to_owned();
    }
    let example = &schema(document, "POST", &path)["example"];
    let created = wire.ask(&Request::new("POST", &path).token(token).json(example));
    let data = created.json()["data"].as_object().cloned().unwrap_or_default();
    let id = data.values().find_map(|record| record["id"].as_str().map(str::to_owned));
    id.unwrap_or_else(|| panic!("{path}: {created:?}"))
}

fn check(verdict: &mut Verdict) {
    let app = TestApp::start_with(verdict.kind, |settings| settings.registrations_per_address = 1_000_000);
    let (wire, mut count) = (&mut Wire::to(&app.base_url), Count::default());
    play_v4(&app, wire, &mut count);
    play_rest(&app, wire, &mut count);
    let rows = dump::rows(&app.database);
    let found = rows.iter().filter(|(_, line)| FIELDS.iter().any(|field| line.contains(field.marker)));
    let changed = found.inspect(|(table, line)| eprintln!("changed in {table}: {line}")).count();
    verdict.at_least("routes", count.routes, 130);
    verdict.at_least("requests", count.requests, 1_000);
    verdict.at_least("accepted", count.accepted, 40);
    verdict.none("routes_left_out", count.uncovered);
    verdict.none("fields_changed", changed as u64);
    verdict.none("promoted", count.promoted);
    verdict.none("other_status", count.other_status);
    verdict.none("5xx", count.failed);
    let control = rows.iter().filter(|(_, line)| line.contains(CONTROL)).count();
    verdict.at_least("control_found", control as u64, 1);
}

#[test]
fn no_route_sets_what_it_does_not_offer() {
    hold("C5", &[Kind::Sqlite], check);
}

#[test]
#[ignore = "takes 60 s"]
fn c5() {
    announce("C5", &Kind::available(), check);
}
