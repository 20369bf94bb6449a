//! Truncates texts of a request that an error message repeats.

const MAX_CHARS: usize = 120;

/// The first 120 characters, with `…` if there are more.
pub fn truncate(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
