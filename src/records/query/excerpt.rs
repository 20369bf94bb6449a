//! Truncates texts of a request that an error message repeats, and redacts the values of secrets in them.

use crate::catalogue::{column::Column, object::Object};

const MAX_CHARS: usize = 120;

/// The first 120 characters, with `…` if there are more.
pub fn truncate(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The same, without what follows the name of a secret field: it may be a guess at the secret.
pub fn truncate_and_redact(object: &Object, text: &str) -> String {
    let secrets = object.columns.iter().filter(|column| column.is_secret).map(Column::path);
    let end = secrets.filter_map(|path| Some(text.find(&path)? + path.len())).min();
    match end {
        Some(end) if end < text.len() => format!("{}[FILTERED]", truncate(&text[..end])),
        _ => truncate(text),
    }
}
