//! How long requests wait for the writer, and what becomes of those that no longer wait.

use std::{
    sync::{Arc, atomic::Ordering, mpsc},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::time::timeout;

use super::{Writes, counter, execute, insert, is_unavailable};

/// The queue has 2,000 places, and one lane gets half of them. All writes here are in the lane of the service.
const MAX_WAITING: usize = 1_000;
/// How often a lock is asked for while another process holds it.
const LOCK_STEP: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_request_that_is_cancelled_while_it_waits_never_runs() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let (count, ran) = counter();
    let cancelled = writes
        .queue(move |conn| {
            count.fetch_add(1, Ordering::SeqCst);
            insert(conn, "cancelled")
        })
        .await;
    let other = writes.insert("other").await;
    drop(cancelled);
    gate.open().await;
    other.await.expect("a write");
    assert_eq!((writes.marks(), ran()), (vec!["other".to_owned()], 0));
}

#[tokio::test]
async fn a_request_that_is_cancelled_while_it_runs_is_committed() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let ((entered, enter), (open, opened)) = (mpsc::channel(), mpsc::channel());
    let cancelled = writes
        .queue(move |conn| {
            entered.send(()).expect("a test");
            opened.recv().expect("a test");
            insert(conn, "cancelled")
        })
        .await;
    gate.open().await;
    enter.recv().expect("a writer");
    drop(cancelled);
    open.send(()).expect("a writer");
    writes.insert("next").await.await.expect("a write");
    assert_eq!(writes.marks(), ["cancelled", "next"]);
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let mut waiting = Vec::new();
    for number in 0..MAX_WAITING {
        waiting.push(writes.queue(move |conn| insert(conn, &number.to_string())).await);
    }
    assert!(is_unavailable(&writes.insert("one too many").await.await));
    drop(waiting.pop());
    let fits = writes.insert("fits").await;
    waiting.clear();
    gate.open().await;
    fits.await.expect("a write");
    assert_eq!(writes.marks(), ["fits"]);
}

#[tokio::test]
async fn a_closed_queue_refuses_those_that_wait_and_those_that_come() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let waiting = writes.insert("waiting").await;
    writes.db.close();
    assert!(is_unavailable(&waiting.await));
    assert!(is_unavailable(&writes.insert("later").await.await));
    gate.open().await;
    assert_eq!(writes.marks(), [""; 0]);
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_once() {
    let writes = Writes::new();
    writes.gate().await.open().await;
    writes.statements();
    let mut other = super::connect(&writes.database);
    execute(&mut other, "BEGIN IMMEDIATE").expect("the lock");
    let (count, ran) = counter();
    let mut waiting = Vec::new();
    for number in 0..30 {
        let count = Arc::clone(&count);
        let work = move |conn: &mut _| {
            count.fetch_add(1, Ordering::SeqCst);
            insert(conn, &number.to_string())
        };
        waiting.push(writes.queue(work).await);
    }
    let since = Instant::now();
    let mut waiting = Box::pin(join_all(waiting));
    assert!(timeout(3 * LOCK_STEP, &mut waiting).await.is_err());
    execute(&mut other, "COMMIT").expect("the end of the lock");
    assert!(waiting.await.iter().all(Result::is_ok));
    let begins = writes.statements().iter().filter(|statement| *statement == "BEGIN IMMEDIATE").count();
    let most = since.elapsed().as_millis() / LOCK_STEP.as_millis() + 2;
    assert!(begins as u128 <= most, "{begins} transactions in {:?}", since.elapsed());
    assert_eq!(ran(), 30);
}

#[tokio::test]
async fn a_lock_that_is_not_released_refuses_all_after_five_seconds() {
    let writes = Writes::new();
    let mut other = super::connect(&writes.database);
    execute(&mut other, "BEGIN IMMEDIATE").expect("the lock");
    let since = Instant::now();
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(writes.insert("never").await);
    }
    let patient = writes.db.with_long_timeouts();
    let (refused, patient) = tokio::join!(join_all(waiting), patient.write(|conn| insert(conn, "never")));
    assert!(refused.iter().chain([&patient]).all(is_unavailable));
    let took = since.elapsed();
    assert!(Duration::from_secs(5) <= took && took < Duration::from_secs(9), "{took:?}");
    execute(&mut other, "COMMIT").expect("the end of the lock");
    writes.insert("after").await.await.expect("a write");
    assert_eq!(writes.marks(), ["after"]);
}

/// A disk that hangs: the closure stands for its statement.
#[tokio::test]
async fn a_statement_without_an_answer_is_given_up_and_not_committed() {
    let writes = Writes::new();
    let gate = writes.gate().await;
    let ((entered, enter), (open, opened)) = (mpsc::channel(), mpsc::channel());
    let written = writes.insert("in the same group").await;
    let hanging = writes
        .queue(move |conn| {
            insert(conn, "hanging")?;
            entered.send(()).expect("a test");
            opened.recv().expect("a test");
            Ok(())
        })
        .await;
    gate.open().await;
    enter.recv().expect("a writer");
    let since = Instant::now();
    let waiting = writes.insert("waiting").await;
    let (written, hanging, waiting) = tokio::join!(written, hanging, waiting);
    assert!(is_unavailable(&written) && is_unavailable(&hanging) && is_unavailable(&waiting));
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
    open.send(()).expect("a writer");
    writes.insert("after").await.await.expect("a write");
    assert_eq!(writes.marks(), ["after"]);
}
