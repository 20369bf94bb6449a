//! The thread ends with the last handle of the database, and its connection with it.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{Writes, insert};

#[tokio::test]
async fn the_connection_is_closed_when_the_database_is_dropped() {
    let writes = Writes::new();
    let log = writes.database.folder.path().join("roster.sqlite3-wal");
    writes.insert("a").await.await.expect("a write");
    assert!(log.exists());
    let Writes { db, .. } = &writes;
    let other = db.clone();
    let Writes { db, database, .. } = writes;
    drop(db);
    assert!(log.exists(), "another handle is in use");
    drop(other);
    assert!(!log.exists(), "the last connection to close removes the log");
    drop(database);
}

#[tokio::test]
async fn a_closure_may_own_the_last_handle() {
    let writes = Writes::new();
    let log = writes.database.folder.path().join("roster.sqlite3-wal");
    let (own, (entered, enter), (open, opened)) = (writes.db.clone(), mpsc::channel(), mpsc::channel());
    let closure = writes
        .queue(move |conn| {
            assert!(own.file().target().is_some());
            entered.send(()).expect("a test");
            opened.recv().expect("a test");
            insert(conn, "a")
        })
        .await;
    enter.recv().expect("a writer");
    let Writes { db, database, .. } = writes;
    drop((closure, db));
    open.send(()).expect("a writer");
    let since = Instant::now();
    while log.exists() && since.elapsed() < Duration::from_secs(10) {
        thread::yield_now();
    }
    assert!(!log.exists());
    drop(database);
}
