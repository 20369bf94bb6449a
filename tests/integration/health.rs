//! `/health/ready` is 503 while the database cannot serve requests, and 200 again by itself.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use roster::db::Conn;
use serde_json::json;

use crate::{
    database::connect,
    on_both_databases,
    support::{
        client::{Answer, Client},
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process::{self, HasAddress},
        server::TestApp,
    },
};

const READY_LIMIT: Duration = Duration::from_secs(5);

fn execute(database: &Database, sql: &str) {
    match &mut connect(database) {
        Conn::Postgres(conn) => conn.batch_execute(sql),
        Conn::Sqlite(conn) => conn.batch_execute(sql),
    }
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn ready(server: &impl HasAddress) -> u16 {
    Client::new(server).send(Method::GET, "/health/ready", None).expect("an answer").status
}

/// Polls, because readiness remembers the outcome of its last write for a second.
fn becomes(server: &impl HasAddress, status: u16) {
    let since = Instant::now();
    while ready(server) != status {
        assert!(since.elapsed() < READY_LIMIT, "readiness does not become {status}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn rename_workspace(person: &Person, name: &str) -> Answer {
    let body = json!({ "workspace": { "name": name } });
    person.client.send(Method::PUT, "/api/v4/workspaces", Some(&body)).expect("an answer")
}

fn is_to_be_repeated(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
}

on_both_databases! {
    fn a_missing_table_is_not_a_defect_of_the_service(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        assert_eq!(ready(app), 200);
        execute(&app.database, "ALTER TABLE walkthroughs RENAME TO walkthroughs_gone");
        becomes(app, 503);
        is_to_be_repeated(&olga.client.send(Method::GET, "/api/v4/walkthrough", None).unwrap());
        execute(&app.database, "ALTER TABLE walkthroughs_gone RENAME TO walkthroughs");
        becomes(app, 200);
    }

    fn a_missing_table_of_migrations_is_not_a_defect_of_the_service(app: &mut TestApp) {
        assert_eq!(ready(app), 200);
        execute(&app.database, "ALTER TABLE __diesel_schema_migrations RENAME TO gone");
        becomes(app, 503);
    }

    fn a_newer_schema_is_served_until_it_forbids_that(app: &mut TestApp) {
        execute(
            &app.database,
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000001')",
        );
        assert_eq!(ready(app), 200);
        let served = app.database.command().arg("migrate").output().unwrap();
        assert!(String::from_utf8_lossy(&served.stderr).contains("a newer Roster has changed the tables"), "{served:?}");
        execute(&app.database, "UPDATE schema_state SET oldest_version_that_may_serve = '99990101000001'");
        becomes(app, 503);
        for command in ["serve", "migrate"] {
            process::run(app.database.command().args([command]).env("ROSTER_LISTEN", "127.0.0.1:0").env("ROSTER_LOG", "error"))
                .expect_refusal("Start that newer one, or restore the backup made before it");
        }
        assert!(process::run(app.database.command().arg("doctor")).line("FAIL schema: ").contains("99990101000001"));
    }

    fn a_statement_that_an_operator_cancels_is_to_be_repeated(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        if app.database.kind == Kind::Sqlite {
            return;
        }
        let mut locking = connect(&app.database);
        let Conn::Postgres(locking) = &mut locking else { panic!("PostgreSQL") };
        locking.batch_execute("BEGIN; LOCK TABLE workspaces").unwrap();
        let database = &app.database;
        thread::scope(|scope| {
            let renamed = scope.spawn(|| rename_workspace(&olga, "Southside"));
            let waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while !renamed.is_finished() {
                execute(database, waiting);
                thread::sleep(Duration::from_millis(20));
            }
            is_to_be_repeated(&renamed.join().unwrap());
        });
    }
}

#[test]
fn a_read_only_postgresql_is_not_ready_until_it_takes_writes_again() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let olga = Person::owner_of(&app, "olga", "Northside");
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let alter = |action: &str| {
        format!("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {action}', current_database()); END $$")
    };
    execute(&app.database, &alter("SET default_transaction_read_only = on"));
    execute(&app.database, all);
    becomes(&app, 503);
    is_to_be_repeated(&rename_workspace(&olga, "Southside"));
    assert_eq!(olga.client.send(Method::GET, "/api/v4/users", None).unwrap().status, 200);
    // The service's own connections were opened while the default was read-only, so they must not stay.
    let reset = alter("RESET default_transaction_read_only");
    execute(&app.database, &format!("BEGIN READ WRITE; {reset}; COMMIT"));
    becomes(&app, 200);
    assert_eq!(rename_workspace(&olga, "Southside").status, 200);
}

#[test]
fn too_little_free_space_is_not_ready() {
    let mut app = TestApp::start(Kind::Sqlite);
    assert_eq!(ready(&app), 200);
    app.restart_with(|settings| settings.min_free_disk_percent = 100);
    assert_eq!(ready(&app), 503);
    if Postgres::for_this_test().is_some() {
        assert_eq!(
            ready(&TestApp::start_with(Kind::Postgres, |settings| settings.min_free_disk_percent = 100)),
            200
        );
    }
}
