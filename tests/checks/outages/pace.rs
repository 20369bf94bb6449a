//! How many accounts are acknowledged in a second.

use std::{
    collections::VecDeque,
    thread,
    time::{Duration, Instant},
};

use crate::kills::writer::Writing;

/// The pace afterwards is that of a second, looked at this often.
const WINDOW: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_millis(50);
/// As fast as before means this share.
const SHARE: f64 = 0.95;

/// Accounts in a second.
pub struct Pace(f64);

impl Pace {
    pub fn measure(writing: &Writing, during: Duration) -> Self {
        let (since, count) = (Instant::now(), writing.count());
        thread::sleep(during);
        Self(per_second(writing.count() - count, since.elapsed()))
    }

    /// Waits for a window that ends now and in which the pace was nearly as good.
    pub fn wait_until_reached(&self, writing: &Writing, patience: Duration) {
        let since = Instant::now();
        let mut samples = VecDeque::from([(since, writing.count())]);
        while since.elapsed() < patience {
            thread::sleep(INTERVAL);
            let (now, count) = (Instant::now(), writing.count());
            samples.push_back((now, count));
            while samples.get(1).is_some_and(|(at, _)| now - *at >= WINDOW) {
                samples.pop_front();
            }
            let (at, first) = samples[0];
            let pace = per_second(count - first, now - at);
            if now - at >= WINDOW && pace >= SHARE * self.0 {
                return;
            }
        }
    }
}

fn per_second(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).expect("so few accounts")) / time.as_secs_f64()
}
