//! A process that starts on a database and kills itself when it is about to send its nth statement, or after its COMMIT.

use std::{
    env,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use roster::{app::App, clock::Clock, settings::Settings};
use rustix::process::{Signal, getpid, kill_process};

use crate::support::{database::Database, server};

const KILLED_AT: &str = "TEST_KILLED_AT";
const DATA_DIR: &str = "TEST_DATA_DIR";
const DATABASE_URL: &str = "TEST_DATABASE_URL";

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

/// Runs this test binary again, with only the test [`the_victim`].
pub fn run(database: &Database, killed_at: usize) -> ExitStatus {
    let mut command = Command::new(env::current_exe().expect("this binary"));
    command.args(["--exact", "migrating::victim::the_victim", "--ignored"]);
    command.env(KILLED_AT, killed_at.to_string()).env(DATA_DIR, database.folder.path());
    command.envs(database.url().map(|url| (DATABASE_URL, url)));
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a process that ends")
}

#[test]
#[ignore = "is a process that H2 starts"]
fn the_victim() {
    let (Ok(_), Ok(folder)) = (env::var(KILLED_AT), env::var(DATA_DIR)) else { return };
    let settings = Settings {
        data_dir: Path::new(&folder).to_owned(),
        database_url: env::var(DATABASE_URL).ok().map(Into::into),
        ..server::settings()
    };
    set_default_instrumentation(|| Some(Box::new(Killer))).expect("an instrumentation");
    App::open(settings, Clock::default()).expect("a start that ends well");
}

struct Killer;

impl Instrumentation for Killer {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let counts = match event {
            InstrumentationEvent::StartQuery { .. } => true,
            InstrumentationEvent::FinishQuery { query, .. } => query.to_string() == "COMMIT",
            _ => false,
        };
        let killed_at = env::var(KILLED_AT).ok().and_then(|number| number.parse().ok());
        if counts && killed_at == Some(STATEMENTS.fetch_add(1, Ordering::Relaxed) + 1) {
            kill_process(getpid(), Signal::KILL).expect("the end");
        }
    }
}
