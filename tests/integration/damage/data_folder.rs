//! The data folder of a running service is gone, or another one is in its place: nothing is acknowledged any more.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;

use super::readiness_becomes;
use crate::support::{client::Answer, database::Kind, people::Person, server::TestApp};

const SENTENCE: &str = "The database of this service was moved or replaced while it runs, and nothing was changed. \
     Ask its operator to put it back, or to restart the service.";

fn file(app: &TestApp) -> PathBuf {
    app.database.folder.path().join("roster.sqlite3")
}

fn rename_workspace(person: &Person, name: &str) -> Answer {
    let body = json!({ "workspace": { "name": name } });
    person.client.send(Method::PUT, "/api/v4/workspaces", Some(&body)).expect("an answer")
}

fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json(), json!({"success": false, "message": [SENTENCE]}));
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
}

#[test]
fn gone() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    readiness_becomes(&app, 200);
    let folder = app.database.folder.path();
    let elsewhere = folder.with_extension("moved");
    fs::rename(folder, &elsewhere).unwrap();
    readiness_becomes(&app, 503);
    // For a second a request may still fail in SQLite itself.
    assert_eq!(rename_workspace(&olga, "Southside").status, 503);
    let since = Instant::now();
    let read = || olga.client.send(Method::GET, "/rest/people", None).expect("an answer");
    while read().status == 200 {
        assert!(since.elapsed() < Duration::from_secs(5), "the place is looked at every second");
    }
    while !read().body.contains(SENTENCE) {
        assert!(since.elapsed() < Duration::from_secs(5), "the place is looked at every second");
    }
    assert_eq!((read().status, read().json()["messages"][0].as_str()), (503, Some(SENTENCE)));
    is_refused(&rename_workspace(&olga, "Southside"));
    assert!(!folder.exists(), "a new folder was made");
    fs::rename(&elsewhere, folder).unwrap();
    readiness_becomes(&app, 200);
    assert_eq!(rename_workspace(&olga, "Southside").status, 200);
}

#[test]
fn replaced_by_a_copy() {
    let mut app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    readiness_becomes(&app, 200);
    let copy = file(&app).with_extension("copy");
    fs::copy(file(&app), &copy).unwrap();
    fs::rename(&copy, file(&app)).unwrap();
    readiness_becomes(&app, 503);
    is_refused(&rename_workspace(&olga, "Southside"));
    app.restart_with(|_| ());
    readiness_becomes(&app, 200);
}

#[test]
fn without_its_write_ahead_log() {
    let app = TestApp::start(Kind::Sqlite);
    let olga = Person::owner_of(&app, "olga", "Northside");
    assert_eq!(rename_workspace(&olga, "Southside").status, 200);
    fs::remove_file(app.database.folder.path().join("roster.sqlite3-wal")).unwrap();
    // Or SQLite itself fails, if a connection has made a new log meanwhile.
    assert_eq!(rename_workspace(&olga, "Westside").status, 503);
}
