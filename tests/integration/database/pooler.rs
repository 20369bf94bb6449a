//! Behind a pooler in transaction mode, every request gets the answer that it gets without a pooler.

use std::{sync::Barrier, thread};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use roster::{
    db::{Pooling, Target},
    models::api_key::Scope,
};
use serde_json::{Value, json};

use crate::{
    rest::caller::Caller,
    support::{
        database::Kind,
        people::{PASSWORD, Person, account, sign_in},
        pgbouncer::PgBouncer,
        postgres::Postgres,
        process,
        server::TestApp,
    },
};

/// Fewer than the clients, so that transactions of different clients share a session.
const SERVER_CONNECTIONS: usize = 3;
const ROUNDS: usize = 13;
/// What another client of the pooler may leave in a session.
const LEFTOVERS: &str = "
    SET search_path = '';
    SET extra_float_digits = 0;
    SET datestyle = 'German';
    SET bytea_output = 'escape';
    SET lock_timeout = '1ms';
    PREPARE __diesel_stmt_0 AS SELECT 1;
    PREPARE __diesel_stmt_1 AS SELECT 2;
    SET statement_timeout = '100ms';
    SET client_encoding = 'LATIN1';
    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
    SET SESSION AUTHORIZATION pg_monitor;
    SET ROLE pg_read_all_stats;";

type Answer = (u16, Value);

/// Some requests of one client, in their order.
type Requests = fn(&Clients, &Person, usize) -> Vec<Answer>;

/// Sent once for each of [`ROUNDS`]; 16 requests.
const REQUESTS: [Requests; 6] = [
    |clients, _, _| {
        ["users", "teams", "workspaces/twitter_accounts", "invites"]
            .map(|path| clients.reader.get(path))
            .into()
    },
    |clients, _, _| {
        [
            "companies?filter=name[ilike]:\"%25LÖW%25\"",
            "companies?order_by=position[AscNullsFirst]&limit=1",
            "people",
        ]
        .map(|path| clients.program.get(path))
        .into()
    },
    |_, writer, _| {
        vec![
            writer.post("workspaces/twitter_accounts", &account("7")),
            writer.get("workspaces/twitter_accounts"),
        ]
    },
    |_, writer, round| {
        let workspace = json!({"workspace": {"name": format!("Renamed {round}")}});
        vec![
            writer.put("workspaces", &workspace),
            writer.post("teams", &json!({"team": {"name": "Coaches"}})),
        ]
    },
    |_, writer, _| vec![sign_in(writer, &writer.email, PASSWORD), sign_in(writer, &writer.email, "wrong")],
    |_, writer, round| {
        let caller = Caller::of(writer);
        let batch: Vec<Value> =
            (0..30).map(|number| json!({"jobTitle": format!("Coach {round} {number}")})).collect();
        vec![
            caller.post("people", &json!({"jobTitle": "Coach"})),
            caller.post("batch/people", &json!(batch)),
            writer.post("invites", &json!({"user_emails": ["new@example.test"]})),
        ]
    },
];

/// One workspace that is only read, with a person and a program, and others that are written to.
struct Clients {
    reader: Person,
    program: Caller,
}

impl Clients {
    fn new(app: &TestApp) -> Self {
        let reader = Person::owner_of(app, "olga", "Löwen");
        reader.connect("workspaces/twitter_accounts", "1001");
        let team = json!({"team": {"name": "Coaches"}});
        assert_eq!(reader.post("teams", &team).0, 201);
        let program = Caller::key(app, &reader, &Scope::ALL);
        for (name, position) in [("Löwen", 0.1 + 0.2), ("a\\b", 0.7)] {
            program.create("companies", &json!({"name": name, "position": position}));
        }
        Self { reader, program }
    }

    /// Sends all requests, one client for each kind and round, which start at the same moment.
    fn send_all(&self, writers: &[Person]) -> Vec<Answer> {
        let start = &Barrier::new(REQUESTS.len() * writers.len());
        thread::scope(|scope| {
            let mut clients = Vec::new();
            for (round, writer) in writers.iter().enumerate() {
                clients.extend(REQUESTS.map(|requests| {
                    scope.spawn(move || {
                        start.wait();
                        requests(self, writer, round)
                    })
                }));
            }
            clients.into_iter().flat_map(|client| client.join().expect("answers")).collect()
        })
    }
}

fn writers(app: &TestApp, name: &str) -> Vec<Person> {
    (0..ROUNDS).map(|number| Person::owner(app, &format!("{name}{number}"))).collect()
}

/// Without what differs between two workspaces: ids, times, secrets and addresses.
fn masked(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_i64() => json!(0),
        Value::String(text) if text.contains(|letter: char| letter.is_ascii_digit()) => json!("0"),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), masked(value))).collect(),
        other => other.clone(),
    }
}

