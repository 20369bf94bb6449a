//! Converts rich text between the blocks of an editor (`BlockNote`) and markdown. Headings, list items and paragraphs
//! keep their type; of all other blocks only the text remains.

use serde_json::{Value, json};

/// Converts markdown to a JSON list of blocks, one per paragraph, heading or list item.
pub fn to_blocks(markdown: &str) -> String {
    let blocks = split_paragraphs(markdown).into_iter().map(|paragraph| build_block(&paragraph));
    Value::Array(blocks.collect()).to_string()
}

/// Converts a JSON list of blocks to markdown; returns any other text unchanged.
pub fn to_markdown(blocks: &str) -> String {
    let Ok(Value::Array(blocks)) = serde_json::from_str(blocks) else { return blocks.to_owned() };
    let lines: Vec<String> = blocks.iter().map(render_block).collect();
    lines.join("\n\n")
}

fn split_paragraphs(markdown: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut continues = false;
    for line in markdown.lines().map(str::trim_end) {
        let is_single_line = parse_heading(line).is_some() || parse_item(line).is_some();
        match paragraphs.last_mut() {
            Some(last) if continues && !is_single_line && !line.is_empty() => {
                last.push('\n');
                last.push_str(line);
            }
            _ if !line.is_empty() => paragraphs.push(line.to_owned()),
            _ => {}
        }
        continues = !line.is_empty() && !is_single_line;
    }
    paragraphs
}

fn build_block(paragraph: &str) -> Value {
    let (kind, props, text) = match (parse_heading(paragraph), parse_item(paragraph)) {
        (Some((level, text)), _) => ("heading", json!({ "level": level }), text),
        (None, Some((kind, text))) => (kind, json!({}), text),
        (None, None) => ("paragraph", json!({}), paragraph),
    };
    json!({ "type": kind, "props": props, "content": [{ "type": "text", "text": text, "styles": {} }], "children": [] })
}

fn render_block(block: &Value) -> String {
    let text: String = plain_text(&block["content"]);
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

fn plain_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain_text).collect(),
        Value::Object(item) => {
            item.get("text").or_else(|| item.get("content")).map(plain_text).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn parse_heading(line: &str) -> Option<(usize, &str)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then_some((level, text.trim()))
}

fn parse_item(line: &str) -> Option<(&'static str, &str)> {
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
    use super::{to_blocks, to_markdown};

    #[test]
    fn markdown_survives_the_way_to_blocks_and_back() {
        for text in [
            "Hello",
            "# Title\n\nText over\ntwo lines\n\n- one\n\n- two\n\n1. first",
            "",
            "####### no heading",
        ] {
            assert_eq!(to_markdown(&to_blocks(text)), text);
        }
    }

    #[test]
    fn markdown_has_the_text_of_styles_and_links() {
        let blocks = r#"[{"type":"paragraph","content":[{"type":"text","text":"See ","styles":{"bold":true}},
            {"type":"link","href":"https://x.com","content":[{"type":"text","text":"X"}]}]}]"#;
        assert_eq!(to_markdown(blocks), "See X");
        assert_eq!(to_markdown("no blocks"), "no blocks");
    }
}
