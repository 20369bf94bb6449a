//! H3: a backup that is made while sixteen writers write is restored elsewhere and holds every account that was
//! acknowledged before; a changed byte is found, and without the key file no token is readable.

mod accounts;

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand::RngExt as _;
use roster::crypto::key_ring::KeyRing;
use secrecy::ExposeSecret as _;

use crate::{
    kills::writer::{Account, Writer, Writing},
    support::{
        database::{Database, Kind},
        people::Person,
        postgres::Postgres,
        process::{self, Ran, Server},
    },
    tally::Tally,
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const FLIPS: u64 = 20;
const MAX_RESTORE: Duration = Duration::from_mins(1);
/// What every token of the writers contains.
const TOKEN: &str = "canary-token";

#[test]
#[ignore = "takes 200 s"]
fn h3_backup_and_restore_of_a_hundred_thousand_accounts() {
    verdict::announce("H3", &BOTH, |verdict| check(verdict, 100_000, Duration::from_secs(5)));
}

#[test]
fn h3_in_small() {
    verdict::hold("H3", &BOTH, |verdict| check(verdict, 50, Duration::from_millis(300)));
}

/// A backup, where the database came from, and the folder in which it is restored.
struct Backup<'a> {
    database: &'a Database,
    folder: PathBuf,
    elsewhere: PathBuf,
    acked: HashMap<String, i64>,
}

fn check(verdict: &mut Verdict, stored: usize, writing_time: Duration) {
    let database = Database::new(verdict.kind);
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let backup = back_up_under_writers(&database, scratch.path(), stored, writing_time);

    verdict.none("files_others_can_read", backup.files_others_can_read());
    verdict.exactly(
        "verified",
        u64::from(backup.verify(&database.folder.path().join("roster.key")).code == Some(0)),
        1,
    );
    let began = Instant::now();
    let restored = backup.restore();
    verdict.in_time("restore_ms", millis(began.elapsed()), millis(MAX_RESTORE));
    let accounts = Account::stored(&mut restored.connect());
    let is_lost = |(uid, id): &(&String, &i64)| accounts.get(*uid).is_none_or(|account| account.id != **id);
    verdict.none("acked_lost", backup.acked.iter().filter(is_lost).count() as u64);
    verdict.at_least("acked_before", backup.acked.len() as u64, 1);
    verdict.at_least("accounts", accounts.len() as u64, stored as u64);
    let doctor = process::run(restored.command().arg("doctor"));
    let open =
        doctor.line("ok   secrets: all ").split(' ').rev().nth(1).and_then(|number| number.parse().ok());
    verdict.at_least("secrets_open", open.unwrap_or(0), 2 * accounts.len() as u64);
    restored.remove();

    let (by_verify, by_start) = backup.flip_bytes();
    verdict.exactly("flips_found_by_verify", by_verify, FLIPS);
    if verdict.kind == Kind::Sqlite {
        verdict.exactly("flips_found_at_start", by_start, FLIPS);
    }
    verdict.none("tokens_readable_without_key", backup.tokens_readable_without_key());
}

/// The backup begins after some accounts were acknowledged, and the writers go on until it is done.
fn back_up_under_writers<'a>(
    database: &'a Database,
    scratch: &Path,
    stored: usize,
    writing_time: Duration,
) -> Backup<'a> {
    let server = database.serve();
    let olga = Person::owner(&server, "stored");
    olga.connect("workspaces/twitter_accounts", "stored");
    accounts::multiply(database, stored);
    let writers = Writer::crew(&server, &Arc::new(Tally::default()));
    let (done, writing) = (AtomicBool::new(false), Writing::default());
    let folder = scratch.join("backup");
    let acked = thread::scope(|scope| {
        for writer in &writers {
            scope.spawn(|| writer.write(&writing, &done));
        }
        thread::sleep(writing_time);
        let acked = writing.acked();
        process::run(database.command().arg("backup").arg(&folder)).expect_success();
        done.store(true, Ordering::Relaxed);
        acked
    });
    Backup { database, folder, elsewhere: scratch.join("restored"), acked }
}

