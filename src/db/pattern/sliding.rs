//! Where a run with `_` in it comes first: every place it may have begun at is a bit, and each letter of the text moves
//! all of them on at once (the shift-and of Baeza-Yates and Gonnet). A text costs its letters by a 64th of the run's.

use std::collections::BTreeSet;

use super::like::{Run, fits};

/// The places of a run that a letter fits, as bits.
type Places = Vec<u64>;

struct Fitting {
    /// By letter, in order.
    named: Vec<(char, Places)>,
    /// For a letter that the run does not name.
    others: Places,
}

/// What follows a run wherever it comes first.
pub fn after_first<'t>(text: &'t str, run: &Run) -> Option<&'t str> {
    let Some(last) = run.len().checked_sub(1) else { return Some(text) };
    let fitting = Fitting::of(run);
    let mut begun = vec![0; fitting.others.len()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        advance(&mut begun, fitting.places(letter));
        if has(&begun, last) {
            return Some(letters.as_str());
        }
    }
    None
}

/// Each beginning moves on to its next place, a new one starts at the first, and those stay that fit.
fn advance(begun: &mut [u64], fitting: &[u64]) {
    let mut carried = 1;
    for (word, fitting) in begun.iter_mut().zip(fitting) {
        let next = *word >> (u64::BITS - 1);
        *word = (*word << 1 | carried) & fitting;
        carried = next;
    }
}

impl Fitting {
    fn of(run: &Run) -> Self {
        let places = |fits: &dyn Fn(Option<char>) -> bool| {
            let mut places = vec![0; run.len().div_ceil(u64::BITS as usize)];
            for (at, _) in run.iter().enumerate().filter(|(_, place)| fits(**place)) {
                places[at / u64::BITS as usize] |= 1 << (at % u64::BITS as usize);
            }
            places
        };
        let letters: BTreeSet<char> = run.iter().copied().flatten().collect();
        let named = |letter| (letter, places(&|place| fits(letter, place)));
        Self { named: letters.into_iter().map(named).collect(), others: places(&|place| place.is_none()) }
    }

    fn places(&self, letter: char) -> &[u64] {
        match self.named.binary_search_by_key(&letter, |(named, _)| *named) {
            Ok(at) => &self.named[at].1,
            Err(_) => &self.others,
        }
    }
}

fn has(begun: &[u64], place: usize) -> bool {
    begun[place / u64::BITS as usize] >> (place % u64::BITS as usize) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::after_first;

    #[test]
    fn a_run_may_be_longer_than_a_word_has_bits() {
        let letters: Vec<char> = ('一'..).take(200).collect();
        let text: String = letters.iter().collect();
        let run: Vec<Option<char>> =
            letters[30..190].iter().enumerate().map(|(at, letter)| (at % 3 < 2).then_some(*letter)).collect();
        let rest: String = letters[190..].iter().collect();
        assert_eq!(after_first(&text, &run), Some(rest.as_str()));
        for at in [0, 63, 64, 127, 129, 159] {
            let mut other = run.clone();
            other[at] = Some('x');
            assert_eq!(after_first(&text, &other), None, "{at}");
        }
    }
}
