//! The right side of a condition, as written: quoted, bare, or a list of both.
//! A quote opens only where a value begins, so that of O'Brien does not. Inside quotes, the quote itself is written
//! twice; a single one that cannot be the end is taken for what it is, too.

/// What may follow a value that stands alone, and one in a list.
pub const AFTER_VALUE: [char; 2] = [',', ')'];
const AFTER_MEMBER: [char; 2] = [',', ']'];

pub fn begins_quoted(text: &str) -> bool {
    text.starts_with(['"', '\''])
}

/// The text inside the quotes at the start, and where they end; none where they do not.
pub fn quoted(text: &str, followers: [char; 2]) -> Option<(String, usize)> {
    let mut letters = text.char_indices().peekable();
    let (_, quote) = letters.next().filter(|_| begins_quoted(text))?;
    let mut value = String::new();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            let rest = &text[at + quote.len_utf8()..];
            if rest.trim_start().chars().next().is_none_or(|next| followers.contains(&next)) {
                return Some((value, text.len() - rest.len()));
            }
        }
        value.push(letter);
    }
    None
}

/// The members between the square brackets at the start, and where those end; none where they do not.
pub fn list(text: &str) -> Option<(Vec<String>, usize)> {
    let mut members = Vec::new();
    let mut rest = text.strip_prefix('[')?.trim_start();
    if !rest.starts_with(']') {
        loop {
            let (value, length) = member(rest)?;
            members.push(value);
            rest = rest[length..].trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None => break,
            }
        }
    }
    rest.strip_prefix(']').map(|rest| (members, text.len() - rest.len()))
}

fn member(text: &str) -> Option<(String, usize)> {
    if begins_quoted(text) {
        return quoted(text, AFTER_MEMBER);
    }
    let length = text.find(AFTER_MEMBER)?;
    Some((text[..length].trim_end().to_owned(), length))
}
