//! What waits for the database, by lane. Lanes take turns: the one that was served goes behind all others that wait, and
//! so does one that is new.

use std::collections::VecDeque;

use super::Lane;
use crate::error::{Error, Result};

pub(super) const MAX_WAITING: usize = 2_000;
/// So that one lane leaves places to the others.
pub(super) const MAX_WAITING_IN_A_LANE: usize = MAX_WAITING / 2;

pub(super) struct Turns<T> {
    /// In the order of their turns. Holds only lanes in which something waits.
    lanes: VecDeque<(Lane, VecDeque<T>)>,
}

pub(super) fn too_many_wait() -> Error {
    Error::unavailable("too many requests wait for the database")
}

pub(super) fn closed() -> Error {
    Error::unavailable("the queue for the database is closed")
}

impl<T> Turns<T> {
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub fn len(&self) -> usize {
        self.lanes.iter().map(|(_, items)| items.len()).sum()
    }

    /// # Errors
    /// 503 if too many wait.
    pub fn expect_room(&self, lane: Lane) -> Result<()> {
        let of_lane = self.place(lane).map_or(0, |place| self.lanes[place].1.len());
        if of_lane >= MAX_WAITING_IN_A_LANE || self.len() >= MAX_WAITING {
            return Err(too_many_wait());
        }
        Ok(())
    }

    pub fn push(&mut self, lane: Lane, item: T) {
        match self.place(lane) {
            Some(place) => self.lanes[place].1.push_back(item),
            None => self.lanes.push_back((lane, VecDeque::from([item]))),
        }
    }

    /// The item is the next one, and its lane is the next lane.
    pub fn put_back(&mut self, lane: Lane, item: T) {
        let waiting = self.place(lane).and_then(|place| self.lanes.remove(place));
        let mut items = waiting.map_or_else(VecDeque::new, |(_, items)| items);
        items.push_front(item);
        self.lanes.push_front((lane, items));
    }

    /// The first item of the first lane whose first item `may` be taken.
    pub fn take(&mut self, may: impl Fn(Lane, &T) -> bool) -> Option<(Lane, T)> {
        let place =
            self.lanes.iter().position(|(lane, items)| items.front().is_some_and(|item| may(*lane, item)))?;
        let (lane, mut items) = self.lanes.remove(place)?;
        let item = items.pop_front()?;
        if !items.is_empty() {
            self.lanes.push_back((lane, items));
        }
        Some((lane, item))
    }

    /// The first item of the lane that is `wanted`.
    pub fn remove(&mut self, lane: Lane, wanted: impl Fn(&T) -> bool) -> Option<T> {
        let lane = self.place(lane)?;
        let items = &mut self.lanes[lane].1;
        let item = items.iter().position(wanted).and_then(|place| items.remove(place));
        if items.is_empty() {
            self.lanes.remove(lane);
        }
        item
    }

    /// How many of the lane come before the one that is `wanted`.
    pub fn ahead(&self, lane: Lane, wanted: impl Fn(&T) -> bool) -> usize {
        let items = self.place(lane).map(|place| &self.lanes[place].1);
        items.and_then(|items| items.iter().position(wanted)).unwrap_or(0)
    }

    pub fn remove_all(&mut self) -> impl Iterator<Item = T> + use<T> {
        std::mem::take(&mut self.lanes).into_iter().flat_map(|(_, items)| items)
    }

    fn place(&self, lane: Lane) -> Option<usize> {
        self.lanes.iter().position(|(other, _)| *other == lane)
    }
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { lanes: VecDeque::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Lane = Lane::Workspace(1);
    const B: Lane = Lane::Workspace(2);

    fn turns(items: &[(Lane, u32)]) -> Turns<u32> {
        let mut turns = Turns::default();
        for (lane, item) in items {
            turns.push(*lane, *item);
        }
        turns
    }

    fn items(mut turns: Turns<u32>) -> Vec<u32> {
        std::iter::from_fn(|| turns.take(|_, _| true)).map(|(_, item)| item).collect()
    }

    #[test]
    fn lanes_take_turns_however_many_wait() {
        assert_eq!(items(turns(&[(A, 1), (A, 2), (A, 3), (B, 4), (B, 5)])), [1, 4, 2, 5, 3]);
    }

    #[test]
    fn lanes_that_are_always_new_do_not_stop_one_that_waits() {
        let mut turns = turns(&[(A, 0), (A, 1), (A, 2)]);
        let mut served = Vec::new();
        for new in 10..20 {
            turns.push(Lane::Workspace(new), 100);
            served.push(turns.take(|_, _| true).unwrap().1);
        }
        assert_eq!(served[..6], [0, 100, 1, 100, 100, 2]);
    }

    #[test]
    fn a_lane_that_may_not_be_served_keeps_its_turn() {
        let mut turns = turns(&[(A, 1), (B, 2), (B, 3)]);
        assert_eq!(turns.take(|lane, _| lane != A), Some((B, 2)));
        assert_eq!(turns.take(|_, item| *item != 1), Some((B, 3)));
        assert_eq!(turns.take(|lane, _| lane != A), None);
        assert_eq!(items(turns), [1]);
    }

    #[test]
    fn what_comes_back_is_next_in_the_same_order() {
        let mut turns = turns(&[(A, 1), (B, 2), (A, 3), (A, 4), (B, 5)]);
        let taken: Vec<_> = (0..3).map(|_| turns.take(|_, _| true).unwrap()).collect();
        assert_eq!(taken, [(A, 1), (B, 2), (A, 3)]);
        for (lane, item) in taken.into_iter().rev() {
            turns.put_back(lane, item);
        }
        assert_eq!(items(turns), [1, 2, 3, 5, 4]);
    }

    #[test]
    fn what_is_removed_is_never_served() {
        let mut turns = turns(&[(A, 1), (A, 2), (B, 3)]);
        assert_eq!(turns.remove(A, |item| *item == 2), Some(2));
        assert_eq!(turns.remove(A, |item| *item == 3), None);
        assert_eq!(turns.remove(B, |item| *item == 3), Some(3));
        assert_eq!((turns.lanes.len(), items(turns)), (1, vec![1]));
    }

    #[test]
    fn a_lane_leaves_places_to_others() {
        let mut turns = turns(&vec![(A, 0); MAX_WAITING_IN_A_LANE]);
        assert!(matches!(turns.expect_room(A), Err(Error::Unavailable { .. })));
        for lane in (2..).take(MAX_WAITING - MAX_WAITING_IN_A_LANE) {
            turns.expect_room(Lane::Workspace(lane)).unwrap();
            turns.push(Lane::Workspace(lane), 0);
        }
        assert!(matches!(turns.expect_room(Lane::Service), Err(Error::Unavailable { .. })));
        assert_eq!(turns.remove_all().count(), MAX_WAITING);
        assert!(turns.is_empty());
    }
}
