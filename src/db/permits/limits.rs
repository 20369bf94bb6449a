//! How many transactions may run at the same time, of one lane and of all.

use std::time::{Duration, Instant};

use crate::db::Lane;

/// A transaction that has run for so long leaves its permit to another lane and runs on.
const OVERDUE_AFTER: Duration = Duration::from_secs(1);
pub(in crate::db) const MAX_OVERDUE: u32 = 2;
/// A workspace leaves half of the permits to others for so long after the last of them came. Otherwise it would take
/// those permits whenever the others pause.
const OTHERS_EXPECTED_FOR: Duration = Duration::from_secs(5);

/// How many permits a workspace gets at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::db) enum Share {
    /// While others need them.
    Half,
    /// Its transactions lock it, so all others would wait for the first.
    One,
}

pub(super) struct Limits {
    permits: usize,
    share: Share,
    running: Vec<Running>,
    /// The workspace whose request came last.
    last: Option<Lane>,
    /// When the last request came that was not of the same workspace as the one before.
    mixed_at: Option<Instant>,
}

struct Running {
    number: u64,
    lane: Lane,
    since: Instant,
}

impl Limits {
    pub fn new(permits: usize, share: Share) -> Self {
        Self { permits, share, running: Vec::new(), last: None, mixed_at: None }
    }

    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    pub fn permits(&self) -> usize {
        self.permits
    }

    pub fn runs(&self, lane: Lane) -> bool {
        self.running.iter().any(|running| running.lane == lane)
    }

    /// Whether the workspace writes, and so waits for itself.
    pub fn waits_for_itself(&self, lane: Lane) -> bool {
        self.share == Share::One && matches!(lane, Lane::Workspace(_)) && self.runs(lane)
    }

    /// A request of this lane has come.
    pub fn note(&mut self, lane: Lane, now: Instant) {
        if matches!(lane, Lane::Workspace(_)) && self.last.replace(lane).is_some_and(|last| last != lane) {
            self.mixed_at = Some(now);
        }
    }

    pub fn has_free(&self, now: Instant) -> bool {
        self.free(now) > 0
    }

    /// Whether a transaction of this lane may begin. The last permit is for lanes that have none, so that each of them
    /// finds one.
    pub fn admit(&self, lane: Lane, now: Instant) -> bool {
        let own = self.running.iter().filter(|running| running.lane == lane).count();
        let free = self.free(now);
        own < self.most(lane, now) && (free > 1 || free == 1 && own == 0)
    }

    /// `number` is of the request, and of no other.
    pub fn begin(&mut self, lane: Lane, number: u64, now: Instant) {
        self.running.push(Running { number, lane, since: now });
    }

    pub fn end(&mut self, number: u64) {
        self.running.retain(|running| running.number != number);
    }

    fn most(&self, lane: Lane, now: Instant) -> usize {
        match (lane, self.share) {
            (Lane::Workspace(_), Share::One) => 1,
            (Lane::Workspace(_), Share::Half) if self.expects_others(now) => self.permits.div_ceil(2),
            _ => self.permits,
        }
    }

    fn expects_others(&self, now: Instant) -> bool {
        self.mixed_at.is_some_and(|at| now.saturating_duration_since(at) < OTHERS_EXPECTED_FOR)
    }

    fn free(&self, now: Instant) -> usize {
        let is_overdue = |running: &&Running| now.saturating_duration_since(running.since) >= OVERDUE_AFTER;
        let overdue = self.running.iter().filter(is_overdue).count().min(MAX_OVERDUE as usize);
        (self.permits + overdue).saturating_sub(self.running.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    static NUMBER: AtomicU64 = AtomicU64::new(0);

    const A: Lane = Lane::Workspace(1);
    const B: Lane = Lane::Workspace(2);
    const C: Lane = Lane::Workspace(3);

    /// Of requests that come one after another, those that begin at once.
    fn come(limits: &mut Limits, lanes: &[Lane], now: Instant) -> Vec<Lane> {
        let mut begun = Vec::new();
        for lane in lanes {
            limits.note(*lane, now);
            if limits.admit(*lane, now) {
                limits.begin(*lane, NUMBER.fetch_add(1, Ordering::Relaxed), now);
                begun.push(*lane);
            }
        }
        begun
    }

    fn end(limits: &mut Limits, lane: Lane) {
        let number = limits.running.iter().find(|running| running.lane == lane).unwrap().number;
        limits.end(number);
    }

    #[test]
    fn a_lane_alone_takes_all_permits_but_the_last() {
        for lane in [A, Lane::Service] {
            let mut limits = Limits::new(4, Share::Half);
            assert_eq!(come(&mut limits, &[lane; 5], Instant::now()), [lane; 3]);
            assert!(limits.admit(Lane::Readiness, Instant::now()));
        }
    }

    #[test]
    fn the_last_permit_is_for_a_lane_that_has_none() {
        let (now, mut limits) = (Instant::now(), Limits::new(4, Share::Half));
        assert_eq!(come(&mut limits, &[A, B, A, B, C], now), [A, B, A, C]);
        let mut single = Limits::new(1, Share::Half);
        assert_eq!(come(&mut single, &[A, B], now), [A]);
    }

    #[test]
    fn half_of_them_stay_for_others_that_came_a_moment_ago() {
        let (now, mut limits) = (Instant::now(), Limits::new(5, Share::Half));
        assert_eq!(come(&mut limits, &[B, A, A, A, A], now), [B, A, A, A]);
        end(&mut limits, B);
        let later = now + OTHERS_EXPECTED_FOR / 2;
        assert_eq!(come(&mut limits, &[A], later), []);
        assert_eq!(come(&mut limits, &[A], now + OTHERS_EXPECTED_FOR), [A]);
    }

    #[test]
    fn a_workspace_writes_once_at_a_time() {
        let (now, mut limits) = (Instant::now(), Limits::new(5, Share::One));
        assert_eq!(
            come(&mut limits, &[A, A, B, Lane::Service, Lane::Service], now),
            [A, B, Lane::Service, Lane::Service]
        );
        end(&mut limits, A);
        assert_eq!(come(&mut limits, &[A], now), [A]);
    }

    #[test]
    fn two_permits_are_handed_on_after_a_second_but_not_to_the_same_workspace() {
        let (now, mut limits) = (Instant::now(), Limits::new(4, Share::Half));
        assert_eq!(come(&mut limits, &[A, B, A, C], now), [A, B, A, C]);
        let lanes = [A, Lane::Service, B, Lane::Readiness, B];
        assert_eq!(come(&mut limits, &lanes, now + OVERDUE_AFTER / 2), []);
        assert_eq!(come(&mut limits, &lanes, now + OVERDUE_AFTER), [Lane::Service, Lane::Readiness]);
        assert_eq!(come(&mut limits, &[Lane::Workspace(4)], now + OVERDUE_AFTER * 3), []);
    }

    #[test]
    fn a_locked_workspace_gets_no_second_permit_when_its_first_is_handed_on() {
        let (now, mut limits) = (Instant::now(), Limits::new(1, Share::One));
        assert_eq!(come(&mut limits, &[A], now), [A]);
        assert_eq!(come(&mut limits, &[A, B], now + OVERDUE_AFTER), [B]);
    }
}
