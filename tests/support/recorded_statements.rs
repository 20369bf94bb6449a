//! The statements that a service under test sends over its connections, by database.

use std::{
    collections::HashMap,
    sync::{Condvar, LazyLock, Mutex, MutexGuard, Once, PoisonError},
    time::Duration,
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::{
    database::{Database, Kind},
    server::TestApp,
};

const LONGEST_SWEEP: Duration = Duration::from_secs(30);
const CONNECT: &str = "CONNECT";

/// By the URL of the database, without its parameters.
static STATEMENTS: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);
static RECORDED: Condvar = Condvar::new();

#[derive(Default)]
struct Recorder {
    url: String,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let statement = match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut self.url);
                CONNECT.to_owned()
            }
            InstrumentationEvent::StartQuery { query, .. } => query.to_string(),
            _ => return,
        };
        statements().entry(self.url.clone()).or_default().push(statement);
        RECORDED.notify_all();
    }
}

/// A service whose statements are recorded, once its first sweep is over.
pub fn start(kind: Kind) -> TestApp {
    static RECORD: Once = Once::new();
    RECORD.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Recorder::default()))).expect("a recorder");
    });
    let app = TestApp::start(kind);
    let url = url(&app.database);
    let waiting = RECORDED.wait_timeout_while(statements(), LONGEST_SWEEP, |all| !has_swept(all.get(&url)));
    let has_timed_out = waiting.unwrap_or_else(PoisonError::into_inner).1.timed_out();
    assert!(!has_timed_out, "the first sweep does not end");
    app
}

/// The token readings go last.
fn has_swept(statements: Option<&Vec<String>>) -> bool {
    let mut statements = statements.into_iter().flatten();
    statements.any(|statement| statement.starts_with("DELETE") && statement.contains("token_readings"))
        && statements.any(|statement| statement == "COMMIT")
}

/// All since the last call, with a `CONNECT` for each new connection.
pub fn take_all(database: &Database) -> Vec<String> {
    statements().remove(&url(database)).unwrap_or_default()
}

/// The same without those that make a connection, since the pool makes them at any time.
pub fn take(database: &Database) -> Vec<String> {
    let mut statements = take_all(database);
    statements.retain(|statement| {
        ![CONNECT, "SET ", "PRAGMA "].iter().any(|word| statement.trim_start().starts_with(word))
    });
    statements
}

fn statements() -> MutexGuard<'static, HashMap<String, Vec<String>>> {
    STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn url(database: &Database) -> String {
    let file = database.folder.path().join("roster.sqlite3");
    database.url().unwrap_or_else(|| file.to_string_lossy().into_owned())
}
