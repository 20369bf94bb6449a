//! D5-doors: what exists at V4 and at `/rest` follows one rule. Each pair of routes is requested by every caller at both,
//! and whoever is refused at one is refused at the other. An operation of either description that is in no table fails,
//! and so does a decided difference that is not met.

mod decided;
mod pairs;
mod world;

use std::collections::BTreeSet;

use serde_json::Value;

use self::{
    decided::{DECIDED, FIELDS, ONLY_AT_REST, ONLY_AT_V4, reads_tokens},
    pairs::{Pair, pairs},
    world::{Actor, Target, What, World},
};
use crate::{
    support::{database::Kind, server::TestApp},
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

#[derive(Default)]
struct Count {
    compared: u64,
    allowed: u64,
    differing: u64,
    keys_at_v4: u64,
    secrets_shown: u64,
    wrong_secrets: u64,
    /// Indices of [`DECIDED`], with the cell.
    met: BTreeSet<(usize, What, Actor)>,
}

struct Doors {
    wire: Wire,
    world: World,
}

impl Doors {
    /// Whether the caller succeeds, or in a list sees the target.
    fn is_allowed(&mut self, route: &str, token: Option<&str>, target: &Target, body: &Value) -> bool {
        let answer = self.ask(route, token, target, body);
        assert!(answer.status < 500, "{route}: {answer:?}");
        let is_list = route.starts_with("GET ") && !route.contains("{id}");
        answer.status < 400 && (!is_list || contains(&answer.json(), &target.name))
    }

    fn ask(&mut self, route: &str, token: Option<&str>, target: &Target, body: &Value) -> Answer {
        let (verb, path) = route.split_once(' ').expect("a verb and a path");
        let id = if path.starts_with("/rest") { &target.rest_id } else { &target.v4_id };
        let path = path.replace("{id}", id) + &query(route, target);
        let request = Request::new(verb, &path).token(token);
        self.wire.ask(&if body.is_null() { request } else { request.json(body) })
    }

    fn play(&mut self, pair: &Pair, what: What, actor: Actor, count: &mut Count) {
        let Some(target) = self.world.target(&mut self.wire, what, actor) else { return };
        let token = self.world.token(actor, &target);
        let body = (pair.rest_body)(&target, &self.world.member_id(actor, &target));
        let at_rest = self.is_allowed(pair.rest, token.as_deref(), &target, &body);
        if at_rest {
            self.world.use_up(pair.rest, what);
        }
        let Some(target) = self.world.target(&mut self.wire, what, actor) else { return };
        let token = self.world.token(actor, &target);
        if actor.is_key() {
            let is_open = self.is_allowed(pair.v4, token.as_deref(), &target, &(pair.v4_body)(&target));
            count.keys_at_v4 += u64::from(is_open);
        }
        // A key acts with an admin's authority, within its scopes.
        let equal = if actor.is_key() { Actor::Admin } else { actor };
        let token = self.world.token(equal, &target);
        let mut at_v4 = self.is_allowed(pair.v4, token.as_deref(), &target, &(pair.v4_body)(&target));
        if at_v4 {
            self.world.use_up(pair.v4, what);
        }
        at_v4 &= actor.has(pair.needs);
        count.compared += 1;
        count.allowed += u64::from(at_v4 && at_rest);
        if at_v4 != at_rest {
            let decided = DECIDED.iter().position(|decided| decided.is_about(pair, what, actor, at_rest));
            count.met.extend(decided.map(|at| (at, what, actor)));
            if decided.is_none() {
                count.differing += 1;
                eprintln!("{} {what:?} as {actor:?}: {at_v4} at V4, {at_rest} at {}", pair.v4, pair.rest);
            }
        }
    }

    /// Whether the page of verified accounts that has the target shows its token.
    fn verifies(&mut self, token: Option<&str>, target: &Target) -> bool {
        for page in 1.. {
            let path = format!("/api/v4/verify_social_accounts?type=twitter&page={page}");
            let answer = self.wire.ask(&Request::new("GET", &path).token(token)).json();
            let accounts = answer["accounts"].as_array().map_or(&[][..], Vec::as_slice);
            if let Some(account) = accounts.iter().find(|account| contains(account, &target.name)) {
                return account["twitter_token"] == "canary-token";
            }
            if accounts.is_empty() {
                break;
            }
        }
        false
    }

    /// The tokens of accounts: V4 shows them only where they are verified, and `/rest` to those that [`reads_tokens`] says.
    fn read_secrets(&mut self, count: &mut Count) {
        let accounts = pairs().into_iter().filter(|pair| pair.rest == "GET /rest/connectedAccounts/{id}");
        for (pair, what) in accounts.flat_map(|pair| pair.targets.iter().map(move |what| (pair.v4, *what))) {
            for actor in Actor::ALL {
                let target = self.world.target(&mut self.wire, what, actor).expect("an account");
                let token = self.world.token(actor, &target);
                let mut shows = |route: &str| {
                    self.ask(route, token.as_deref(), &target, &Value::Null).body.contains("canary-token")
                };
                let [at_v4, at_rest] = [pair, "GET /rest/connectedAccounts/{id}"].map(&mut shows);
                let verified = self.verifies(token.as_deref(), &target);
                count.secrets_shown += u64::from(at_rest) + u64::from(verified);
                let reads = reads_tokens(actor, what);
                if at_v4 || at_rest != reads || verified != (reads && !actor.is_key()) {
                    count.wrong_secrets += 1;
                    eprintln!(
                        "token of {what:?} as {actor:?}: {at_v4} at V4, {verified} verified, {at_rest} at /rest"
                    );
                }
            }
        }
    }
}

/// The parameters that a list needs to have the target.
fn query(route: &str, target: &Target) -> String {
    match route {
        "GET /api/v4/verify_social_accounts" => "?type=twitter&page=1".to_owned(),
        "GET /api/v4/current_social_accounts" => format!("?type=twitter&ids[]={}", target.v4_id),
        _ => String::new(),
    }
}

fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Array(items) => items.iter().any(|item| contains(item, text)),
        Value::Object(fields) => fields.values().any(|field| contains(field, text)),
        _ => false,
    }
}

