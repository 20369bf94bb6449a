//! Finds the first match of a run that contains `_`, by the shift-and algorithm of Baeza-Yates and Gonnet: each bit is
//! a partial match, and one shift per character advances all of them. The cost is text length × run length ÷ 64.

use std::collections::BTreeSet;

use super::like::{Run, fits};

/// Positions in a run, one bit each.
type Positions = Vec<u64>;

/// The positions of a run that each character matches.
struct Matches {
    /// Sorted by character.
    named: Vec<(char, Positions)>,
    /// For characters that the run does not contain.
    others: Positions,
}

/// The text behind the first match of a run.
pub fn after_first<'t>(text: &'t str, run: &Run) -> Option<&'t str> {
    let Some(last) = run.len().checked_sub(1) else { return Some(text) };
    let matches = Matches::of(run);
    let mut partial = vec![0; matches.others.len()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        advance(&mut partial, matches.positions(letter));
        if has(&partial, last) {
            return Some(letters.as_str());
        }
    }
    None
}

/// Moves each partial match one position on, adds one at the first position, and keeps those that match.
fn advance(partial: &mut [u64], matching: &[u64]) {
    let mut carried = 1;
    for (word, matching) in partial.iter_mut().zip(matching) {
        let next = *word >> (u64::BITS - 1);
        *word = (*word << 1 | carried) & matching;
        carried = next;
    }
}

impl Matches {
    fn of(run: &Run) -> Self {
        let positions = |fits: &dyn Fn(Option<char>) -> bool| {
            let mut positions = vec![0; run.len().div_ceil(u64::BITS as usize)];
            for (at, _) in run.iter().enumerate().filter(|(_, expected)| fits(**expected)) {
                positions[at / u64::BITS as usize] |= 1 << (at % u64::BITS as usize);
            }
            positions
        };
        let letters: BTreeSet<char> = run.iter().copied().flatten().collect();
        let named = |letter| (letter, positions(&|expected| fits(letter, expected)));
        Self {
            named: letters.into_iter().map(named).collect(),
            others: positions(&|expected| expected.is_none()),
        }
    }

    fn positions(&self, letter: char) -> &[u64] {
        match self.named.binary_search_by_key(&letter, |(named, _)| *named) {
            Ok(at) => &self.named[at].1,
            Err(_) => &self.others,
        }
    }
}

fn has(partial: &[u64], position: usize) -> bool {
    partial[position / u64::BITS as usize] >> (position % u64::BITS as usize) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::after_first;

    #[test]
    fn a_run_may_be_longer_than_64_characters() {
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
