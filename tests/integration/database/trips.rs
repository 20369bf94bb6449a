//! The number of statements that each request sends, BEGIN and COMMIT included, is the one in `spec/trips.md`. On
//! PostgreSQL each statement is one round trip, once it is prepared. `RECORD=1 cargo test trips` rewrites the numbers.

mod objects;
mod v4;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
};

use chrono::TimeDelta;

use crate::support::{
    database::Kind,
    peer::Peer,
    people::Person,
    receiver::{Manner, Receiver},
    recorded_statements,
    server::TestApp,
};

/// Measures the requests of one service.
struct Trips {
    app: TestApp,
    /// What the service uses in place of X.
    peer: Peer,
    /// A receiver of webhooks that does not answer, so that nothing is sent while statements are counted.
    receiver: Receiver,
    /// By request, as in the table.
    counted: BTreeMap<String, usize>,
    refused: Vec<String>,
    /// Statements of V4 that were not prepared.
    unprepared: Vec<String>,
}

impl Trips {
    fn on(kind: Kind) -> Self {
        let (peer, receiver) = (Peer::start(), Receiver::open(Manner::Hang));
        let app = recorded_statements::start_with(kind, |settings| {
            peer.configure(settings);
            receiver.set_up(settings);
        });
        Self { app, peer, receiver, counted: BTreeMap::new(), refused: Vec::new(), unprepared: Vec::new() }
    }

    /// Later requests of these people have nothing to record about their sessions.
    fn use_sessions(&self, people: &[&Person]) {
        self.app.clock.advance(TimeDelta::seconds(1));
        for person in people {
            assert_eq!(person.get("users").0, 200);
        }
    }

    /// Counts the statements of a request that succeeds.
    fn count<T: std::fmt::Debug>(&mut self, request: &str, ask: impl FnOnce() -> (u16, T)) -> T {
        recorded_statements::take(&self.app.database);
        recorded_statements::take_unprepared(&self.app.database);
        let (status, answer) = ask();
        let unprepared = recorded_statements::take_unprepared(&self.app.database);
        if !request.contains("/rest/") {
            self.unprepared.extend(unprepared.into_iter().map(|statement| format!("{request}: {statement}")));
        }
        if !(200..300).contains(&status) {
            self.refused.push(format!("{request}: {status} {answer:?}"));
        }
        let sent = recorded_statements::take(&self.app.database);
        if env::var_os("SHOW").is_some() {
            println!("{request}: {sent:#?}");
        }
        if self.app.database.kind == Kind::Postgres && !NO_LOCK.contains(&request) {
            expect_lock_first(request, &sent);
        }
        self.counted.insert(request.to_owned(), sent.len());
        answer
    }

    fn expect_as_written(&self) {
        assert!(self.refused.is_empty(), "{:#?}", self.refused);
        let kind = self.app.database.kind;
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("spec/trips.md");
        let text = fs::read_to_string(&file).expect("the table");
        if env::var_os("RECORD").is_some() {
            fs::write(&file, self.rewrite(&text)).expect("the table");
            return;
        }
        let written: BTreeMap<String, usize> =
            rows(&text).map(|(request, numbers)| (request.to_owned(), numbers[column(kind)])).collect();
        let requests: BTreeSet<&String> = written.keys().chain(self.counted.keys()).collect();
        let others: Vec<String> = requests
            .into_iter()
            .filter(|request| written.get(*request) != self.counted.get(*request))
            .map(|it| format!("{it}: {:?}, written {:?}", self.counted.get(it), written.get(it)))
            .collect();
        assert!(others.is_empty(), "on {kind}, not as in {}: {others:#?}", file.display());
    }

    /// The text with the numbers that were counted.
    fn rewrite(&self, text: &str) -> String {
        let line = |line: &str| {
            let Some((request, mut numbers)) = row(line) else { return format!("{line}\n") };
            if let Some(count) = self.counted.get(request) {
                numbers[column(self.app.database.kind)] = *count;
            }
            format!("| {request} | {} | {} |\n", numbers[0], numbers[1])
        };
        text.lines().map(line).collect()
    }
}

/// These have a transaction that looks the session up without the workspace's lock: it writes nothing of the workspace,
/// or it looks again after it has locked two workspaces.
const NO_LOCK: [&str; 4] =
    ["DELETE /sessions", "DELETE /sessions/{id}", "DELETE /users", "PUT /invites/{id}"];

/// A transaction that writes looks up who asks after it has locked the workspace.
fn expect_lock_first(request: &str, sent: &[String]) {
    let (mut writes, mut is_locked) = (false, false);
    for statement in sent {
        if statement.starts_with("BEGIN") {
            (writes, is_locked) = (statement.contains("READ COMMITTED"), false);
        }
        is_locked |= statement.contains("FOR NO KEY UPDATE");
        let looks_up = ["FROM ((\"sessions\"", "FROM (((\"sessions\"", "FROM \"api_keys\" WHERE"];
        let is_lookup = looks_up.iter().any(|part| statement.contains(part));
        assert!(is_locked || !(writes && is_lookup), "{request}: {sent:#?}");
    }
}

fn column(kind: Kind) -> usize {
    match kind {
        Kind::Postgres => 0,
        Kind::Sqlite => 1,
    }
}

/// The rows of the table: the request, and its numbers on PostgreSQL and on SQLite.
fn rows(text: &str) -> impl Iterator<Item = (&str, [usize; 2])> {
    text.lines().filter_map(row)
}

fn row(line: &str) -> Option<(&str, [usize; 2])> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
    let request = cells.next()?;
    Some((request, [cells.next()?.parse().ok()?, cells.next()?.parse().ok()?]))
}

/// One after the other, because they may rewrite one file.
#[test]
fn each_request_takes_as_many_as_written() {
    for kind in Kind::available() {
        let mut trips = Trips::on(kind);
        v4::count(&mut trips);
        objects::count(&mut trips);
        trips.expect_as_written();
        assert!(trips.unprepared.is_empty(), "on {kind}: {:#?}", trips.unprepared);
    }
}

#[test]
fn the_table_has_every_route() {
    let text = include_str!("../../../spec/trips.md");
    let written: Vec<&str> = rows(text).map(|(request, _)| request).collect();
    let missing: Vec<String> =
        v4::routes().into_iter().filter(|route| !written.contains(&route.as_str())).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