/// `GET /api/v4/teams` for each operation of a description.
fn routes(wire: &mut Wire, path: &str, token: Option<&str>) -> BTreeSet<String> {
    let document = wire.ask(&Request::new("GET", path).token(token)).json();
    let paths = document["paths"].as_object().expect("paths").iter();
    let routes = paths.flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().expect("verbs").keys();
        verbs.map(move |verb| format!("{} {path}", verb.to_uppercase()))
    });
    routes.filter(|route| !route.starts_with("PATCH /api/v4/")).collect()
}

/// The operations of both descriptions that are in no table, and the rows without an operation.
fn uncovered(doors: &mut Doors, pairs: &[Pair]) -> u64 {
    let key = doors.world.token(Actor::KeyOfAll, &Target::default());
    let v4 = routes(&mut doors.wire, "/openapi.json", None);
    let rest = routes(&mut doors.wire, "/rest/open-api/core", key.as_deref());
    assert!(rest.len() > 200, "the description of /rest has {} operations", rest.len());
    let is_paired = |route: &String| pairs.iter().any(|pair| pair.v4 == route || pair.rest == route);
    let is_single = |route: &String| {
        ONLY_AT_V4
            .iter()
            .any(|(start, _)| route.split(' ').nth(1).is_some_and(|path| path.starts_with(start)))
            || ONLY_AT_V4.iter().any(|(only, _)| only == route)
            || ONLY_AT_REST
                .iter()
                .any(|(only, _)| only == route || route.split(['/', '{']).any(|part| part == *only))
    };
    let missing = v4.iter().chain(&rest).filter(|route| !is_paired(route) && !is_single(route));
    let missing = missing.inspect(|route| eprintln!("in no table: {route}")).count();
    let is_known = |route: &str| v4.contains(route) || rest.contains(route);
    let outdated = pairs.iter().flat_map(|pair| [pair.v4, pair.rest]).filter(|route| !is_known(route));
    (missing + outdated.inspect(|route| eprintln!("not described: {route}")).count()) as u64
}

