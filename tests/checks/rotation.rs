//! E3: everything is sealed anew with another key while clients read and write, although the command is killed in
//! between; then the old key is dropped.

mod load;

use std::{
    fs,
    path::PathBuf,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use roster::{crypto::key_ring::KeyRing, db::Conn};

use self::load::{Load, Workspace};
use crate::{
    census::{self, count},
    support::{
        database::{Database, Kind},
        process,
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const ROWS_PER_SECOND: u64 = 5_000;

struct Size {
    rows: u64,
    kills: u64,
}

/// The command, which is killed and run again.
struct Rotation<'a> {
    database: &'a Database,
    watch: Conn,
    old: String,
    kills: u64,
    took: Duration,
}

#[test]
#[ignore = "takes 400 s"]
fn e3_a_hundred_thousand_tokens() {
    verdict::announce("E3", &BOTH, |verdict| check(verdict, &Size { rows: 100_000, kills: 5 }));
}

#[test]
fn e3_in_small() {
    verdict::hold("E3", &BOTH, |verdict| check(verdict, &Size { rows: 1_500, kills: 2 }));
}

fn check(verdict: &mut Verdict, size: &Size) {
    let database = Database::new(verdict.kind);
    let mut server = database.serve();
    let workspace = Workspace::create(&server, size.rows);
    let mut rotation = Rotation::new(&database);
    let load = Load::default();
    let changed_again = thread::scope(|scope| {
        load.start(scope, &workspace, &server);
        rotation.run(size);
        let again = process::run(database.command().args(["keys", "rotate"])).expect_success();
        load.stop();
        rows_in(&again.out)
    });
    let left = rotation.rows_on_old_key();
    process::run(database.command().args(["keys", "retire", &rotation.old])).expect_success();
    drop_last_line(&key_file(&database));
    server.kill();
    server.start_again();
    let (read, wrong) = workspace.read_all(&server);

    let reads = load.reads.get();
    verdict.note("rows", size.rows);
    verdict.none("read_failures", load.failures.get() + wrong);
    verdict.none("rows_on_old_key", left);
    verdict.exactly("rows_read_without_it", read, size.rows + load.writes.get());
    verdict.none("changed_by_second_run", changed_again);
    let milliseconds = u64::try_from(rotation.took.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = size.rows * 1_000 / milliseconds;
    if verdict.is_long {
        verdict.exactly("kills", rotation.kills, size.kills);
        verdict.at_least("rows_per_s", rate, ROWS_PER_SECOND);
    } else {
        verdict.at_least("kills", rotation.kills, 1);
        verdict.note("rows_per_s", rate);
    }
    verdict.at_least("reads_meanwhile", reads, 1);
    verdict.at_least("writes_meanwhile", load.writes.get(), 1);
}

impl<'a> Rotation<'a> {
    fn new(database: &'a Database) -> Self {
        let ring = KeyRing::parse(&fs::read_to_string(key_file(database)).expect("keys")).expect("a ring");
        let watch = census::connect(database);
        Self { database, watch, old: ring.current_id().to_owned(), kills: 0, took: Duration::ZERO }
    }

    /// Kills the command once as soon as the new key is in the file, and then after equal shares of the rows.
    fn run(&mut self, size: &Size) {
        let before = key_file(self.database);
        let before = fs::read_to_string(&before).expect("keys");
        self.kill_when(|rotation| {
            fs::read_to_string(key_file(rotation.database)).is_ok_and(|text| text != before)
        });
        for part in 1..size.kills {
            let row = self.id_of_row(size.rows * part / (size.kills + 1));
            self.kill_when(|rotation| rotation.is_sealed_anew(row));
        }
        let since = Instant::now();
        process::run(self.database.command().args(["keys", "rotate"])).expect_success();
        self.took += since.elapsed();
    }

    fn kill_when(&mut self, is_reached: impl Fn(&mut Self) -> bool) {
        let since = Instant::now();
        let mut command = self.database.command();
        let mut process = command.args(["keys", "rotate"]).stdout(Stdio::null()).spawn().expect("the binary");
        while !has_ended(&mut process) {
            if is_reached(self) {
                process.kill().expect("a process to kill");
                self.kills += 1;
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        process.wait().expect("a process that ended");
        self.took += since.elapsed();
    }

    fn rows_on_old_key(&mut self) -> u64 {
        let query = format!(
            "SELECT count(*) AS count FROM social_accounts WHERE access_token LIKE 'enc:v1:{}:%'",
            self.old
        );
        count(&mut self.watch, &query)
    }

    /// Rows are sealed anew in the order of their ids.
    fn id_of_row(&mut self, place: u64) -> u64 {
        count(
            &mut self.watch,
            &format!("SELECT id AS count FROM social_accounts ORDER BY id LIMIT 1 OFFSET {place}"),
        )
    }

    /// Costs little, unlike counting the rows, which would take the processor from the command.
    fn is_sealed_anew(&mut self, id: u64) -> bool {
        let query = format!(
            "SELECT count(*) AS count FROM social_accounts \
             WHERE workspace_id = (SELECT min(id) FROM workspaces) AND id = {id} AND access_token NOT LIKE 'enc:v1:{}:%'",
            self.old
        );
        count(&mut self.watch, &query) > 0
    }
}

fn has_ended(process: &mut Child) -> bool {
    process.try_wait().expect("a process").is_some()
}

fn key_file(database: &Database) -> PathBuf {
    database.folder.path().join("roster.key")
}

/// The new key is the first line.
fn drop_last_line(path: &PathBuf) {
    let text = fs::read_to_string(path).expect("keys");
    let (first, _) = text.split_once('\n').expect("two keys");
    fs::write(path, format!("{first}\n")).expect("a key file");
}

/// The number in `Sealed N rows anew`; 0 if nothing was sealed.
fn rows_in(output: &str) -> u64 {
    let number =
        output.lines().find_map(|line| line.strip_prefix("Sealed ")?.split(' ').next()?.parse().ok());
    number.unwrap_or_default()
}
