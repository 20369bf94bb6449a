//! What goes over the connections of a Roster under test.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, Once},
    thread,
    time::{Duration, Instant},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::{
    database::{Database, Kind},
    server::TestApp,
};

/// By the URL of the database, without its parameters: what was said on all its connections.
static SAID: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Ear {
    url: String,
}

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let words = match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut self.url);
                "CONNECT".to_owned()
            }
            InstrumentationEvent::StartQuery { query, .. } => query.to_string(),
            _ => return,
        };
        SAID.lock().expect("nobody panicked").entry(self.url.clone()).or_default().push(words);
    }
}

/// A Roster whose every statement is recorded_statements, and whose first housekeeping is over.
pub fn start(kind: Kind) -> TestApp {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Ear::default()))).expect("somebody who listens");
    });
    let app = TestApp::start(kind);
    let until = Instant::now() + Duration::from_secs(30);
    while !has_swept(&app.database) {
        assert!(Instant::now() < until, "nobody keeps house");
        thread::sleep(Duration::from_millis(5));
    }
    app
}

/// The readings go last.
fn has_swept(database: &Database) -> bool {
    let said = SAID.lock().expect("nobody panicked");
    let mut said = said.get(&url(database)).into_iter().flatten();
    said.any(|said| said.starts_with("DELETE") && said.contains("token_readings"))
        && said.any(|said| said == "COMMIT")
}

/// What was said since the last time somebody asked.
pub fn said_to(database: &Database) -> Vec<String> {
    SAID.lock().expect("nobody panicked").remove(&url(database)).unwrap_or_default()
}

fn url(database: &Database) -> String {
    let file = database.folder.path().join("roster.sqlite3");
    database.url().unwrap_or_else(|| file.to_string_lossy().into_owned())
}

/// The same without how connections are made, which the pool does when it pleases.
pub fn asked_of(database: &Database) -> Vec<String> {
    let mut said = said_to(database);
    said.retain(|said| {
        !["CONNECT", "SET ", "PRAGMA "].iter().any(|word| said.trim_start().starts_with(word))
    });
    said
}
