//! Rich text in its two forms: the blocks of an editor, and markdown. A heading, an item and a paragraph keep their
//! kind on the way; whatever else a block can be keeps its words.

use serde_json::{Value, json};

/// Markdown as a list of blocks, one for each paragraph, heading or item.
pub fn blocks(markdown: &str) -> String {
    let blocks = paragraphs(markdown).into_iter().map(|paragraph| block(&paragraph));
    Value::Array(blocks.collect()).to_string()
}

/// The words of a list of blocks as markdown; a text that is no such list is taken as it is.
pub fn markdown(blocks: &str) -> String {
    let Ok(Value::Array(blocks)) = serde_json::from_str(blocks) else { return blocks.to_owned() };
    let lines: Vec<String> = blocks.iter().map(line).collect();
    lines.join("\n\n")
}

fn paragraphs(markdown: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in markdown.lines().map(str::trim_end) {
        let stands_alone = heading(line).is_some() || item(line).is_some();
        match paragraphs.last_mut() {
            Some(last) if goes_on && !stands_alone && !line.is_empty() => {
                last.push('\n');
                last.push_str(line);
            }
            _ if !line.is_empty() => paragraphs.push(line.to_owned()),
            _ => {}
        }
        goes_on = !line.is_empty() && !stands_alone;
    }
    paragraphs
}

fn block(paragraph: &str) -> Value {
    let (kind, props, text) = match (heading(paragraph), item(paragraph)) {
        (Some((level, text)), _) => ("heading", json!({ "level": level }), text),
        (None, Some((kind, text))) => (kind, json!({}), text),
        (None, None) => ("paragraph", json!({}), paragraph),
    };
    json!({ "type": kind, "props": props, "content": [{ "type": "text", "text": text, "styles": {} }], "children": [] })
}

fn line(block: &Value) -> String {
    let text: String = words(&block["content"]);
    match block["type"].as_str() {
        Some("heading") => {
            let level = block["props"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
            format!("{} {text}", "#".repeat(usize::try_from(level).unwrap_or(1)))
        }
        Some("bulletListItem") => format!("- {text}"),
        Some("numberedListItem") => format!("1. {text}"),
        _ => text,
    }
}

fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect(),
        Value::Object(item) => {
            item.get("text").or_else(|| item.get("content")).map(words).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then_some((level, text.trim()))
}

fn item(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("bulletListItem", text));
    }
    let (number, text) = line.split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
        .then_some(("numberedListItem", text))
}

#[cfg(test)]
mod tests {
    use super::{blocks, markdown};

    #[test]
    fn what_is_written_reads_back() {
        for text in [
            "Hello",
            "# Title\n\nText over\ntwo lines\n\n- one\n\n- two\n\n1. first",
            "",
            "####### no heading",
        ] {
            assert_eq!(markdown(&blocks(text)), text);
        }
    }

    #[test]
    fn styled_and_linked_words_are_words() {
        let given = r#"[{"type":"paragraph","content":[{"type":"text","text":"See ","styles":{"bold":true}},
            {"type":"link","href":"https://x.com","content":[{"type":"text","text":"X"}]}]}]"#;
        assert_eq!(markdown(given), "See X");
        assert_eq!(markdown("no blocks"), "no blocks");
    }
}
