use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    thread,
};

use diesel::RunQueryDsl as _;
use roster::db::Target;

use crate::{
    commands::run_beside,
    jobs::eventually,
    on_both_databases,
    support::{
        people::Person,
        postgres::Postgres,
        process::{self, Ran},
        server::TestApp,
    },
};

const SUBJECTS: [&str; 6] = ["variables", "public URL", "sign-up", "passwords", "schema", "clock"];

fn key_file(app: &TestApp) -> PathBuf {
    app.database.folder.path().join("roster.key")
}

fn failures(ran: &Ran) -> Vec<&str> {
    ran.out.lines().filter(|line| line.starts_with("FAIL")).collect()
}

/// The files of the data folder, except SQLite's shared-memory file, which changes with every connection.
fn files(app: &TestApp) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(app.database.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| !path.to_string_lossy().ends_with("-shm"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

on_both_databases! {
    fn finds_nothing_wrong_and_changes_nothing(app: &mut TestApp) {
        Person::owner_of(app, "olga", "Northside");
        eventually(&app.database, "lease IS NULL AND due_at > created_at", |jobs| jobs.len() == 2);
        let before = files(app);
        let ran = run_beside(app, &["doctor"]).expect_success();
        assert_eq!(failures(&ran), [""; 0]);
        for subject in SUBJECTS {
            assert!(ran.out.lines().any(|line| line[5..].starts_with(subject)), "{subject}: {ran:#?}");
        }
        ran.line("ok   database: ");
        ran.line("ok   keys: ");
        ran.line("ok   secrets: all ");
        ran.line("ok   schema: ");
        ran.line("warn sign-up: ");
        ran.line("warn passwords: ");
        let key = fs::read_to_string(key_file(app)).unwrap();
        assert!(!ran.out.contains(key.trim()), "a key is printed");
        assert!(before == files(app), "a file has changed");
    }

    fn a_key_file_that_is_gone_or_open_to_others_is_wrong(app: &mut TestApp) {
        fs::set_permissions(key_file(app), fs::Permissions::from_mode(0o644)).unwrap();
        let ran = run_beside(app, &["doctor"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.line("FAIL keys: ").contains("chmod 600"), "{ran:#?}");
        fs::remove_file(key_file(app)).unwrap();
        let ran = run_beside(app, &["doctor"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.line("FAIL keys: ").contains("is missing"), "{ran:#?}");
        assert!(ran.err.contains("one thing is wrong"), "{ran:#?}");
        assert!(!key_file(app).exists(), "it made a key");
    }

    fn another_installations_key_is_wrong(app: &mut TestApp) {
        fs::write(key_file(app), "bmV3IGtleSBmb3IgdGhlIHNwZWMncyByaW5nLCAzMiE=\n").unwrap();
        let ran = run_beside(app, &["doctor"]);
        assert!(ran.line("FAIL keys: ").contains("lacks key"), "{ran:#?}");
        assert_eq!(ran.code, Some(1));
    }

    fn reports_a_schema_older_or_newer_than_the_build(app: &mut TestApp) {
        let url = app.database.url();
        let target = Target::from_url(url.as_deref(), app.database.folder.path()).unwrap();
        let mut conn = target.connect().unwrap();
        let mut change = |sql: &str| diesel::sql_query(sql).execute(&mut conn).unwrap();
        change("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000003'");
        let ran = run_beside(app, &["doctor"]).expect_success();
        assert!(ran.line("warn schema: ").contains("20261121000003"), "{ran:#?}");
        run_beside(app, &["reset-password", "ada@example.com"]).expect_refusal("run `roster migrate` first");
        change(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('20261121000003'), ('29991231000000')",
        );
        let ran = run_beside(app, &["doctor"]).expect_success();
        assert!(ran.line("warn schema: ").contains("29991231000000"), "{ran:#?}");
        change("UPDATE schema_state SET oldest_version_that_may_serve = '29991231000000'");
        let ran = run_beside(app, &["doctor"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.line("FAIL schema: ").contains("29991231000000"), "{ran:#?}");
    }

    fn settings_are_read_with_a_second_pair_of_eyes(app: &mut TestApp) {
        let doctor = |settings: &[(&str, &str)]| {
            process::run(app.database.command().envs(settings.iter().copied()).arg("doctor"))
        };
        let ran = doctor(&[("ROSTER_SINGUP", "closed"), ("ROSTER_PUBLIC_URL", "http://roster.example.com")]);
        assert!(ran.line("warn variables: ").contains("ROSTER_SINGUP"), "{ran:#?}");
        assert!(ran.line("warn public URL: ").contains("TLS"), "{ran:#?}");
        assert_eq!(ran.code, Some(0), "warnings are no failures");
        let ran = doctor(&[("ROSTER_SMTP_URL", "smtp://ada:s3cret@127.0.0.1:1")]);
        assert!(ran.line("FAIL settings: ").contains("mail_from"), "{ran:#?}");
        let ran = doctor(&[
            ("ROSTER_SMTP_URL", "smtp://ada:s3cret@127.0.0.1:1"),
            ("ROSTER_MAIL_FROM", "roster@example.com"),
        ]);
        ran.line("FAIL mail: ");
        assert_eq!(ran.code, Some(1));
        assert!(!ran.out.contains("s3cret") && !ran.err.contains("s3cret"), "{ran:#?}");
    }
}

#[test]
fn a_mail_server_that_answers_is_found_well() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"220 post office\r\n").unwrap();
        for line in BufReader::new(stream.try_clone().unwrap()).lines() {
            assert!(!line.unwrap().starts_with("MAIL"), "a letter is sent");
            stream.write_all(b"250 fine\r\n").unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut command = process::command(folder.path(), None);
    let ran = process::run(
        command.env("ROSTER_SMTP_URL", url).env("ROSTER_MAIL_FROM", "roster@example.com").arg("doctor"),
    );
    ran.expect_success().line("ok   mail: ");
}

#[test]
fn an_unreachable_server_is_wrong_and_its_password_stays_unsaid() {
    let folder = tempfile::tempdir().unwrap();
    for password in ["s3cret", "s3%cret", "1/s3cret", "a@s3cret"] {
        let url = format!("postgres://ada:{password}@127.0.0.1:1/roster");
        let ran = process::run(process::command(folder.path(), None).env("DATABASE_URL", url).arg("doctor"));
        ran.line("FAIL database: ");
        assert_eq!(ran.code, Some(1));
        assert!(!format!("{ran:?}").contains("cret"), "{ran:#?}");
    }
    let several = "postgres://ada:12#s3cret@127.0.0.1:1,localhost:2/roster?options=-c%20geqo%3Doff";
    let ran = process::run(process::command(folder.path(), None).env("DATABASE_URL", several).arg("doctor"));
    let told = ran.line("FAIL database: ");
    assert!(told.contains("port 1 failed: Connection refused") && told.contains("port 2"), "{told}");
    assert!(!format!("{ran:?}").contains("cret"), "{ran:#?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

#[test]
fn an_empty_folder_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let ran = process::run(process::command(folder.path(), None).arg("doctor")).expect_success();
    assert!(ran.line("warn database: ").contains("roster migrate"), "{ran:#?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

#[test]
fn a_database_at_rest_is_left_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    process::run(process::command(folder.path(), None).arg("migrate")).expect_success();
    let files = || {
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        files.sort();
        files
    };
    let before = files();
    process::run(process::command(folder.path(), None).arg("doctor")).expect_success();
    assert!(before == files(), "{:?}", files().iter().map(|(path, _)| path).collect::<Vec<_>>());
}

#[test]
fn a_database_that_others_can_read_is_told_by_doctor_and_by_start() {
    let folder = tempfile::tempdir().unwrap();
    process::run(process::command(folder.path(), None).arg("migrate")).expect_success();
    let file = folder.path().join("roster.sqlite3");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let doctor = || process::run(process::command(folder.path(), None).arg("doctor")).expect_success().out;
    assert!(!doctor().contains("others on this machine"), "{}", doctor());
    let both = [(folder.path(), 0o755, "chmod 700"), (&file, 0o640, "chmod 600")];
    for (path, mode, _) in both {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let told = both.map(|(path, _, advice)| format!("; run `{advice} {}`", path.display()));
    let found = doctor();
    let warnings = found.lines().filter(|line| line.starts_with("warn files: "));
    assert!(warnings.zip(&told).filter(|(line, told)| line.ends_with(*told)).count() == 2, "{found}");
    // Without its key the service tells and then stops.
    fs::remove_file(folder.path().join("roster.key")).unwrap();
    let started = process::run(process::serving(folder.path(), None).env("ROSTER_LOG", "warn"));
    assert!(told.iter().all(|told| started.err.contains(told.as_str())), "{started:#?}");
}

#[test]
fn a_damaged_file_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    process::run(process::command(folder.path(), None).arg("demo")).expect_success();
    let path = folder.path().join("roster.sqlite3");
    let mut bytes = fs::read(&path).unwrap();
    let page = 4096 * 8;
    bytes[page..page + 2048].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let ran = process::run(process::command(folder.path(), None).arg("doctor"));
    assert_eq!(ran.code, Some(1));
    ran.line("FAIL database: ");
}

#[test]
fn a_database_that_cannot_store_every_text_is_refused() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let (name, folder) = (format!("roster_latin1_{}", std::process::id()), tempfile::tempdir().unwrap());
    postgres.create(&format!("{name} ENCODING LATIN1 TEMPLATE template0"));
    let command = |argument| {
        let mut command = process::command(folder.path(), Some(&postgres.url(&name)));
        process::run(command.arg(argument).env("ROSTER_LISTEN", "127.0.0.1:0").env("ROSTER_LOG", "error"))
    };
    for argument in ["serve", "migrate"] {
        command(argument).expect_refusal("has the encoding LATIN1");
    }
    assert!(command("doctor").line("FAIL database: ").contains("createdb -E UTF8"));
    postgres.remove(&name);
}
