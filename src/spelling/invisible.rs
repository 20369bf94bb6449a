//! The characters that show nothing, of which two texts that look the same can consist. The list is Unicode's, from the
//! tables of `regex`.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

/// What Unicode lets a font ignore, formats, and the signs that fonts draw as a blank: the empty Braille pattern, the
/// musical null note head, the Khitan filler and the object replacement character.
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u{2800}\u{1D159}\u{16FE4}\u{FFFC}]+")
        .expect("a class of characters")
});

/// White space and control characters are not among them.
pub fn is_invisible(c: char) -> bool {
    !c.is_ascii() && INVISIBLE.is_match(c.encode_utf8(&mut [0; 4]))
}

pub fn remove(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { INVISIBLE.replace_all(text, "") }
}

/// With `\u{2800}` in place of each invisible character, for people who look for what two texts differ in.
pub fn escape(text: &str) -> String {
    let escaped = |c: char| if is_invisible(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::{escape, is_invisible, remove};

    #[test]
    fn what_shows_nothing_is_invisible() {
        for c in "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{200b}\u{200d}\u{202e}\u{2060}\u{2065}\
                  \u{2069}\u{206f}\u{2800}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{fffc}\u{1d159}\u{1d173}\u{e0041}\
                  \u{e0100}"
            .chars()
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in "aé学-._+'\u{301}🙂 \t".chars() {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn is_removed() {
        assert_eq!(remove("\u{feff}an\u{ad}na\u{2800}"), "anna");
        assert_eq!(escape("an\u{2800}n\u{e9}"), "an\\u{2800}n\u{e9}");
    }
}
