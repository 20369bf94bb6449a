//! Normalises composites before they are stored: email addresses and hosts in lower case, rich text in both forms.
//! Also the errors about their parts.

use serde_json::Value;

use super::{input::Input, rich_text, value::shortened};
use crate::{
    catalogue::{
        composite::{Composite, part},
        object::{Field, Kind, Part},
    },
    error::Error,
    spelling::host::Text,
};

pub fn normalise(input: &mut Input) {
    for field in &input.object.fields {
        let Kind::Composite(composite, _) = &field.kind else { continue };
        let path = |name: &str| format!("{}.{name}", field.name);
        match composite {
            Composite::Emails => {
                map_text(input, &path(part::PRIMARY_EMAIL), |text| Text::EmailAddress.normalise(text));
                map_items(input, &path(part::ADDITIONAL_EMAILS), |value| {
                    if let Value::String(email) = value {
                        *email = Text::EmailAddress.normalise(email);
                    }
                });
            }
            Composite::Links => {
                map_text(input, &path(part::PRIMARY_LINK_URL), |url| Text::Url.normalise(url));
                map_items(input, &path(part::SECONDARY_LINKS), |value| {
                    if let Some(Value::String(url)) = value.get_mut("url") {
                        *url = Text::Url.normalise(url);
                    }
                });
            }
            Composite::RichTextV2 => derive_other_form(input, &path(part::BLOCKNOTE), &path(part::MARKDOWN)),
            _ => {}
        }
    }
}

/// Derives markdown from blocks or blocks from markdown, if only one of them is sent.
fn derive_other_form(input: &mut Input, blocknote: &str, markdown: &str) {
    match (input.get(blocknote), input.get(markdown)) {
        (Some(None), None) => input.set(markdown, None),
        (None, Some(None)) => input.set(blocknote, None),
        (Some(Some(blocks)), None) => {
            let text = rich_text::to_markdown(blocks);
            input.set(markdown, Some(text));
        }
        (None, Some(Some(text))) => {
            let blocks = rich_text::to_blocks(text);
            input.set(blocknote, Some(blocks));
        }
        _ => {}
    }
}

fn map_text(input: &mut Input, path: &str, change: impl Fn(&str) -> String) {
    if let Some(text) = input.text(path).map(change) {
        input.set(path, Some(text));
    }
}

fn map_items(input: &mut Input, path: &str, change: impl Fn(&mut Value)) {
    let list = input.text(path).and_then(|text| serde_json::from_str(text).ok());
    if let Some(Value::Array(mut items)) = list {
        items.iter_mut().for_each(change);
        input.set(path, Some(Value::Array(items).to_string()));
    }
}

/// The error for a part that a composite does not have; names the parts it has.
pub fn unknown_part(field: &Field, name: &str) -> Error {
    let Kind::Composite(_, parts) = &field.kind else { return Error::ours("a composite") };
    Error::Unreadable(format!(
        "{}: there is no '{}' in it. It has {}",
        field.name,
        shortened(name),
        names(parts)
    ))
}

/// The error for a composite whose value is not an object; names its parts.
pub fn not_an_object(field: &Field, parts: &[Part]) -> Error {
    Error::Unreadable(format!("{}: send an object with {}", field.name, names(parts)))
}

fn names(parts: &[Part]) -> String {
    parts.iter().map(|part| format!("'{}'", part.name)).collect::<Vec<_>>().join(", ")
}
