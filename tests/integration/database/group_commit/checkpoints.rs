//! The log is copied to the file while transactions go on, and begins anew.

use super::*;

const TASKS: usize = 8;
const CLOSURES: usize = 400;
/// What one closure writes.
const BYTES: usize = 20_000;

#[tokio::test]
async fn the_log_begins_anew_while_closures_never_stop_coming() {
    let writes = Writes::new();
    execute(&mut connect(&writes.database), "CREATE TABLE ballast (bytes BLOB)").unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let db = writes.db.clone();
            tokio::spawn(async move {
                for _ in 0..CLOSURES {
                    let insert = format!("INSERT INTO ballast VALUES (randomblob({BYTES}))");
                    db.write(move |conn| execute(conn, &insert)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let log = writes.database.folder.path().join("roster.sqlite3-wal").metadata().unwrap().len();
    let written = (TASKS * CLOSURES * BYTES) as u64;
    assert!(log < written / 2, "{log} of {written}");
    assert_eq!(writes.count("ballast"), i64::try_from(TASKS * CLOSURES).unwrap());
}