impl Backup<'_> {
    fn file(&self) -> PathBuf {
        self.folder.join(if self.database.kind == Kind::Sqlite { "roster.sqlite3" } else { "roster.dump" })
    }

    fn verify(&self, key_file: &Path) -> Ran {
        process::run(self.database.command().arg("verify").arg(&self.folder).arg("--key-file").arg(key_file))
    }

    fn files_others_can_read(&self) -> u64 {
        let entries = fs::read_dir(&self.folder).expect("the backup").map(|entry| entry.expect("a file"));
        let modes = entries.map(|entry| entry.metadata().expect("a mode").permissions().mode() & 0o777);
        modes.filter(|mode| *mode != 0o600).count() as u64
    }

    /// As the README says.
    fn restore(&self) -> Restored {
        self.put_into_folder(&self.elsewhere);
        let url = (self.database.kind == Kind::Postgres).then(|| {
            let name = format!("roster_restored_{}", std::process::id());
            let postgres = Postgres::get().expect("PostgreSQL is installed");
            postgres.create(&name);
            let url = postgres.url(&name);
            let mut command = Command::new("pg_restore");
            let status = command.args(["--no-owner", "--dbname", &url]).arg(self.file()).status();
            assert!(status.expect("pg_restore").success());
            (name, url)
        });
        let mut server =
            Server::start(process::serving(&self.elsewhere, url.as_ref().map(|(_, url)| url.as_str())));
        server.terminate();
        assert_eq!(server.ended(), Some(0));
        Restored { folder: self.elsewhere.clone(), url }
    }

    fn put_into_folder(&self, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).expect("a folder");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("a private folder");
        for entry in fs::read_dir(&self.folder).expect("the backup").map(|entry| entry.expect("a file")) {
            fs::copy(entry.path(), folder.join(entry.file_name())).expect("a copy");
        }
        fs::copy(self.database.folder.path().join("roster.key"), folder.join("roster.key"))
            .expect("the key file");
    }

    /// Flips one random bit at a time; returns how often `roster verify` and a start found it.
    fn flip_bytes(&self) -> (u64, u64) {
        let sound = fs::read(self.file()).expect("the file");
        let key_file = self.database.folder.path().join("roster.key");
        let mut rng = rand::rng();
        let (mut by_verify, mut by_start) = (0, 0);
        for _ in 0..FLIPS {
            let mut bytes = sound.clone();
            let at = rng.random_range(0..bytes.len());
            bytes[at] ^= 1 << rng.random_range(0..8);
            fs::write(self.file(), bytes).expect("a changed file");
            by_verify += u64::from(self.verify(&key_file).code == Some(1));
            if self.database.kind == Kind::Sqlite {
                self.put_into_folder(&self.elsewhere);
                let start = process::run(process::command(&self.elsewhere, None).arg("migrate"));
                by_start += u64::from(start.code == Some(1));
            }
        }
        fs::write(self.file(), sound).expect("the file as it was");
        (by_verify, by_start)
    }

    /// Looks for a token in the file, and tries no key and another key.
    fn tokens_readable_without_key(&self) -> u64 {
        let bytes = fs::read(self.file()).expect("the file");
        let shown = bytes.windows(TOKEN.len()).filter(|window| *window == TOKEN.as_bytes()).count();
        let other = self.folder.with_extension("key");
        fs::write(&other, KeyRing::generate().text().expose_secret()).expect("another key");
        fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).expect("a private file");
        let missing = self.folder.with_extension("none");
        let opened = [other, missing].iter().filter(|key_file| self.verify(key_file).code != Some(1)).count();
        (shown + opened) as u64
    }
}

struct Restored {
    folder: PathBuf,
    /// Name and URL of the database on PostgreSQL.
    url: Option<(String, String)>,
}

impl Restored {
    fn command(&self) -> Command {
        process::command(&self.folder, self.url.as_ref().map(|(_, url)| url.as_str()))
    }

    fn connect(&self) -> roster::db::Conn {
        let url = self.url.as_ref().map(|(_, url)| url.as_str());
        let target = roster::db::Target::from_url(url, &self.folder).expect("a database");
        target.connect().expect("a connection")
    }

    fn remove(self) {
        if let Some((name, _)) = self.url {
            Postgres::get().expect("PostgreSQL is installed").remove(&name);
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
