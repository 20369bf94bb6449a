//! D5: every described route with every kind of caller, against one table of statuses. A route without a row fails, and
//! no answer differs between an id of another workspace and a missing one.

pub mod actors;
pub mod table;

use serde_json::Value;

use self::{
    actors::{People, Which},
    table::{Row, table},
};
use crate::{
    support::{database::Kind, server::TestApp},
    verdict::{Verdict, announce, hold},
    wire::{Answer, Request, Wire},
};

#[derive(Default)]
struct Count {
    cells: u64,
    unexpected: u64,
    unexpected_successes: u64,
    told_apart: u64,
}

struct Matrix {
    app: TestApp,
    wire: Wire,
    people: People,
    /// A counter that makes names unique.
    number: u32,
}

impl Matrix {
    fn new(kind: Kind) -> Self {
        let app = TestApp::start_with(kind, |settings| settings.registrations_per_address = 1_000_000);
        let mut wire = Wire::to(&app.base_url);
        let people = People::new(&mut wire, &app.base_url, 0);
        Self { app, wire, people, number: 0 }
    }

    fn renew_people(&mut self) {
        self.number += 1;
        self.people = People::new(&mut self.wire, &self.app.base_url, self.number);
    }

    /// Verb and URL of every action; the row of a PUT also covers its PATCH.
    fn routes(&mut self) -> Vec<(String, String)> {
        let document = self.wire.ask(&Request::new("GET", "/openapi.json")).json();
        let paths = document["paths"].as_object().expect("paths").iter();
        paths.flat_map(|(path, verbs)| verbs_of(verbs).map(move |verb| (verb, path.clone()))).collect()
    }

    fn ask(&mut self, verb: &str, row: &Row, actor: usize, which: Which) -> Answer {
        self.number += 1;
        let things = self.people.things(which, self.number);
        let path = row.path(&things);
        let request = Request::new(verb, &path).token(self.people.actors[actor].client.token());
        self.wire.ask(&match (row.body)(&things) {
            Value::Null => request,
            body => request.json(&body),
        })
    }

    fn play(&mut self, verb: &str, row: &Row, count: &mut Count) {
        for (actor, expected) in row.expected.iter().enumerate() {
            let answer = self.ask(verb, row, actor, Which::Own);
            count.cells += 1;
            if answer.status != *expected {
                count.unexpected += 1;
                count.unexpected_successes += u64::from(answer.status < 400);
                eprintln!(
                    "{verb} {} as {}: {} {}",
                    row.route,
                    actors::ACTORS[actor],
                    answer.status,
                    answer.body
                );
            }
            if answer.status < 400 && row.disturbs {
                self.renew_people();
            }
        }
        if self.looks_something_up(row) {
            (0..actors::STRANGER).for_each(|actor| self.look_up(verb, row, actor, count));
        }
    }

    fn looks_something_up(&self, row: &Row) -> bool {
        let own = self.people.things(Which::Own, 0);
        let none = self.people.things(Which::Missing, 0);
        row.path(&own) != row.path(&none) || (row.body)(&own) != (row.body)(&none)
    }

    fn look_up(&mut self, verb: &str, row: &Row, actor: usize, count: &mut Count) {
        let foreign = self.ask(verb, row, actor, Which::Foreign);
        let missing = self.ask(verb, row, actor, Which::Missing);
        let is_owner_refused = actor != actors::OWNER || foreign.status == 404;
        count.cells += 2;
        if foreign.lasting() != missing.lasting() || foreign.status < 400 || !is_owner_refused {
            count.told_apart += 1;
            let who = actors::ACTORS[actor];
            eprintln!("{verb} {} as {who}: {foreign:?} and {missing:?}", row.route);
        }
    }
}

fn verbs_of(verbs: &Value) -> impl Iterator<Item = String> + use<'_> {
    verbs.as_object().into_iter().flat_map(|verbs| verbs.keys()).map(|verb| verb.to_uppercase())
}

fn check(verdict: &mut Verdict) {
    let mut matrix = Matrix::new(verdict.kind);
    let (routes, rows) = (matrix.routes(), table());
    let mut count = Count::default();
    let mut uncovered = 0;
    for (verb, path) in &routes {
        let written_as = if verb == "PATCH" { "PUT" } else { verb };
        let mut rows = rows.iter().filter(|row| row.route == format!("{written_as} {path}")).peekable();
        if rows.peek().is_none() {
            uncovered += 1;
            eprintln!("no row for {verb} {path}");
        }
        rows.for_each(|row| matrix.play(verb, row, &mut count));
    }
    let is_known = |row: &&Row| routes.iter().any(|(verb, path)| row.route == format!("{verb} {path}"));
    let outdated = rows.iter().filter(|row| !is_known(row));
    verdict.note("routes", routes.len() as u64);
    verdict.note("cells", count.cells);
    verdict.none("routes_without_row", uncovered);
    verdict.none("rows_without_route", outdated.count() as u64);
    verdict.none("unexpected_2xx", count.unexpected_successes);
    verdict.none("unexpected", count.unexpected);
    verdict.none("told_apart", count.told_apart);
}

#[test]
fn every_caller_gets_the_status_of_the_table() {
    hold("D5", &[Kind::Sqlite], check);
}

#[test]
#[ignore = "takes 30 s"]
fn d5() {
    announce("D5", &Kind::available(), check);
}
