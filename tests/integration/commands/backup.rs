use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    sync::mpsc,
    thread,
};

use diesel::connection::SimpleConnection as _;
use roster::db::{Conn, inspection};
use serde_json::Value;

use crate::{
    commands::run_beside,
    database::connect as connect_to,
    on_both_databases,
    support::{
        database::Kind,
        people::{Person, account},
        postgres::Postgres,
        process::{self, Ran},
        server::TestApp,
    },
};

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

fn backup(app: &TestApp, folder: &Path) -> Ran {
    run_beside(app, &["backup", folder.to_str().unwrap()])
}

fn connect(olga: &Person, uid: &str) -> u16 {
    olga.post("workspaces/twitter_accounts", &account(uid)).0
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

on_both_databases! {
    fn says_what_is_in_it_and_which_keys_open_it(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        assert_eq!(connect(&olga, "hawks"), 201);
        let elsewhere = tempfile::tempdir().unwrap();
        let folder = elsewhere.path().join("deep/today");
        let ran = backup(app, &folder).expect_success();
        let manifest = manifest(&folder);
        assert_eq!(manifest["roster"], env!("CARGO_PKG_VERSION"));
        let migrations = inspection::known_migrations().unwrap();
        assert_eq!(manifest["schema"].as_str(), migrations.last().map(String::as_str));
        assert_eq!(manifest["rows"]["users"], 1);
        assert_eq!(manifest["rows"]["social_accounts"], 1);
        let key_id = manifest["key_ids"][0].as_str().unwrap();
        assert!(ran.line("Back up the key file ").contains(key_id), "{ran:#?}");
        let key = fs::read_to_string(app.database.folder.path().join("roster.key")).unwrap();
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            assert!(!text.contains(key.trim()) && !text.contains("canary-token"), "{}", file.display());
        }
        assert_eq!(mode(&folder), 0o700);
    }

    fn touches_no_backup_that_is_there(app: &mut TestApp) {
        let folder = tempfile::tempdir().unwrap();
        backup(app, folder.path()).expect_success();
        let before = fs::read(folder.path().join("manifest.json")).unwrap();
        backup(app, folder.path()).expect_refusal("name another folder");
        assert_eq!(fs::read(folder.path().join("manifest.json")).unwrap(), before);
    }
}

#[test]
fn does_not_overwrite_a_file() {
    let app = TestApp::start(Kind::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("roster.sqlite3"), "").unwrap();
    backup(&app, folder.path()).expect_refusal("left as it is");
    assert_eq!(fs::read(folder.path().join("roster.sqlite3")).unwrap(), b"");
    assert!(!folder.path().join("manifest.json").exists());
}

#[test]
fn sqlite_is_restored_with_the_key_file_and_not_without() {
    let mut app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    assert_eq!(connect(&olga, "hawks"), 201);
    let folder = tempfile::tempdir().unwrap();
    // As `serve` makes a new one.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    backup(&app, folder.path()).expect_success();
    assert_eq!(connect(&olga, "after"), 201);

    process::run(process::command(folder.path(), None).args(["serve", "--listen", "127.0.0.1:0"]))
        .expect_refusal("The key file");

    fs::copy(app.database.folder.path().join("roster.key"), folder.path().join("roster.key")).unwrap();
    app.restart_with(|settings| settings.data_dir = folder.path().to_owned());
    let (status, listed) = olga.get("workspaces/twitter_accounts");
    assert_eq!((status, &listed["meta"]["total_count"]), (200, &1.into()), "{listed}");
    assert_eq!(listed["twitter_accounts"][0]["twitter_nickname"], "hawks");
    assert_eq!(connect(&olga, "hawks"), 200, "it is still the same account");
}

