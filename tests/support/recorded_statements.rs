//! Records the statements that a service under test sends to its database.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Condvar, LazyLock, Mutex, MutexGuard, Once, PoisonError},
    time::Duration,
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use roster::settings::Settings;

use super::{
    database::{Database, Kind},
    server::TestApp,
};

const SWEEP_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT: &str = "CONNECT";

/// Statements by the URL of the database without its parameters.
static STATEMENTS: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);
static UNPREPARED: LazyLock<Mutex<HashMap<String, BTreeSet<String>>>> = LazyLock::new(Mutex::default);
static RECORDED: Condvar = Condvar::new();

#[derive(Default)]
struct Recorder {
    url: String,
    /// Statements of the transaction that is still open.
    transaction: Vec<String>,
    /// The texts of the statements that this connection has prepared.
    prepared: HashSet<String>,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let statement = match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut self.url);
                CONNECT.to_owned()
            }
            InstrumentationEvent::StartQuery { query, .. } => query.to_string(),
            InstrumentationEvent::CacheQuery { sql, .. } => {
                self.prepared.insert(sql.to_owned());
                return;
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                return self.note_unprepared(&query.to_string());
            }
            _ => return,
        };
        self.record(statement);
    }
}

impl Recorder {
    /// A transaction is recorded as a whole, so that those that only look for due jobs or new keys can be left out.
    fn record(&mut self, statement: String) {
        if self.transaction.is_empty() && !statement.starts_with("BEGIN") {
            return self.keep(vec![statement]);
        }
        let ends = ["COMMIT", "ROLLBACK"].contains(&statement.as_str());
        self.transaction.push(statement);
        if ends {
            let transaction = std::mem::take(&mut self.transaction);
            if !is_of_the_background(&transaction) {
                self.keep(transaction);
            }
        }
    }

    /// What is sent as a text alone, such as COMMIT, has no values and is never prepared.
    fn note_unprepared(&self, statement: &str) {
        let Some((text, _)) = statement.rsplit_once(" -- binds: ") else { return };
        if !self.prepared.contains(text) {
            let mut all = UNPREPARED.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(self.url.clone()).or_default().insert(text.to_owned());
        }
    }

    fn keep(&self, recorded: Vec<String>) {
        statements().entry(self.url.clone()).or_default().extend(recorded);
        RECORDED.notify_all();
    }
}

fn is_of_the_background(transaction: &[String]) -> bool {
    let statements = &transaction[1..transaction.len() - 1];
    let is_background = |statement: &String| {
        let names = |words: &[&str]| words.iter().any(|word| statement.contains(word));
        names(&["`jobs`", "\"jobs\"", "key_holders", "clock_timestamp", "strftime"])
            || names(&["webhook_deliveries", "failing_since", "paused_until"])
            || (names(&["sealing_keys"]) && !names(&["sessions"]))
    };
    !statements.is_empty() && statements.iter().all(is_background)
}

/// Starts a service whose statements are recorded, and waits for the end of its first sweep.
pub fn start(kind: Kind) -> TestApp {
    start_with(kind, |_| {})
}

pub fn start_with(kind: Kind, change: impl FnOnce(&mut Settings)) -> TestApp {
    static RECORD: Once = Once::new();
    RECORD.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Recorder::default()))).expect("a recorder");
    });
    let app = TestApp::start_with(kind, change);
    let url = url(&app.database);
    let waiting = RECORDED.wait_timeout_while(statements(), SWEEP_TIMEOUT, |all| !has_swept(all.get(&url)));
    let has_timed_out = waiting.unwrap_or_else(PoisonError::into_inner).1.timed_out();
    assert!(!has_timed_out, "the first sweep does not end");
    app
}

/// The first sweep ends with old events, of which there are none yet.
fn has_swept(statements: Option<&Vec<String>>) -> bool {
    let mut statements = statements.into_iter().flatten();
    statements.any(|statement| statement.starts_with("UPDATE") && statement.contains("events_kept_since"))
        && statements.any(|statement| statement == "COMMIT")
}

/// All statements since the last call, with `CONNECT` for each new connection.
pub fn take_all(database: &Database) -> Vec<String> {
    statements().remove(&url(database)).unwrap_or_default()
}

/// The same without the statements of a new connection, because the pool may open one at any time.
pub fn take(database: &Database) -> Vec<String> {
    let mut statements = take_all(database);
    statements.retain(|statement| {
        ![CONNECT, "SET ", "PRAGMA "].iter().any(|word| statement.trim_start().starts_with(word))
    });
    statements
}

/// The statements since the last call that were not prepared on the connection that sent them.
pub fn take_unprepared(database: &Database) -> BTreeSet<String> {
    UNPREPARED.lock().unwrap_or_else(PoisonError::into_inner).remove(&url(database)).unwrap_or_default()
}

fn statements() -> MutexGuard<'static, HashMap<String, Vec<String>>> {
    STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn url(database: &Database) -> String {
    let file = database.folder.path().join("roster.sqlite3");
    database.url().unwrap_or_else(|| file.to_string_lossy().into_owned())
}
