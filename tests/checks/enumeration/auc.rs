//! How well two lists of times can be told apart: the area under the ROC curve, 0.5 for not at all.

use std::{cmp::Ordering, time::Duration};

use rand::RngExt as _;

const RESAMPLES: usize = 1_000;

/// The area in thousandths, and its 95 % interval by bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub permille: u64,
    pub low: u64,
    pub high: u64,
}

impl Area {
    pub fn between(some: &[Duration], others: &[Duration]) -> Self {
        let mut areas: Vec<u64> =
            (0..RESAMPLES).map(|_| permille(&resample(some), &resample(others))).collect();
        areas.sort_unstable();
        Self {
            permille: permille(some, others),
            low: areas[RESAMPLES / 40],
            high: areas[RESAMPLES - 1 - RESAMPLES / 40],
        }
    }
}

fn resample(times: &[Duration]) -> Vec<Duration> {
    let mut random = rand::rng();
    times.iter().map(|_| times[random.random_range(0..times.len())]).collect()
}

/// How often a time of `some` is longer than one of `others`; equal ones count half.
fn permille(some: &[Duration], others: &[Duration]) -> u64 {
    let mut sorted = others.to_vec();
    sorted.sort_unstable();
    let below = |time: &Duration, order: Ordering| sorted.partition_point(|other| other.cmp(time) <= order);
    let twice: usize =
        some.iter().map(|time| below(time, Ordering::Less) + below(time, Ordering::Equal)).sum();
    (twice * 500 / (some.len() * others.len())) as u64
}

#[test]
fn areas_are_those_of_known_lists() {
    let times = |range: std::ops::Range<u64>| range.map(Duration::from_micros).collect::<Vec<_>>();
    assert_eq!(permille(&times(0..100), &times(0..100)), 500);
    assert_eq!(permille(&times(100..200), &times(0..100)), 1_000);
    assert_eq!(permille(&times(0..100), &times(100..200)), 0);
    let area = Area::between(&times(0..400), &times(0..400));
    assert!((440..500).contains(&area.low) && (500..560).contains(&area.high), "{area:?}");
}