#[test]
fn writers_do_not_notice() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    let (send, statuses) = mpsc::channel();
    let writer = thread::spawn(move || {
        (0..60).for_each(|number| {
            send.send(connect(&olga, &format!("fan{number}"))).expect("a test that waits");
        });
    });
    let folder = tempfile::tempdir().unwrap();
    let counts: Vec<i64> = (0..3)
        .map(|number| {
            assert_eq!(statuses.recv(), Ok(201), "one more account before each backup");
            let folder = folder.path().join(number.to_string());
            backup(&app, &folder).expect_success();
            manifest(&folder)["rows"]["social_accounts"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(statuses.iter().collect::<Vec<_>>(), [201; 57]);
    writer.join().unwrap();
    assert!(counts.is_sorted(), "{counts:?}");
    assert!(counts[2] > 0, "nothing was written meanwhile: {counts:?}");
}

/// Restores the dump into a new database, and starts the service on it.
fn restore_dump(app: &mut TestApp, postgres: &Postgres, dump: &Path, name: &str, olga: &Person) {
    let name = format!("roster_{name}_{}", std::process::id());
    postgres.create(&name);
    let url = postgres.url(&name);
    let restored = Command::new("pg_restore").args(["--no-owner", "--dbname", &url]).arg(dump).status();
    assert!(restored.unwrap().success());
    let own = app.settings.database_url.clone();
    app.restart_with(|settings| settings.database_url = Some(url.into()));
    let (status, listed) = olga.get("workspaces/twitter_accounts");
    assert_eq!((status, &listed["meta"]["total_count"]), (200, &1.into()), "{listed}");
    assert_eq!(connect(olga, "hawks"), 200);
    app.restart_with(|settings| settings.database_url = own);
    postgres.remove(&name);
}

#[test]
fn postgres_is_dumped_and_restored() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let mut app = TestApp::start(Kind::Postgres);
    let olga = Person::owner_of(&app, "olga", "Northside");
    assert_eq!(connect(&olga, "hawks"), 201);
    let folder = tempfile::tempdir().unwrap();
    backup(&app, folder.path()).expect_success();
    let dump = folder.path().join("roster.dump");
    assert_eq!(mode(&dump), 0o600);
    restore_dump(&mut app, postgres, &dump, "dumped", &olga);
}

#[test]
fn postgres_is_restored_from_the_line_that_is_printed_where_pg_dump_is_missing() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let mut app = TestApp::start(Kind::Postgres);
    let olga = Person::owner_of(&app, "olga", "Northside");
    assert_eq!(connect(&olga, "hawks"), 201);
    let folder = tempfile::tempdir().unwrap();
    let without_pg_dump = || {
        let mut command = app.database.command();
        process::run(command.env("PATH", "/nowhere").args(["backup", folder.path().to_str().unwrap()]))
    };
    let ran = without_pg_dump().expect_success();
    assert!(ran.out.contains("holds no backup yet"), "{ran:#?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something is left");
    let dump = folder.path().join("roster.dump");
    assert!(Command::new("sh").args(["-c", ran.line("  (umask")]).status().unwrap().success());
    assert_eq!(mode(&dump), 0o600);
    without_pg_dump().expect_success().line("Copied the database to ");
    assert_eq!(manifest(folder.path())["rows"], serde_json::json!({}));
    run_beside(&app, &["verify", folder.path().to_str().unwrap()]).expect_success();
    restore_dump(&mut app, postgres, &dump, "restored", &olga);
}

#[test]
fn a_server_that_pg_dump_cannot_reach_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let today = folder.path().join("today");
    let mut command =
        process::command(folder.path(), Some("postgres://ada:12#s3cret@127.0.0.1:1,127.0.0.1:2/roster"));
    let ran = process::run(command.args(["backup", today.to_str().unwrap()]));
    assert!(ran.err.contains("Connection refused") && !ran.err.contains("cret"), "{ran:#?}");
    assert_eq!(fs::read_dir(&today).unwrap().count(), 0, "something is left");
}

#[test]
fn tables_in_another_schema_are_not_counted() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    Person::owner_of(&app, "olga", "Northside");
    let Conn::Postgres(conn) = &mut connect_to(&app.database) else { panic!("PostgreSQL") };
    conn.batch_execute(
        "CREATE SCHEMA \"another one\"; CREATE TABLE \"another one\".users AS SELECT 1 AS id;
         CREATE TABLE \"another one\".notes AS SELECT 1 AS id",
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    backup(&app, folder.path()).expect_success();
    assert_eq!(manifest(folder.path())["rows"]["users"], 1);
    run_beside(&app, &["verify", folder.path().to_str().unwrap()]).expect_success();
}
