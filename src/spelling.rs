//! One spelling for what can be written in several ways: domains, and texts with characters that nobody sees or that
//! only differ in width. What is compared is folded first, see `spec/decisions/0024`.

pub mod domain;
pub mod host;
pub mod invisible;

use unicode_normalization::UnicodeNormalization as _;

/// NFC, with plain letters and dots in place of full-width, half-width and ideographic ones, which keyboards for Chinese,
/// Japanese and Korean produce.
pub fn normalise_width(text: &str) -> String {
    let plain = text.chars().map(|c| if is_of_other_width(c) { plain_char(c) } else { c });
    plain.map(|c| if c == '\u{3002}' { '.' } else { c }).nfc().collect()
}

/// The block of half-width and full-width forms, and the ideographic space.
fn is_of_other_width(c: char) -> bool {
    matches!(c, '\u{3000}' | '\u{ff00}'..='\u{ffef}')
}

/// Each character of this block is compatible with exactly one other.
fn plain_char(c: char) -> char {
    std::iter::once(c).nfkc().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::normalise_width;

    #[test]
    fn width_does_not_matter() {
        for (text, plain) in [
            ("\u{ff21}nna\u{ff20}example\u{ff0e}com", "Anna@example.com"),
            ("a\u{3002}b\u{ff61}c", "a.b.c"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("e\u{301}", "\u{e9}"),
            ("\u{2460}\u{fb01}", "\u{2460}\u{fb01}"),
        ] {
            assert_eq!(normalise_width(text), plain, "{text:?}");
        }
    }
}