/// The fields whose values differ between the doors, and those that no table names.
fn differing_fields(doors: &mut Doors) -> u64 {
    let mut differing = 0;
    for noun in FIELDS {
        let target = doors.world.target(&mut doors.wire, noun.what, Actor::Owner).expect("a target");
        let token = doors.world.token(Actor::Owner, &target);
        let mut find = |route: &str, list: &str| {
            let answer = doors.ask(route, token.as_deref(), &target, &Value::Null).json();
            let records = answer.pointer(list).and_then(Value::as_array).cloned().unwrap_or_default();
            records.into_iter().find(|record| contains(record, &target.name)).expect("the record")
        };
        let (v4, rest) = (find(noun.v4.0, noun.v4.1), find(noun.rest.0, noun.rest.1));
        for (at_v4, at_rest) in noun.same {
            if v4.pointer(at_v4).is_none() || v4.pointer(at_v4) != rest.pointer(at_rest) {
                differing += 1;
                eprintln!(
                    "{}: {at_v4} {:?}, {at_rest} {:?}",
                    noun.v4.0,
                    v4.pointer(at_v4),
                    rest.pointer(at_rest)
                );
            }
        }
        let same = |name: &String, side: fn(&(&'static str, &'static str)) -> &'static str| {
            noun.same.iter().any(|pair| side(pair).split('/').nth(1) == Some(name))
        };
        let v4_names = v4.as_object().expect("an object").keys().filter(|name| !same(name, |pair| pair.0));
        let rest_names =
            rest.as_object().expect("an object").keys().filter(|name| !same(name, |pair| pair.1));
        let unknown = v4_names.chain(rest_names).filter(|name| !noun.only_at_one.contains(&name.as_str()));
        differing += unknown.inspect(|name| eprintln!("{}: {name} is in no table", noun.v4.0)).count() as u64;
    }
    differing
}

fn check(verdict: &mut Verdict) {
    let app = TestApp::start_with(verdict.kind, |settings| settings.registrations_per_address = 1_000_000);
    let mut wire = Wire::to(&app.base_url);
    let world = World::new(&mut wire, &app.base_url);
    let mut doors = Doors { wire, world };
    let (pairs, mut count) = (pairs(), Count::default());
    let fields = differing_fields(&mut doors);
    for pair in &pairs {
        for what in pair.targets {
            for actor in Actor::ALL {
                doors.play(pair, *what, actor, &mut count);
            }
        }
    }
    doors.read_secrets(&mut count);
    let cells =
        DECIDED.iter().enumerate().flat_map(|(at, decided)| decided.cells().map(move |cell| (at, cell)));
    let not_met = cells.filter(|(at, (what, actor))| !count.met.contains(&(*at, *what, *actor)));
    let not_met = not_met.inspect(|(at, cell)| {
        eprintln!("decided, but not met: {cell:?} {}, {}", DECIDED[*at].rest, DECIDED[*at].reason);
    });
    verdict.at_least("compared", count.compared, 500);
    verdict.at_least("allowed_at_both", count.allowed, 60);
    verdict.none("operations_in_no_table", uncovered(&mut doors, &pairs));
    verdict.none("differing", count.differing);
    verdict.none("differing_fields", fields);
    verdict.none("decided_but_not_met", not_met.count() as u64);
    verdict.none("keys_allowed_at_v4", count.keys_at_v4);
    verdict.at_least("secrets_shown", count.secrets_shown, 18);
    verdict.none("wrong_secrets", count.wrong_secrets);
}

#[test]
fn both_doors_have_one_rule() {
    hold("D5-doors", &[Kind::Sqlite], check);
}

#[test]
#[ignore = "takes 60 s"]
fn d5_doors() {
    announce("D5-doors", &Kind::available(), check);
}
