//! The forms in which a secret may appear: raw, and as base64, hex or percent-encoded.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use url::form_urlencoded;

/// A part of every canary. Two of its characters change when it is percent-encoded.
pub const MARK: &str = "kanarien+vogel/";

pub struct Patterns(Vec<(String, String)>);

/// The canary with this number.
pub fn canary(number: u64) -> String {
    format!("{MARK}{number:04}")
}

impl Patterns {
    pub fn of_canaries() -> Self {
        let mut patterns = Self(Vec::new());
        patterns.add("a canary", MARK);
        patterns
    }

    pub fn add(&mut self, what: &str, secret: &str) {
        let mut add = |form: &str, text: String| self.0.push((format!("{what} ({form})"), text));
        add("raw", secret.to_owned());
        for lead in 0..3 {
            add("base64", base64_inside(secret, lead));
            add("base64url", base64_inside(secret, lead).replace('+', "-").replace('/', "_"));
        }
        add("hex", hex(secret));
        add("HEX", hex(secret).to_uppercase());
        add("percent-encoded", form_urlencoded::byte_serialize(secret.as_bytes()).collect());
    }

    pub fn found_in(&self, content: &str) -> Vec<&str> {
        let found = self.0.iter().filter(|(_, text)| content.contains(text.as_str()));
        found.map(|(what, _)| what.as_str()).collect()
    }
}

/// The characters of a base64 text that depend on the secret alone, if so many bytes (modulo 3) precede it.
fn base64_inside(secret: &str, lead: usize) -> String {
    let bytes = [&vec![0; lead], secret.as_bytes()].concat();
    let text = STANDARD_NO_PAD.encode(&bytes);
    let whole = bytes.len() * 8 / 6;
    text[(lead * 8).div_ceil(6)..whole].to_owned()
}

fn hex(secret: &str) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    secret.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[test]
fn are_found_wherever_they_are() {
    let patterns = Patterns::of_canaries();
    let canary = canary(7);
    for lead in ["", "a", "bc", "def", "user=ada&password="] {
        let text = format!("{lead}{canary}, and more");
        let forms = [text.clone(), STANDARD_NO_PAD.encode(&text), hex(&text), hex(&text).to_uppercase()];
        for form in forms.iter().chain([&form_urlencoded::byte_serialize(text.as_bytes()).collect()]) {
            assert!(!patterns.found_in(form).is_empty(), "{form}");
        }
    }
    assert!(patterns.found_in("a canary bird").is_empty());
}
