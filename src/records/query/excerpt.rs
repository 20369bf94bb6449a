//! As much of what a caller sent as a sentence about it may repeat.

const LONGEST: usize = 120;

pub fn of(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
