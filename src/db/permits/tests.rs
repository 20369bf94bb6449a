use futures_util::FutureExt as _;

use super::*;
use crate::db::{Db, Pooling, Target, turns::MAX_WAITING_IN_A_LANE};

const STALLED: Duration = Duration::from_secs(2);
const TIMEOUTS: QueueTimeouts =
    QueueTimeouts { total: Duration::from_secs(10), stalled: STALLED, retry: STALLED };

fn permits(connections: u32) -> Permits {
    Permits::new(connections, Share::Half, STALLED)
}

impl Permits {
    fn try_acquire(&self) -> Option<Permit> {
        self.try_acquire_in(Lane::Service)
    }

    fn try_acquire_in(&self, lane: Lane) -> Option<Permit> {
        self.acquire(lane, TIMEOUTS, Instant::now()).now_or_never()?.ok()
    }

    async fn acquire_one(&self) -> Result<Permit> {
        self.acquire(Lane::Service, TIMEOUTS, Instant::now()).await
    }
}

#[tokio::test]
async fn waiting_ends_after_two_seconds_without_progress() {
    let permits = permits(1);
    let _held = permits.acquire_one().await.unwrap();
    let since = Instant::now();
    assert!(matches!(permits.acquire_one().await, Err(Error::Unavailable { .. })));
    assert!(since.elapsed() >= TIMEOUTS.stalled);
    assert!(permits.state().waiting.is_empty());
}

#[tokio::test]
async fn a_returned_permit_goes_to_the_next_in_the_queue() {
    let permits = permits(1);
    let held = permits.acquire_one().await.unwrap();
    let mut next = Box::pin(permits.acquire_one());
    assert!(next.as_mut().now_or_never().is_none());
    drop(held);
    assert!(next.now_or_never().unwrap().is_ok());
}

#[tokio::test]
async fn a_request_that_leaves_takes_no_permit() {
    let permits = permits(1);
    let held = permits.acquire_one().await.unwrap();
    let (mut first, mut second) = (Box::pin(permits.acquire_one()), Box::pin(permits.acquire_one()));
    assert!(first.as_mut().now_or_never().is_none() && second.as_mut().now_or_never().is_none());
    drop(first);
    assert_eq!(permits.state().waiting.len(), 1);
    drop(held);
    // It has the permit now, and leaves before it sees that.
    drop(second);
    assert!(permits.try_acquire().is_some());
}

