//! What PostgreSQL does with texts and SQLite does not: `LIKE` to the letter, and one that folds every script's case.

use diesel::{
    QueryResult, SqliteConnection,
    sql_types::{Nullable, Text},
};

diesel::define_sql_function! {
    fn is_like(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn is_like_folded(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Bool>;
}
diesel::define_sql_function! {
    fn begins_with(text: Nullable<Text>, start: Nullable<Text>) -> Nullable<Bool>;
}

/// Teaches a SQLite connection these functions.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    is_like_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        Some(matches(&text?, &pattern?))
    })?;
    is_like_folded_utils::register_impl(connection, |text: Option<String>, pattern: Option<String>| {
        Some(matches(&text?.to_lowercase(), &pattern?.to_lowercase()))
    })?;
    begins_with_utils::register_impl(connection, |text: Option<String>, start: Option<String>| {
        Some(text?.starts_with(&start?))
    })?;
    Ok(())
}

/// A piece of a pattern.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Letter(char),
    Any,
    Rest,
}

/// Whether a text matches a pattern of `%` and `_`, with `\` before those meant literally.
fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pieces = pieces(pattern);
    let (mut at, mut piece) = (0, 0);
    // Where to go on from when what follows the last `%` fails: there, and one letter later.
    let mut resume: Option<(usize, usize)> = None;
    while at < text.len() {
        match pieces.get(piece) {
            Some(Piece::Rest) => {
                resume = Some((piece + 1, at));
                piece += 1;
                continue;
            }
            Some(Piece::Any) => {}
            Some(Piece::Letter(letter)) if *letter == text[at] => {}
            _ => {
                let Some((after, from)) = resume else { return false };
                resume = Some((after, from + 1));
                (piece, at) = (after, from + 1);
                continue;
            }
        }
        at += 1;
        piece += 1;
    }
    pieces[piece.min(pieces.len())..].iter().all(|piece| *piece == Piece::Rest)
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        pieces.push(match letter {
            '%' => Piece::Rest,
            '_' => Piece::Any,
            '\\' => Piece::Letter(letters.next().unwrap_or('\\')),
            letter => Piece::Letter(letter),
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::matches;

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
            ("", "_", false),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("a\\b", "a\\\\b", true),
            ("aXbXc", "a%b%c", true),
            ("abab", "%ab", true),
            ("mississippi", "%iss%ip%", true),
            ("Ängström", "Ä%m", true),
        ];
        for (text, pattern, expected) in cases {
            assert_eq!(matches(text, pattern), expected, "{text:?} like {pattern:?}");
        }
    }
}
