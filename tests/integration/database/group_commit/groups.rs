//! What one transaction contains, and when its requests are answered.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use roster::{db::signal, error::Error};
use tokio::time::timeout;

use super::{Writes, execute, insert};

/// For an answer that must not come.
const MOMENT: Duration = Duration::from_millis(100);

fn commits(writes: &Writes) -> usize {
    writes.statements().iter().filter(|statement| *statement == "COMMIT").count()
}

#[tokio::test]
async fn closures_that_wait_share_one_commit() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let inserts = [writes.insert("a").await, writes.insert("b").await];
    gate.open().await;
    assert!(join_all(inserts).await.iter().all(Result::is_ok));
    let expected = [
        "COMMIT",
        "BEGIN IMMEDIATE",
        "SAVEPOINT one_of_group",
        "INSERT INTO marks (mark) VALUES ('a')",
        "RELEASE one_of_group",
        "SAVEPOINT one_of_group",
        "INSERT INTO marks (mark) VALUES ('b')",
        "RELEASE one_of_group",
        "COMMIT",
    ];
    assert_eq!(writes.statements(), expected);
    assert_eq!(writes.marks(), ["a", "b"]);
}

#[tokio::test]
async fn one_closure_needs_no_savepoint() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let insert = writes.insert("a").await;
    gate.open().await;
    insert.await.expect("a write");
    let expected = ["COMMIT", "BEGIN IMMEDIATE", "INSERT INTO marks (mark) VALUES ('a')", "COMMIT"];
    assert_eq!(writes.statements(), expected);
}

#[tokio::test]
async fn a_long_closure_shares_no_transaction() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let before = writes.insert("before").await;
    let long = writes.queue_long(|conn| insert(conn, "long")).await;
    let after = writes.insert("after").await;
    gate.open().await;
    assert!(join_all([before, long, after]).await.iter().all(Result::is_ok));
    assert_eq!(commits(&writes), 4);
    assert_eq!(writes.marks(), ["before", "long", "after"]);
}

#[tokio::test]
async fn many_records_share_no_transaction() {
    let commits_of = async |records| {
        let writes = Writes::new();
        let gate = writes.gate().await;
        let db = writes.db.clone();
        let many = async move { db.write_many(records, |conn| insert(conn, "many")).await };
        let both = [super::queued(many).await, writes.insert("next").await];
        gate.open().await;
        assert!(join_all(both).await.iter().all(Result::is_ok));
        commits(&writes)
    };
    assert_eq!(commits_of(20).await, 2);
    assert_eq!(commits_of(21).await, 3);
}

#[tokio::test]
async fn a_group_ends_with_64_closures() {
    for (closures, transactions) in [(64, 1), (65, 2)] {
        let writes = Writes::new();
        let gate = writes.gate().await;
        let mut inserts = Vec::new();
        for number in 0..closures {
            inserts.push(writes.queue(move |conn| insert(conn, &number.to_string())).await);
        }
        gate.open().await;
        assert!(join_all(inserts).await.iter().all(Result::is_ok));
        assert_eq!(commits(&writes), 1 + transactions, "{closures} closures");
    }
}

#[tokio::test]
async fn a_group_ends_after_20_milliseconds() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        let work = |_: &mut roster::db::Conn| {
            let since = Instant::now();
            while since.elapsed() < Duration::from_millis(20) {}
            Ok(())
        };
        slow.push(writes.queue(work).await);
    }
    gate.open().await;
    join_all(slow).await;
    assert_eq!(commits(&writes), 4);
}

#[tokio::test]
async fn nothing_is_answered_before_it_is_committed() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let mut accepted = writes.insert("accepted").await;
    let mut refused = writes
        .queue(|conn| {
            insert(conn, "refused")?;
            Err::<(), _>(Error::NotFound)
        })
        .await;
    let ((entered, enter), (open, opened)) = (mpsc::channel(), mpsc::channel());
    let last = writes
        .queue(move |conn| {
            entered.send(()).expect("a test");
            opened.recv().expect("a test");
            insert(conn, "last")
        })
        .await;
    gate.open().await;
    enter.recv().expect("a writer");
    assert!(timeout(MOMENT, &mut accepted).await.is_err(), "answered before COMMIT");
    assert!(timeout(MOMENT, &mut refused).await.is_err(), "answered before COMMIT");
    assert_eq!(writes.marks(), [""; 0]);
    open.send(()).expect("a writer");
    accepted.await.expect("a write");
    assert_eq!(writes.marks(), ["accepted", "last"]);
    assert!(matches!(refused.await, Err(Error::NotFound)));
    last.await.expect("a write");
    let rolled_back = "ROLLBACK TO one_of_group; RELEASE one_of_group".to_owned();
    assert!(writes.statements().contains(&rolled_back));
}

#[tokio::test]
async fn nested_transactions_are_rolled_back_with_their_closure() {
    use diesel::Connection as _;
    let writes = Writes::new();
    let gate = writes.gate().await;
    let nested = writes
        .queue(|conn| {
            let inner = conn.transaction(|conn| {
                insert(conn, "inner, rolled back")?;
                Err::<(), _>(Error::NotFound)
            });
            assert!(inner.is_err());
            conn.transaction(|conn| insert(conn, "inner"))?;
            insert(conn, "outer")
        })
        .await;
    let refused = writes
        .queue(|conn| {
            conn.transaction(|conn| insert(conn, "inner, refused"))?;
            Err::<(), _>(Error::NotFound)
        })
        .await;
    let last = writes.insert("last").await;
    gate.open().await;
    nested.await.expect("a write");
    assert!(refused.await.is_err());
    last.await.expect("a write");
    assert_eq!(writes.marks(), ["inner", "outer", "last"]);
}

#[tokio::test]
async fn the_jobs_of_accepted_closures_are_signalled() {
    let writes = Writes::new();
    let signalled = || {
        let wait = timeout(Duration::ZERO, writes.db.signal().wait());
        async { wait.await.is_ok() }
    };
    let refuse = |_: &mut roster::db::Conn| {
        signal::announce_job();
        Err::<(), _>(Error::NotFound)
    };
    let gate = writes.gate().await;
    let (refused, quiet) = (writes.queue(refuse).await, writes.insert("quiet").await);
    gate.open().await;
    assert!(refused.await.is_err());
    quiet.await.expect("a write");
    assert!(!signalled().await);
    let gate = writes.gate().await;
    let announced = writes.queue(|_| {
        signal::announce_job();
        Ok(())
    });
    let (announced, quiet) = (announced.await, writes.insert("after").await);
    gate.open().await;
    announced.await.expect("a write");
    quiet.await.expect("a write");
    assert!(signalled().await);
}

#[tokio::test]
async fn a_generation_lasts_until_its_closures_are_answered() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let generation = writes.db.begin_generation();
    assert!(generation.upgrade().is_some());
    gate.open().await;
    assert!(generation.upgrade().is_none());
}

#[tokio::test]
async fn a_commit_is_durable_at_once() {
    let writes = Writes::new();
    let synchronous = writes.db.write(|conn| {
        execute(conn, "INSERT INTO marks SELECT 'synchronous ' || synchronous FROM pragma_synchronous")
    });
    synchronous.await.expect("a write");
    // 2 is FULL: the log is synced at each COMMIT.
    assert_eq!(writes.marks(), ["synchronous 2"]);
}