#[tokio::test]
async fn a_closed_queue_refuses_those_that_wait_and_those_that_come() {
    let permits = permits(1);
    let held = permits.acquire_one().await.unwrap();
    let mut next = Box::pin(permits.acquire_one());
    assert!(next.as_mut().now_or_never().is_none());
    permits.close();
    assert!(matches!(next.now_or_never().unwrap(), Err(Error::Unavailable { .. })));
    drop(held);
    assert!(matches!(permits.acquire_one().await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn a_permit_that_is_returned_is_no_progress() {
    let permits = permits(1);
    let since = Instant::now();
    tokio::time::sleep(Duration::from_millis(2)).await;
    let waited = since.elapsed();
    drop(permits.acquire_one().await.unwrap());
    assert!(permits.0.progress.elapsed() >= waited);
    permits.note_progress(Lane::Service);
    assert!(permits.0.progress.elapsed() < since.elapsed());
}

#[tokio::test]
async fn none_begins_while_all_permits_are_held() {
    let permits = permits(4);
    let running = permits.acquire_one().await.unwrap();
    let mut all = Box::pin(permits.acquire_all());
    assert!(all.as_mut().now_or_never().is_none());
    assert!(permits.try_acquire().is_none());
    drop(running);
    let all = all.now_or_never().unwrap();
    assert!(permits.try_acquire().is_none());
    drop(all);
    assert!(permits.try_acquire().is_some());
}

#[tokio::test]
async fn who_gives_up_holding_all_permits_stops_nobody() {
    let permits = permits(1);
    let running = permits.acquire_one().await.unwrap();
    assert!(permits.acquire_all().now_or_never().is_none());
    drop(running);
    assert!(permits.try_acquire().is_some());
}

/// Work of each of these workspaces waits for a lock in vain.
fn time_out(permits: &Permits, workspaces: &[i64]) {
    for id in workspaces {
        permits.note_lock_timeout(Lane::Workspace(*id));
    }
}

/// Whether a write behind one of the same workspace still waits after so long.
fn waits_behind_it(permits: &Permits, timeouts: QueueTimeouts, waited: Duration) -> bool {
    let place = permits.enter(A).unwrap().0;
    place.expect_patience(timeouts, waited).is_ok()
}

const A: Lane = Lane::Workspace(1);
const PATIENT: QueueTimeouts = QueueTimeouts { retry: TIMEOUTS.total, ..TIMEOUTS };

#[tokio::test]
async fn one_request_at_a_time_tries_a_stalled_database() {
    let permits = Permits::new(3, Share::Half, Duration::ZERO);
    time_out(&permits, &[1, 2]);
    let probe = permits.try_acquire_in(A).unwrap();
    assert!(permits.try_acquire_in(A).is_none() && permits.try_acquire_in(Lane::Workspace(2)).is_none());
    drop(probe);
    let _probe = permits.try_acquire_in(A).unwrap();
    permits.note_progress(A);
    assert!(permits.try_acquire_in(Lane::Workspace(2)).is_some());
}

#[tokio::test]
async fn a_lane_that_did_not_time_out_is_served_while_others_are_locked() {
    let permits = Permits::new(4, Share::One, Duration::ZERO);
    time_out(&permits, &[1, 2]);
    let _probe = permits.try_acquire_in(A).unwrap();
    let _third = permits.try_acquire_in(Lane::Workspace(3)).unwrap();
    let _service = permits.try_acquire().unwrap();
    assert!(permits.try_acquire_in(Lane::Workspace(2)).is_none());
}

#[tokio::test]
async fn a_lock_timeout_of_the_service_stops_nobody() {
    let permits = Permits::new(3, Share::One, Duration::ZERO);
    permits.note_lock_timeout(Lane::Service);
    let _first = permits.try_acquire().unwrap();
    assert!(permits.try_acquire().is_some());
}

#[tokio::test]
async fn a_locked_workspace_is_no_stalled_database() {
    let permits = Permits::new(3, Share::One, Duration::ZERO);
    time_out(&permits, &[1, 1]);
    let _first = permits.try_acquire().unwrap();
    assert!(permits.try_acquire().is_some());
}

#[tokio::test]
async fn writes_of_a_busy_workspace_wait_for_the_one_that_runs() {
    let permits = Permits::new(2, Share::One, STALLED);
    let _running = permits.try_acquire_in(A).unwrap();
    let timeouts = QueueTimeouts { stalled: Duration::from_millis(1), ..TIMEOUTS };
    tokio::time::sleep(timeouts.stalled * 2).await;
    assert!(waits_behind_it(&permits, timeouts, STALLED));
    assert!(!waits_behind_it(&permits, timeouts, timeouts.total));
}

#[tokio::test]
async fn writes_behind_a_lock_wait_as_long_as_they_would_be_tried_again() {
    let permits = Permits::new(2, Share::One, STALLED);
    let _running = permits.try_acquire_in(A).unwrap();
    permits.note_lock_timeout(A);
    // Others succeed.
    permits.note_progress(Lane::Service);
    assert!(!waits_behind_it(&permits, TIMEOUTS, STALLED));
    assert!(waits_behind_it(&permits, PATIENT, STALLED * 2));
    permits.note_progress(A);
    assert!(waits_behind_it(&permits, TIMEOUTS, STALLED));
}

#[tokio::test]
async fn as_many_patient_writes_as_permits_wait_for_a_lock_while_nothing_succeeds() {
    let permits = Permits::new(2, Share::One, STALLED);
    let _running = permits.try_acquire_in(A).unwrap();
    permits.note_lock_timeout(A);
    let timeouts = QueueTimeouts { stalled: Duration::from_millis(1), ..PATIENT };
    tokio::time::sleep(timeouts.stalled * 2).await;
    let places: Vec<_> = (0..4).map(|_| permits.enter(A).unwrap()).collect();
    let outcomes = places.iter().map(|(place, _)| place.expect_patience(timeouts, STALLED).is_ok());
    assert_eq!(outcomes.collect::<Vec<_>>(), [true, true, false, false]);
}

#[tokio::test]
async fn a_permit_is_handed_on_after_a_second_and_both_are_returned() {
    let permits = permits(1);
    let overdue = permits.acquire(Lane::Workspace(1), TIMEOUTS, Instant::now()).await.unwrap();
    let since = Instant::now();
    let other = permits.acquire(Lane::Workspace(2), TIMEOUTS, since).await.unwrap();
    assert!(since.elapsed() >= Duration::from_secs(1));
    drop(overdue);
    assert!(permits.try_acquire().is_none());
    drop(other);
    assert!(permits.try_acquire().is_some());
}

#[tokio::test]
async fn a_panic_and_a_request_that_leaves_return_their_permits() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let db = Db::open(&Target::Sqlite(file.path().to_owned()), Pooling::None, 1, 0);
    assert!(db.read::<(), _>(|_| panic!("as a test wants")).await.is_err());
    let (end, ends) = std::sync::mpsc::channel();
    let leaving = db.read(move |_| ends.recv().map_err(Error::ours));
    assert!(timeout(Duration::ZERO, leaving).await.is_err());
    assert!(db.readers.permits.acquire_all().now_or_never().is_none());
    end.send(()).unwrap();
    timeout(Duration::from_secs(5), db.readers.permits.acquire_all()).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let permits = permits(1);
    let _held = permits.acquire_one().await.unwrap();
    let mut queue: Vec<_> = (0..MAX_WAITING_IN_A_LANE).map(|_| Box::pin(permits.acquire_one())).collect();
    assert!(queue.iter_mut().all(|waiting| waiting.as_mut().now_or_never().is_none()));
    assert!(matches!(permits.acquire_one().now_or_never(), Some(Err(Error::Unavailable { .. }))));
    assert_eq!(permits.state().waiting.len(), MAX_WAITING_IN_A_LANE);
}