/// As other clients of the pooler leave them, in all of its sessions.
fn leave_settings(url: &str, sessions: usize) {
    let mut clients: Vec<PgConnection> =
        (0..sessions).map(|_| PgConnection::establish(url).expect("a connection")).collect();
    for statement in ["BEGIN", LEFTOVERS, "COMMIT"] {
        for client in &mut clients {
            client.batch_execute(statement).expect("a session for each client");
        }
    }
}

#[test]
fn two_hundred_parallel_requests_get_the_answers_that_they_get_without_it() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let Some(pooler) = PgBouncer::start(postgres, SERVER_CONNECTIONS) else { return };
    let mut app = TestApp::start(Kind::Postgres);
    let url = pooler.url(&app.database.url().expect("a URL"));
    let clients = Clients::new(&app);
    let (directly, behind) = (writers(&app, "a"), writers(&app, "b"));
    let expected = clients.send_all(&directly);
    assert!(expected.len() >= 200 && expected.iter().all(|(status, _)| *status < 500), "{expected:#?}");

    leave_settings(&url, SERVER_CONNECTIONS);
    app.restart_with(|settings| {
        (settings.database_url, settings.database_connections) = (Some(url.clone().into()), 10);
    });
    let answers = clients.send_all(&behind);
    for ((status, answer), (expected_status, expected)) in answers.iter().zip(&expected) {
        assert_eq!((status, masked(answer)), (expected_status, masked(expected)));
    }
}

#[test]
fn a_pooler_is_found_and_told_by_doctor() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let Some(pooler) = PgBouncer::start(postgres, SERVER_CONNECTIONS) else { return };
    let app = TestApp::start(Kind::Postgres);
    let direct = app.database.url().expect("a URL");
    let url = pooler.url(&direct);
    assert_eq!(Pooling::find(&Target::Postgres(direct)).unwrap(), Pooling::None);
    assert_eq!(Pooling::find(&Target::Postgres(url.clone())).unwrap(), Pooling::Transaction);
    let doctor = |pooler: &str| {
        let mut command = app.database.command();
        process::run(
            command.env("ROSTER_DATABASE_URL", &url).env("ROSTER_DATABASE_POOLER", pooler).arg("doctor"),
        )
    };
    leave_settings(&url, SERVER_CONNECTIONS);
    for setting in ["", "transaction"] {
        let told = doctor(setting).expect_success();
        told.line("ok   pooler: in transaction mode");
        told.line("ok   schema: up to date");
    }
    assert!(doctor("session").line("FAIL pooler: ").contains("database_pooler"));
    assert!(doctor("statement").line("FAIL settings: ").contains("transaction, or session"));
}

#[test]
fn a_pooler_that_gives_out_two_sessions_in_turn_is_found() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let Some(pooler) = PgBouncer::start_with(postgres, 2, "server_round_robin = 1") else { return };
    let app = TestApp::start(Kind::Postgres);
    let url = pooler.url(&app.database.url().expect("a URL"));
    leave_settings(&url, 2);
    assert_eq!(Pooling::find(&Target::Postgres(url)).unwrap(), Pooling::Transaction);
}

/// What another client has left does not count; what the database says to all of them does.
#[test]
fn the_defaults_of_the_database_count() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let app = TestApp::start(Kind::Postgres);
    let olga = Person::owner_of(&app, "olga", "Northside");
    let direct = app.database.url().expect("a URL");
    let mut admin = PgConnection::establish(&direct).expect("a connection");
    for (change, refusal) in [
        ("SET default_transaction_read_only = on", Some("read-only")),
        ("RESET default_transaction_read_only", None),
        ("SET role = pg_read_all_stats", Some("permission denied")),
    ] {
        let alter =
            format!("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {change}', current_database()); END $$");
        admin.batch_execute(&alter).expect("an altered database");
        // Its sessions begin after the change.
        let Some(pooler) = PgBouncer::start(postgres, SERVER_CONNECTIONS) else { return };
        let url = pooler.url(&direct);
        leave_settings(&url, SERVER_CONNECTIONS);
        let mut command = app.database.command();
        let ran =
            process::run(command.env("ROSTER_DATABASE_URL", &url).args(["reset-password", &olga.email]));
        match refusal {
            Some(sentence) => ran.expect_refusal(sentence),
            None => ran.expect_success(),
        };
    }
}

/// The commands keep nothing in a session either.
#[test]
fn the_tables_are_made_behind_a_pooler() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let Some(pooler) = PgBouncer::start(postgres, SERVER_CONNECTIONS) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("roster_pooled_{}", std::process::id());
    postgres.create(&database);
    let url = pooler.url(&postgres.url(&database));
    leave_settings(&url, SERVER_CONNECTIONS);
    for command in [["migrate"].as_slice(), &["migrate"], &["doctor"], &["keys", "list"], &["invites"]] {
        process::run(process::command(folder.path(), Some(&url)).args(command)).expect_success();
    }
    postgres.remove(&database);
}
