//! Latencies of answers.

use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub fn extend(&mut self, others: &Self) {
        self.0.extend(&others.0);
    }

    pub fn all(&self) -> &[Duration] {
        &self.0
    }

    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// In milliseconds, rounded up; 0 if nothing was measured.
    pub fn percentile(&self, percent: usize) -> u64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        let micros = sorted.get(place).map_or(0, Duration::as_micros);
        u64::try_from(micros.div_ceil(1_000)).unwrap_or(u64::MAX)
    }
}

#[test]
fn percentiles_are_the_least_that_so_many_reach() {
    let latencies = Latencies((1..=200).map(Duration::from_millis).collect());
    assert_eq!((latencies.percentile(99), latencies.percentile(100)), (198, 200));
    assert_eq!(Latencies::default().percentile(99), 0);
}
