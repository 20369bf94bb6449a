//! PostgreSQL's `LIKE`: `%` matches any text, `_` any character, and `\` escapes the next character.
//! The pattern is split at each `%` into runs. Each run is searched for behind the match of the one before it, so the
//! text is scanned once, whatever the pattern is.

use super::sliding;

/// Characters of a pattern between two `%`; `None` matches any character.
pub type Run = [Option<char>];

pub fn is_like(text: &str, pattern: &str) -> bool {
    let runs = runs(pattern);
    match runs.as_slice() {
        [] => text.is_empty(),
        [whole] => strip_run(text, whole) == Some(""),
        [first, between @ .., last] => strip_run(text, first)
            .and_then(|rest| between.iter().try_fold(rest, |rest, run| after_first(rest, run)))
            .is_some_and(|rest| ends_with(rest, last)),
    }
}

fn runs(pattern: &str) -> Vec<Vec<Option<char>>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => runs.push(std::mem::take(&mut run)),
            '_' => run.push(None),
            '\\' => run.push(Some(letters.next().unwrap_or('\\'))),
            letter => run.push(Some(letter)),
        }
    }
    runs.push(run);
    runs
}

/// Whether a character of the text matches a position of a run.
pub fn fits(letter: char, expected: Option<char>) -> bool {
    expected.is_none_or(|expected| expected == letter)
}

/// The text behind a run at its beginning; `None` if it does not begin with the run.
fn strip_run<'t>(text: &'t str, run: &Run) -> Option<&'t str> {
    let mut letters = text.chars();
    let begins = run.iter().all(|place| letters.next().is_some_and(|letter| fits(letter, *place)));
    begins.then_some(letters.as_str())
}

/// The text behind the first match of a run.
fn after_first<'t>(text: &'t str, run: &Run) -> Option<&'t str> {
    match run.iter().copied().collect::<Option<String>>() {
        Some(letters) => text.find(&letters).map(|at| &text[at + letters.len()..]),
        None => sliding::after_first(text, run),
    }
}

fn ends_with(text: &str, run: &Run) -> bool {
    let mut letters = text.chars().rev();
    run.iter().rev().all(|place| letters.next().is_some_and(|letter| fits(letter, *place)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::is_like;

    #[test]
    fn patterns_match_as_they_do_in_postgresql() {
        let cases = [
            ("falcons", "falcons", true),
            ("falcons", "Falcons", false),
            ("falcons", "fal%", true),
            ("falcons", "%con%", true),
            ("falcons", "f_lcons", true),
            ("falcons", "_alcon", false),
            ("falcons", "%", true),
            ("", "%", true),
            ("", "", true),
            ("a", "", false),
            ("", "_", false),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("a\\b", "a\\\\b", true),
            ("aXbXc", "a%b%c", true),
            ("abab", "%ab", true),
            ("aba", "ab%ba", false),
            ("mississippi", "%iss%ip%", true),
            ("mississippi", "%i__i%p_", true),
            ("mississippi", "%_p_%", true),
            ("mississippi", "%s_p_%__", false),
            ("Ängström", "Ä%m", true),
            ("Ängström", "%_r_m", true),
        ];
        for (text, pattern, expected) in cases {
            assert_eq!(is_like(text, pattern), expected, "{text:?} like {pattern:?}");
        }
    }

    /// The definition of `LIKE` as a slow recursion, to compare with.
    fn is_like_by_definition(text: &[char], pattern: &[char]) -> bool {
        match (pattern, text) {
            ([], _) => text.is_empty(),
            (['%', rest @ ..], _) => (0..=text.len()).any(|at| is_like_by_definition(&text[at..], rest)),
            (['_', rest @ ..], [_, text @ ..]) => is_like_by_definition(text, rest),
            ([expected, rest @ ..], [letter, text @ ..]) if letter == expected => {
                is_like_by_definition(text, rest)
            }
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(5_000) })]

        #[test]
        fn agrees_with_the_definition(text in "[ab漢]{0,12}", pattern in "[ab漢_%]{0,8}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(is_like(&text, &pattern), is_like_by_definition(&letters(&text), &letters(&pattern)));
        }
    }
}
