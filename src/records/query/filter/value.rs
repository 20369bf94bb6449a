//! The value of a condition: quoted, unquoted, or a list of both.
//! A quote opens only at the start of a value, so `O'Brien` is unquoted. Inside quotes, a quote is doubled; a single
//! one that no separator follows belongs to the value, too.

/// The characters that may follow a value outside a list.
pub const AFTER_VALUE: [char; 2] = [',', ')'];
/// The characters that may follow a member of a list.
const AFTER_MEMBER: [char; 2] = [',', ']'];

pub fn begins_quoted(text: &str) -> bool {
    text.starts_with(['"', '\''])
}

/// The unescaped text in the quotes at the start, and the bytes up to its end; `None` if the quote never ends.
pub fn parse_quoted(text: &str, followers: [char; 2]) -> Option<(String, usize)> {
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

/// The members of the list at the start, and the bytes up to its end; `None` if the list never ends.
pub fn parse_list(text: &str) -> Option<(Vec<String>, usize)> {
    let mut members = Vec::new();
    let mut rest = text.strip_prefix('[')?.trim_start();
    if !rest.starts_with(']') {
        loop {
            let (value, length) = parse_member(rest)?;
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

fn parse_member(text: &str) -> Option<(String, usize)> {
    if begins_quoted(text) {
        return parse_quoted(text, AFTER_MEMBER);
    }
    let length = text.find(AFTER_MEMBER)?;
    Some((text[..length].trim_end().to_owned(), length))
}
