//! An SQLite file on a disk that cannot be written to: a snapshot, or a rescued disk. What only reads still works, and
//! what writes says what is in the way.

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use crate::support::{
    database::{Database, Kind},
    people::{Person, account},
    process::{self, Ran},
    server::TestApp,
};

const NOBODY: u32 = 65_534;

/// A folder that this user can read and not write to. Root may write anywhere, so for root it is another user's command
/// that runs.
struct ReadOnly {
    folder: tempfile::TempDir,
    is_root: bool,
}

impl ReadOnly {
    /// `files` are copied from the folder.
    fn copy(from: &Path, files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        for name in files {
            let file = folder.path().join(name);
            fs::copy(from.join(name), &file).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o400)).unwrap();
            if is_root {
                chown(&file, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
        Self { folder, is_root }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = process::command(self.folder.path(), None);
        if self.is_root {
            command = as_nobody(&command);
        }
        process::run(command.args(arguments))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = fs::set_permissions(self.folder.path(), Permissions::from_mode(0o700));
    }
}

/// The binary is copied, because another user may not be allowed to enter the folder that it is in.
fn as_nobody(command: &Command) -> Command {
    static BINARY: std::sync::OnceLock<std::path::PathBuf> = std::sync::OnceLock::new();
    let binary = BINARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let binary = folder.join("roster");
        fs::copy(command.get_program(), &binary).unwrap();
        binary
    });
    let mut other = Command::new(binary);
    other.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other.uid(NOBODY).gid(NOBODY);
    other
}

fn backup_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    folder
}

/// A service that was stopped: its main file holds everything.
fn stopped() -> Database {
    let database = Database::new(Kind::Sqlite);
    let mut server = database.serve();
    Person::owner_of(&server, "olga", "Northside").connect("workspaces/twitter_accounts", "hawks");
    server.terminate();
    assert_eq!(server.ended(), Some(0));
    database
}

#[test]
fn a_snapshot_is_backed_up_inspected_and_read() {
    let database = stopped();
    let snapshot = ReadOnly::copy(database.folder.path(), &["roster.sqlite3", "roster.key"]);
    let ran = snapshot.run(&["doctor"]).expect_success();
    ran.line("ok   database: ");
    ran.line("ok   secrets: ");
    let readings = snapshot.run(&["readings", "--workspace", "olga@example.test"]).expect_success();
    assert_eq!(readings.out, "No token was read.\n");
    let folder = backup_folder();
    let today = folder.path().join("today");
    let ran = snapshot.run(&["backup", today.to_str().unwrap()]).expect_success();
    assert!(ran.out.contains("Copied the database to "), "{ran:#?}");
}

#[test]
fn what_writes_says_what_is_in_the_way() {
    let database = stopped();
    let snapshot = ReadOnly::copy(database.folder.path(), &["roster.sqlite3", "roster.key"]);
    for arguments in
        [&["reset-password", "olga@example.test"][..], &["serve", "--listen", "127.0.0.1:0"], &["migrate"]]
    {
        let ran = snapshot.run(arguments);
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        assert!(ran.err.contains("cannot be ") && !ran.err.contains("DATABASE_URL"), "{ran:#?}");
    }
    let ran = snapshot.run(&["reset-password", "olga@example.test"]);
    assert!(ran.err.contains("cannot be written to by this user"), "{ran:#?}");
    let ran = snapshot.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(ran.err.contains("must belong to the user with the number "), "{ran:#?}");
    let ran = snapshot.run(&["backup", "/proc/roster"]);
    assert!(ran.err.contains("The folder /proc/roster cannot be made"), "{ran:#?}");
}

#[test]
fn a_log_that_nobody_can_apply_is_named() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    assert_eq!(olga.post("workspaces/twitter_accounts", &account("hawks")).0, 201);
    let files = ["roster.sqlite3", "roster.sqlite3-wal", "roster.key"];
    let snapshot = ReadOnly::copy(app.database.folder.path(), &files);
    for arguments in [&["doctor"][..], &["backup", "/tmp/roster-never"], &["readings", "--workspace", "1"]] {
        let ran = snapshot.run(arguments);
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains("Copy the whole folder to a disk that can be written to"), "{ran:#?}");
    }
    assert!(!Path::new("/tmp/roster-never/roster.sqlite3").exists());
    let _ = fs::remove_dir("/tmp/roster-never");
}
