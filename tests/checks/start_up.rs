//! E4: wrong configurations with which the binary refuses to start. It exits at once, says what to do, prints no
//! secret, and leaves the data folder and the database unchanged.

mod guards;

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection as _, PgConnection, RunQueryDsl as _, dsl::sql, sql_types::Text};

use self::guards::{GUARDS, Guard, SECRET};
use crate::{
    support::database::{Database, Kind},
    verdict::{Verdict, announce, hold},
};

const MAX_LIFETIME: Duration = Duration::from_secs(10);

/// Path, mode and content of every file of the data folder; on PostgreSQL also every row.
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
    let mut command = database.serving();
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

/// The output of the process; a server that does start is stopped after ten seconds.
fn end_of(mut command: Command) -> Output {
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary");
    let stdout = read_to_end(process.stdout.take().expect("its output"));
    let stderr = read_to_end(process.stderr.take().expect("its errors"));
    let printed =
        stdout.recv_timeout(MAX_LIFETIME).and_then(|out| Ok((out, stderr.recv_timeout(MAX_LIFETIME)?)));
    let _ = process.kill();
    let status = process.wait().expect("its status");
    let (stdout, stderr) = printed.unwrap_or_default();
    Output { status, stdout, stderr }
}

/// Sends all output once the process closes the pipe.
fn read_to_end(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (send, received) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    received
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

fn check(verdict: &mut Verdict) {
    let refusals: Vec<Refusal> = GUARDS.iter().map(|guard| refusal(guard, verdict.kind)).collect();
    let (good, bad): (Vec<_>, Vec<_>) = refusals.iter().partition(|refusal| refusal.faults.is_empty());
    for fault in bad.iter().flat_map(|refusal| &refusal.faults) {
        eprintln!("{fault}");
    }
    let slowest = refusals.iter().map(|refusal| refusal.took.as_millis()).max().unwrap_or_default();
    verdict.exactly("refused", good.len() as u64, 8);
    verdict.in_time("slowest_ms", u64::try_from(slowest).unwrap_or(u64::MAX), 1_000);
}

#[test]
fn refuses_what_it_cannot_start_with() {
    hold("E4", &[Kind::Sqlite, Kind::Postgres], check);
}

#[test]
fn creates_no_files_when_it_refuses_to_start() {
    for (name, setting, value) in [
        ("a scheme", "ROSTER_DATABASE_URL", "mysql://somebody@localhost/roster".to_owned()),
        ("a file", "ROSTER_DATABASE_URL", "sqlite:///nowhere/roster.sqlite3".to_owned()),
        ("a key", "ROSTER_KEY_FILE", "/dev/null".to_owned()),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
        command.env_clear().env("ROSTER_DATA_DIR", &data).env(setting, value);
        assert_eq!(end_of(command).status.code(), Some(1), "{name}");
        assert!(!data.exists(), "{name} of no use, and yet a data folder was made");
    }
}

#[test]
#[ignore = "takes 10 s"]
fn e4() {
    announce("E4", &Kind::available(), check);
}
