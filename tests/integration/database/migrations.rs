//! Migrations run up, down and up again, and `down` leaves no objects behind.

use roster::db::{Intent, migrations};

use crate::{
    database::{catalogue, connect, target},
    support::database::{Database, Kind},
};

const EVERYTHING: [(Kind, &str); 2] = [
    (Kind::Sqlite, "SELECT name AS line FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"),
    (
        Kind::Postgres,
        "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
         UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
         UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
];

#[test]
fn have_the_same_names_on_both_databases() {
    let (postgres, sqlite) = migrations::versions_of_both().expect("migrations");
    assert_eq!(postgres, sqlite);
    assert!(postgres.is_sorted() && !postgres.is_empty(), "{postgres:?}");
    let names = |kind: &str| {
        let folder = format!("{}/migrations/{kind}", env!("CARGO_MANIFEST_DIR"));
        let entries = std::fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("postgres"), names("sqlite"));
}

#[test]
fn run_down_to_an_empty_schema_and_up_again() {
    for (kind, everything) in EVERYTHING.into_iter().filter(|(kind, _)| Kind::available().contains(kind)) {
        let database = Database::new(kind);
        let before = catalogue::read(&mut connect(&database));
        step(&database, migrations::revert);
        let left = catalogue::lines(&mut connect(&database), everything);
        let strays: Vec<_> =
            left.concat().into_iter().filter(|name| !name.contains("diesel_schema_migrations")).collect();
        assert!(strays.is_empty(), "{kind}: {strays:?}");
        step(&database, |conn| migrations::run(conn).map(drop));
        assert_eq!(catalogue::read(&mut connect(&database)), before, "{kind}");
        step(&database, |conn| {
            assert_eq!(migrations::run(conn)?, 0, "{kind}");
            Ok(())
        });
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn step(database: &Database, work: impl FnOnce(&mut roster::db::Conn) -> Result<(), Failure>) {
    let done =
        target(database).transaction(Intent::Write, |conn| work(conn).map_err(anyhow::Error::from_boxed));
    done.expect("a migration");
}
