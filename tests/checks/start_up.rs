//! E4: what the binary refuses to start with. It ends at once, says what to do, tells no secret, and leaves the
//! data folder and the database as they were.

mod guards;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output},
    time::{Duration, Instant},
};

use diesel::{Connection as _, PgConnection, RunQueryDsl as _, dsl::sql, sql_types::Text};

use self::guards::{GUARDS, Guard, SECRET};
use crate::{
    served,
    support::database::{Database, Kind},
    verdict,
};

/// Path, mode and content of every file of the data folder; on `PostgreSQL` every row, too.
type Held = BTreeMap<String, (u32, Vec<u8>)>;

struct Refusal {
    took: Duration,
    faults: Vec<String>,
}

fn held(database: &Database) -> Held {
    let mut held = Held::new();
    for entry in fs::read_dir(database.folder.path()).expect("the data folder").flatten() {
        let mode = entry.metadata().expect("a file").permissions().mode();
        held.insert(entry.path().display().to_string(), (mode, fs::read(entry.path()).unwrap_or_default()));
    }
    if let Some(url) = database.url() {
        let mut conn = PgConnection::establish(&url).expect("the database");
        let rows = diesel::select(sql::<Text>("schema_to_xml('public', true, false, '')::text"));
        held.insert("rows".to_owned(), (0, rows.get_result::<String>(&mut conn).expect("rows").into_bytes()));
    }
    held
}

fn refusal(guard: &Guard, kind: Kind) -> Refusal {
    let database = Database::new(kind);
    let mut command = served::roster_over(&database);
    (guard.prepare)(&database, &mut command);
    let before = held(&database);
    let began = Instant::now();
    let output = end_of(command);
    let took = began.elapsed();
    let mut faults = faults(guard, &database, &output);
    if held(&database) != before {
        faults.push("wrote something".to_owned());
    }
    Refusal { took, faults: faults.into_iter().map(|fault| format!("{}: {fault}", guard.name)).collect() }
}

/// A server that does start would go on for good.
fn end_of(command: Command) -> Output {
    let path = command.get_program().to_owned();
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let mut limited = Command::new("timeout");
    limited.arg("10").arg(path).args(arguments);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited.output().expect("a program that can be run")
}

fn faults(guard: &Guard, database: &Database, output: &Output) -> Vec<String> {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    let mut faults = Vec::new();
    if output.status.code() != Some(1) {
        faults.push(format!("ended with {}", output.status));
    }
    if !guard.says.iter().all(|advice| said.contains(advice)) {
        faults.push(format!("says {said:?}, without {:?}", guard.says));
    }
    let key = fs::read_to_string(database.folder.path().join("roster.key")).unwrap_or_default();
    let secrets = key.lines().map(str::trim).filter(|line| line.len() > 8).chain([SECRET]);
    faults.extend(secrets.filter(|secret| said.contains(*secret)).map(|secret| format!("tells {secret:?}")));
    faults
}

#[test]
fn refuses_what_it_cannot_start_with() {
    for kind in Kind::available() {
        for guard in &GUARDS {
            assert_eq!(refusal(guard, kind).faults, Vec::<String>::new(), "{kind}");
        }
    }
}

#[test]
fn makes_nothing_where_it_refuses_to_begin() {
    for (name, setting, value) in [
        ("a scheme", "ROSTER_DATABASE_URL", "mysql://somebody@localhost/roster".to_owned()),
        ("a file", "ROSTER_DATABASE_URL", "sqlite:///nowhere/roster.sqlite3".to_owned()),
        ("a key", "ROSTER_KEY_FILE", "/dev/null".to_owned()),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let mut command = served::roster();
        command.env("ROSTER_DATA_DIR", &data).env(setting, value);
        assert_eq!(end_of(command).status.code(), Some(1), "{name}");
        assert!(!data.exists(), "{name} of no use, and yet a data folder was made");
    }
}

#[test]
#[ignore = "takes 10 s"]
fn e4() {
    for kind in Kind::available() {
        let refusals: Vec<Refusal> = GUARDS.iter().map(|guard| refusal(guard, kind)).collect();
        let faults: Vec<&String> = refusals.iter().flat_map(|refusal| &refusal.faults).collect();
        let refused = refusals.iter().filter(|refusal| refusal.faults.is_empty()).count();
        let slowest = refusals.iter().map(|refusal| refusal.took).max().unwrap_or_default();
        verdict::print(
            "E4",
            kind,
            format!("{refused}/{} refused, slowest {} ms {faults:?}", GUARDS.len(), slowest.as_millis()),
            "8/8, 1000 ms",
            refused == 8 && slowest <= Duration::from_secs(1),
        );
    }
}
