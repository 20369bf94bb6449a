//! B2: the disk of SQLite becomes full. Writes are refused as documented, reads go on, and once there is room again
//! writes succeed. The disk is a small file system in memory, mounted in a namespace of the server.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use roster::db::{Conn, Target};
use serde_json::json;

use crate::{
    support::{
        database::Kind,
        people::Person,
        process::{self, HasAddress as _, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::{Request, Wire},
};

/// Arguments: the folder to mount over, then the command.
const ON_SMALL_DISK: &str = r#"mount -t tmpfs -o size=8m,mode=700 none "$0" && exec "$@""#;
const MOST_WRITES_BEFORE_FULL: usize = 2_000;
/// They send at the same time, so that their writes share transactions.
const CLIENTS: usize = 8;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn in_namespace(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(folder);
    command
}

/// Whether this machine lets us mount a file system in a namespace.
fn is_possible(folder: &Path) -> bool {
    in_namespace(ON_SMALL_DISK, folder).arg("true").output().is_ok_and(|output| output.status.success())
}

fn serve_on_small_disk(folder: &Path) -> Server {
    let serving = process::serving(folder, None);
    let mut command = in_namespace(ON_SMALL_DISK, folder);
    command.arg(serving.get_program()).env_clear();
    command.envs(serving.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    Server::start(command)
}

/// The server's folder, as seen from outside of its namespace.
fn inside(server: &Server, folder: &Path) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    root.join(folder.strip_prefix("/").expect("an absolute path"))
}

/// Writes until there is no room left.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("a file");
    for size in [1024 * 1024, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn is_sound(database: PathBuf) -> bool {
    let Ok(Conn::Sqlite(mut conn)) = Target::Sqlite(database).connect() else { return false };
    let words =
        sql_query("SELECT integrity_check AS word FROM pragma_integrity_check").load::<Word>(&mut conn);
    words.is_ok_and(|words| words.iter().all(|row| row.word == "ok"))
}

/// The number of answers other than 507 to writes that are sent together.
fn writes_together(server: &Server, request: &Request, writes: u64) -> u64 {
    let send = || {
        let wire = &mut Wire::to(&server.base_url());
        (0..writes).filter(|_| wire.ask(request).status != 507).count() as u64
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(send)).collect();
        clients.into_iter().map(|client| client.join().expect("a client")).sum()
    })
}

fn check(verdict: &mut Verdict, writes: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    if !is_possible(folder.path()) {
        println!("B2 NOT RUN: this machine does not let us mount a file system in a namespace");
        return;
    }
    let server = serve_on_small_disk(folder.path());
    let olga = Person::owner(&server, "olga");
    let wire = &mut Wire::to(&server.base_url());
    let create = Request::new("POST", "/rest/people")
        .token(olga.client.token())
        .json(&json!({ "city": "x".repeat(4_000) }));
    let rename =
        Request::by(&olga, "PUT", "workspaces").json(&json!({ "workspace": { "name": "Southside" } }));
    let filler = inside(&server, folder.path()).join("filler");
    fill(&filler);
    // Until then writes fill pages that SQLite has already.
    let before =
        (0..MOST_WRITES_BEFORE_FULL).position(|_| wire.ask(&create).status != 201).expect("a full disk");
    let (mut other_writes, mut without_retry, mut failed_reads) = (0, 0, 0);
    for number in 0..writes {
        let answer = wire.ask(if number % 2 == 0 { &create } else { &rename });
        other_writes += u64::from(answer.status != 507);
        without_retry +=
            u64::from(!answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("retry-after")));
        failed_reads += u64::from(wire.ask(&Request::by(&olga, "GET", "users")).status != 200);
    }
    verdict.note("writes_before_full", before as u64);
    verdict.none("not_507", other_writes);
    verdict.none("not_507_together", writes_together(&server, &create, writes / 4));
    verdict.none("without_retry_after", without_retry);
    verdict.none("failed_reads", failed_reads);
    fs::remove_file(&filler).expect("room");
    let since = Instant::now();
    verdict.exactly("first_write", wire.ask(&create).status.into(), 201);
    let took = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    verdict.in_time("first_write_ms", took, 1_000);
    let database = inside(&server, folder.path()).join("roster.sqlite3");
    verdict.exactly("sound", is_sound(database).into(), 1);
}

#[test]
fn b2_in_small() {
    hold("B2", &[Kind::Sqlite], |verdict| check(verdict, 20));
}

#[test]
#[ignore = "takes 20 s"]
fn b2_long() {
    announce("B2", &[Kind::Sqlite], |verdict| check(verdict, 2_000));
}
