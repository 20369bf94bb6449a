//! The host in a longer text: in a URL or an e-mail address that a client stores and gets back. Such a text keeps the
//! spelling that was sent, in lower case; two texts whose hosts are one domain are compared as equal.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::domain;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Without a scheme it begins with its host.
    Url,
    EmailAddress,
}

impl Text {
    /// `HTTPS://BÜCHER。example/Path` → `https://bücher.example/Path`. A host in ASCII, such as `xn--bcher-kva.example`,
    /// stays in ASCII.
    pub fn normalise(self, text: &str) -> String {
        let text = text.trim();
        let end = self.end_of_host(text);
        let text = format!("{}{}", text[..end].to_lowercase(), &text[end..]);
        let host = &text[self.host(&text)];
        if host.is_ascii() {
            return text;
        }
        let host = match domain::to_ascii(host) {
            Some(ascii) => domain::to_unicode(&ascii).into_owned(),
            None => host.nfc().collect(),
        };
        self.with_host(&text, &host)
    }

    /// With the host as DNS knows it: equal for all texts that are compared as equal.
    pub fn to_ascii(self, text: &str) -> String {
        let text = self.normalise(text);
        match domain::to_ascii(&text[self.host(&text)]) {
            Some(ascii) => self.with_host(&text, &ascii),
            None => text,
        }
    }

    /// The normalised spellings under which an equal text can be stored.
    pub fn spellings(self, text: &str) -> Vec<String> {
        let ascii = self.to_ascii(text);
        let unicode = self.with_host(&ascii, &domain::to_unicode(&ascii[self.host(&ascii)]));
        if ascii == unicode { vec![ascii] } else { vec![unicode, ascii] }
    }

    fn with_host(self, text: &str, host: &str) -> String {
        let Range { start, end } = self.host(text);
        format!("{}{host}{}", &text[..start], &text[end..])
    }

    fn host(self, text: &str) -> Range<usize> {
        let end = self.end_of_host(text);
        let start = text[..end].rfind(['@', '/']).map_or(0, |at| at + 1);
        let port = if self == Self::Url { text[start..end].find(':') } else { None };
        start..port.map_or(end, |at| start + at)
    }

    /// Where the host ends, with its port.
    fn end_of_host(self, text: &str) -> usize {
        if self == Self::EmailAddress {
            return text.len();
        }
        let start = text.find("://").map_or(0, |at| at + 3);
        text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at)
    }
}

#[cfg(test)]
mod tests {
    use super::Text::{EmailAddress, Url};

    #[test]
    fn the_host_is_in_lower_case_and_the_path_is_unchanged() {
        for (url, expected) in [
            ("HTTPS://Falcons.Example/Path?Q=1", "https://falcons.example/Path?Q=1"),
            ("Falcons.Example", "falcons.example"),
            ("Falcons.Example/Team", "falcons.example/Team"),
            (" https://x.com ", "https://x.com"),
            ("", ""),
            (
                "https://B\u{dc}CHER\u{3002}example:8080/\u{dc}?a@b",
                "https://b\u{fc}cher.example:8080/\u{dc}?a@b",
            ),
            ("https://XN--bcher-kva.example/", "https://xn--bcher-kva.example/"),
            ("Not a \u{dc}RL", "not a \u{fc}rl"),
            ("://\u{dc}", "://\u{fc}"),
        ] {
            assert_eq!(Url.normalise(url), expected);
            assert_eq!(Url.normalise(expected), expected);
        }
        assert_eq!(EmailAddress.normalise(" Anna@B\u{dc}CHER\u{ff0e}example "), "anna@b\u{fc}cher.example");
    }

    #[test]
    fn spellings_of_one_host_are_equal() {
        let (unicode, ascii) = ("https://b\u{fc}cher.example/A", "https://xn--bcher-kva.example/A");
        for url in [unicode, ascii, "https://BU\u{308}CHER.example/A"] {
            assert_eq!(Url.spellings(url), [unicode, ascii], "{url}");
            assert_eq!(Url.to_ascii(url), ascii, "{url}");
        }
        assert_eq!(EmailAddress.to_ascii("a@b\u{fc}cher.example"), "a@xn--bcher-kva.example");
        for plain in ["x.com", "not a \u{fc}rl", "https://", "@", "a:b:c"] {
            assert_eq!(Url.spellings(plain), [plain]);
        }
    }
}
