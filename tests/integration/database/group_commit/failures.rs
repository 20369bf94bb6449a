//! A failure of the database or a panic rolls the whole group back; then each closure runs alone.

use futures_util::future::join_all;
use roster::{
    db::Conn,
    error::{Error, Result},
};

use super::{Runs, Writes, execute, insert};

/// The attempts of a closure that violates a constraint again and again.
const ATTEMPTS: usize = 4;

type Work = Box<dyn Fn(&mut Conn) -> Result<()> + Send>;

/// Runs closures of one group, of which all but `bad` insert their name.
async fn run_group<F>(writes: &Writes, bad: F) -> (Vec<Result<()>>, Vec<&'static str>)
where
    F: Fn(&mut Conn) -> Result<()> + Send + 'static,
{
    let runs = Runs::default();
    let noted = |name, work: Work| {
        let runs = runs.clone();
        writes.queue(move |conn| {
            runs.note(name);
            work(conn)
        })
    };
    let gate = writes.gate().await;
    let group = [
        noted("first", Box::new(|conn| insert(conn, "first"))).await,
        noted("bad", Box::new(bad)).await,
        noted("last", Box::new(|conn| insert(conn, "last"))).await,
    ];
    gate.open().await;
    (join_all(group).await, runs.names())
}

fn assert_only_bad_failed(writes: &Writes, results: &[Result<()>]) {
    assert!(results[0].is_ok(), "{results:?}");
    assert!(results[2].is_ok(), "{results:?}");
    assert_eq!(writes.marks(), ["first", "last"]);
}

#[tokio::test]
async fn a_violation_fails_its_own_request() {
    let writes = Writes::new();
    let (results, runs) = run_group(&writes, |conn| insert(conn, "twice").and(insert(conn, "twice"))).await;
    assert!(matches!(results[1], Err(Error::Ours(_))), "{results:?}");
    assert_only_bad_failed(&writes, &results);
    let mut expected = vec!["first", "bad", "first"];
    expected.extend(["bad"; ATTEMPTS]);
    expected.push("last");
    assert_eq!(runs, expected);
}

#[tokio::test]
async fn a_deferred_key_that_fails_at_commit_fails_its_own_request() {
    let writes = Writes::new();
    let (results, runs) = run_group(&writes, |conn| execute(conn, "INSERT INTO children VALUES (1)")).await;
    assert!(matches!(results[1], Err(Error::Ours(_))), "{results:?}");
    assert_only_bad_failed(&writes, &results);
    assert_eq!(writes.count("children"), 0);
    assert_eq!(runs[..4], ["first", "bad", "last", "first"]);
}

/// Its closure alone would have failed; what is committed violates nothing.
#[tokio::test]
async fn a_later_closure_may_repair_a_violation() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let group = [
        writes.queue(|conn| execute(conn, "INSERT INTO children VALUES (1)")).await,
        writes.queue(|conn| execute(conn, "INSERT INTO parents VALUES (1)")).await,
    ];
    gate.open().await;
    assert!(join_all(group).await.iter().all(Result::is_ok));
    assert_eq!(writes.count("children"), 1);
    assert_eq!(writes.count("pragma_foreign_key_check"), 0);
}

/// Leaves no room for more than the database has. A statement that inserts one row has no journal of its own, so SQLite
/// ends the whole transaction.
fn fill_up(conn: &mut Conn) -> Result<()> {
    execute(conn, "PRAGMA max_page_count = 1")?;
    execute(conn, "INSERT INTO marks VALUES (hex(zeroblob(1000000)))")
}

#[tokio::test]
async fn a_full_disk_fails_its_own_request() {
    let writes = Writes::new();
    let (results, runs) = run_group(&writes, fill_up).await;
    assert!(matches!(results[1], Err(Error::DiskFull)), "{results:?}");
    assert_only_bad_failed(&writes, &results);
    assert_eq!(runs, ["first", "bad", "first", "bad", "last"]);
}

/// What follows in a transaction that SQLite has ended would be committed statement by statement.
#[tokio::test]
async fn a_closure_that_ignores_a_full_disk_harms_no_other() {
    let writes = Writes::new();
    let (results, runs) = run_group(&writes, |conn| fill_up(conn).or(Ok(()))).await;
    assert!(matches!(results[1], Err(Error::Ours(_))), "{results:?}");
    assert_only_bad_failed(&writes, &results);
    assert_eq!(runs, ["first", "bad", "first", "bad", "last"]);
}

#[tokio::test]
async fn a_panic_fails_its_own_request_and_renews_the_connection() {
    let writes = Writes::new();
    writes
        .db
        .write(|conn| execute(conn, "CREATE TEMP TABLE of_this_connection (id)"))
        .await
        .expect("a table");
    let (results, runs) = run_group(&writes, |conn| {
        insert(conn, "panicked")?;
        panic!("a panic for this test")
    })
    .await;
    assert!(matches!(results[1], Err(Error::Ours(_))), "{results:?}");
    assert_only_bad_failed(&writes, &results);
    assert_eq!(runs, ["first", "bad", "first", "last"]);
    let other = writes.db.write(|conn| execute(conn, "INSERT INTO temp.of_this_connection VALUES (1)")).await;
    assert!(other.is_err(), "the connection is the same");
}

#[tokio::test]
async fn a_lone_closure_that_panics_leaves_a_writer_behind() {
    let writes = Writes::new();
    let panicked = writes.db.write(|conn| {
        insert(conn, "panicked")?;
        panic!("a panic for this test") as Result<()>
    });
    assert!(matches!(panicked.await, Err(Error::Ours(_))));
    writes.insert("next").await.await.expect("a write");
    assert_eq!(writes.marks(), ["next"]);
}

/// Dropped by the writer if its request is gone.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("a panic for this test");
    }
}

/// The thread fails between COMMIT and the answers.
#[tokio::test]
async fn after_a_commit_without_an_answer_nothing_runs_again() {
    let writes = Writes::new();
    let runs = Runs::default();
    let ((entered, enter), (open, opened)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
    let gate = writes.gate().await;
    let gone = writes
        .queue(|conn| {
            insert(conn, "gone")?;
            Ok(PanicsOnDrop)
        })
        .await;
    let noted = runs.clone();
    let unanswered = writes
        .queue(move |conn| {
            noted.note("unanswered");
            entered.send(()).expect("a test");
            opened.recv().expect("a test");
            insert(conn, "unanswered")
        })
        .await;
    gate.open().await;
    enter.recv().expect("a writer");
    drop(gone);
    let next = writes.queue_long(|conn| insert(conn, "next")).await;
    open.send(()).expect("a writer");
    assert!(super::is_unavailable(&unanswered.await));
    next.await.expect("a write by the thread that goes on");
    assert_eq!(writes.marks(), ["gone", "unanswered", "next"]);
    assert_eq!(runs.names(), ["unanswered"]);
}
