//! What composites do when they are written: addresses and hosts are lower-cased, and rich text is kept in both of its
//! forms.

use serde_json::Value;

use super::{input::Input, rich_text, value::shortened};
use crate::{
    catalogue::{
        composite::{Composite, part},
        object::{Field, Kind, Part},
    },
    error::Error,
};

/// Completes what a body set, composite by composite.
pub fn complete(input: &mut Input) {
    for field in &input.object.fields {
        let Kind::Composite(composite, _) = &field.kind else { continue };
        let at = |name: &str| format!("{}.{name}", field.name);
        match composite {
            Composite::Emails => {
                change(input, &at(part::PRIMARY_EMAIL), |text| text.trim().to_lowercase());
                change_json(input, &at(part::ADDITIONAL_EMAILS), |value| {
                    if let Value::String(email) = value {
                        *email = email.trim().to_lowercase();
                    }
                });
            }
            Composite::Links => {
                change(input, &at(part::PRIMARY_LINK_URL), with_host_in_lower_case);
                change_json(input, &at(part::SECONDARY_LINKS), |value| {
                    if let Some(Value::String(url)) = value.get_mut("url") {
                        *url = with_host_in_lower_case(url);
                    }
                });
            }
            Composite::RichTextV2 => derive(input, &at(part::BLOCKNOTE), &at(part::MARKDOWN)),
            _ => {}
        }
    }
}

/// Whichever form is given, the other follows from it.
fn derive(input: &mut Input, blocknote: &str, markdown: &str) {
    match (input.get(blocknote), input.get(markdown)) {
        (Some(None), None) => input.set(markdown, None),
        (None, Some(None)) => input.set(blocknote, None),
        (Some(Some(blocks)), None) => {
            let text = rich_text::markdown(blocks);
            input.set(markdown, Some(text));
        }
        (None, Some(Some(text))) => {
            let blocks = rich_text::blocks(text);
            input.set(blocknote, Some(blocks));
        }
        _ => {}
    }
}

fn change(input: &mut Input, path: &str, by: impl Fn(&str) -> String) {
    if let Some(text) = input.text(path).map(by) {
        input.set(path, Some(text));
    }
}

fn change_json(input: &mut Input, path: &str, by: impl Fn(&mut Value)) {
    let list = input.text(path).and_then(|text| serde_json::from_str(text).ok());
    if let Some(Value::Array(mut items)) = list {
        items.iter_mut().for_each(by);
        input.set(path, Some(Value::Array(items).to_string()));
    }
}

/// `HTTPS://Falcons.Example/Path` → `https://falcons.example/Path`; what has no scheme begins with its host.
fn with_host_in_lower_case(url: &str) -> String {
    let url = url.trim();
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    format!("{}{}", url[..end].to_lowercase(), &url[end..])
}

pub fn unknown_part(field: &Field, name: &str) -> Error {
    let Kind::Composite(_, parts) = &field.kind else { return Error::ours("a composite") };
    Error::Unreadable(format!(
        "{}: there is no '{}' in it. It has {}",
        field.name,
        shortened(name),
        names(parts)
    ))
}

pub fn no_object(field: &Field, parts: &[Part]) -> Error {
    Error::Unreadable(format!("{}: send an object with {}", field.name, names(parts)))
}

fn names(parts: &[Part]) -> String {
    parts.iter().map(|part| format!("'{}'", part.name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::with_host_in_lower_case;

    #[test]
    fn a_host_has_one_spelling_and_a_path_keeps_its_own() {
        for (url, expected) in [
            ("HTTPS://Falcons.Example/Path?Q=1", "https://falcons.example/Path?Q=1"),
            ("Falcons.Example", "falcons.example"),
            ("Falcons.Example/Team", "falcons.example/Team"),
            (" https://x.com ", "https://x.com"),
            ("", ""),
        ] {
            assert_eq!(with_host_in_lower_case(url), expected);
        }
    }
}
