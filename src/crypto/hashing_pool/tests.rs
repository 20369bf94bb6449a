use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures_util::{FutureExt, future};

use super::{Hasher, HashingPool, Result};
use crate::{crypto::stored_hash, error::Error};

fn pool(threads: usize, queue: usize) -> HashingPool {
    HashingPool::start(threads, queue, &stored_hash::params(8, 1).unwrap())
}

async fn run<T: Send + 'static>(
    pool: &HashingPool,
    job: impl FnOnce(&mut Hasher) -> T + Send + 'static,
) -> Result<T> {
    pool.run(pool.permit().await?, job).await
}

/// Blocks one thread until the sender is dropped; the receiver gets a message when it is blocked.
fn occupy(pool: &HashingPool) -> (mpsc::Sender<()>, mpsc::Receiver<()>, tokio::task::JoinHandle<Result<()>>) {
    let (release, released) = mpsc::channel::<()>();
    let (holding, held) = mpsc::channel();
    let pool = pool.clone();
    let job = tokio::spawn(async move {
        run(&pool, move |_| {
            holding.send(()).unwrap();
            let _ = released.recv();
        })
        .await
    });
    (release, held, job)
}

#[tokio::test]
async fn runs_every_job() {
    let pool = pool(2, 100);
    let answers = future::try_join_all((0..100).map(|number| run(&pool, move |_| number))).await.unwrap();
    assert_eq!(answers, (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_full_queue_refuses_with_retry_after_one_second() {
    let pool = pool(1, 2);
    let (release, held, job) = occupy(&pool);
    tokio::task::yield_now().await;
    held.recv_timeout(Duration::from_secs(5)).unwrap();
    let mut jobs: Vec<_> = (0..3).map(|number| Box::pin(run(&pool, move |_| number))).collect();
    for waiting in &mut jobs[..2] {
        assert!(waiting.now_or_never().is_none());
    }
    let refused = jobs.pop().unwrap().await.unwrap_err();
    assert!(
        matches!(refused, Error::Unavailable { retry_after, cause: None } if retry_after == Duration::from_secs(1)),
        "{refused:?}"
    );
    assert!(pool.permit().await.is_err(), "no permit while the queue is full");
    drop(release);
    job.await.unwrap().unwrap();
    assert_eq!(future::try_join_all(jobs).await.unwrap(), [0, 1]);
}

#[tokio::test]
async fn skips_jobs_whose_result_is_not_awaited() {
    let pool = pool(1, 8);
    let ran = Arc::new(AtomicUsize::new(0));
    let (release, held, job) = occupy(&pool);
    tokio::task::yield_now().await;
    held.recv_timeout(Duration::from_secs(5)).unwrap();
    for _ in 0..4 {
        let ran = Arc::clone(&ran);
        let mut abandoned = Box::pin(run(&pool, move |_| ran.fetch_add(1, Ordering::SeqCst)));
        assert!((&mut abandoned).now_or_never().is_none());
    }
    drop(release);
    job.await.unwrap().unwrap();
    run(&pool, |_| ()).await.unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn survives_panics() {
    let pool = pool(1, 4);
    for _ in 0..3 {
        let panicked = run(&pool, |_| panic!("a panic for this test")).await;
        assert!(matches!(panicked, Err(Error::Ours(_))));
    }
    assert_eq!(run(&pool, |_| 7).await.unwrap(), 7);
}

#[tokio::test]
async fn dropping_a_permit_frees_its_place() {
    let pool = pool(1, 1);
    let permits = [pool.permit().await.unwrap(), pool.permit().await.unwrap()];
    assert!(pool.permit().await.is_err());
    drop(permits);
    assert_eq!(run(&pool, |_| 7).await.unwrap(), 7);
}

#[tokio::test]
async fn hashing_threads_run_at_a_lower_priority() {
    let niceness = || {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap().parse::<i32>().unwrap()
    };
    let hashing = run(&pool(1, 1), move |_| niceness()).await.unwrap();
    assert!(hashing > niceness(), "{hashing}");
}
