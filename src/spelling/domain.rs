//! Domains by IDNA (UTS 46), as browsers map them: `BÜCHER.example` and `bücher。example` are `xn--bcher-kva.example`.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::invisible::is_invisible;

/// The domain as DNS knows it, in which domains are compared. `None` for a text that can be no domain.
pub fn to_ascii(domain: &str) -> Option<String> {
    let visible: String = domain.chars().filter(|c| is_joiner(*c) || !is_invisible(*c)).collect();
    let ascii =
        Uts46::new().to_ascii(visible.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow, DnsLength::Verify);
    ascii.ok().map(Cow::into_owned)
}

/// The domain as people write it. Labels in ASCII, and a text that is no domain, stay as they are.
pub fn to_unicode(domain: &str) -> Cow<'_, str> {
    if !domain.contains("xn--") {
        return Cow::Borrowed(domain);
    }
    let (unicode, outcome) = Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
    if outcome.is_ok() { unicode } else { Cow::Borrowed(domain) }
}

/// Two domains may differ only in a joiner, for example in Persian; UTS 46 knows where one is allowed.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::{to_ascii, to_unicode};

    #[test]
    fn spellings_of_one_domain_are_equal() {
        for spelling in [
            "xn--bcher-kva.example",
            "XN--BCHER-KVA.Example",
            "b\u{fc}cher.example",
            "BU\u{308}CHER.EXAMPLE",
            "b\u{fc}cher\u{3002}example",
            "b\u{fc}cher\u{ff0e}example",
            "\u{ff42}\u{fc}cher\u{ff61}example",
            "b\u{fc}\u{ad}cher.exam\u{2800}ple\u{200b}",
        ] {
            assert_eq!(to_ascii(spelling).as_deref(), Some("xn--bcher-kva.example"), "{spelling:?}");
        }
        assert_eq!(to_unicode("xn--bcher-kva.example"), "b\u{fc}cher.example");
    }

    #[test]
    fn a_joiner_counts_where_a_script_needs_it() {
        let with = "\u{646}\u{627}\u{645}\u{647}\u{200c}\u{627}\u{6cc}.example";
        let without = with.replace('\u{200c}', "");
        assert_ne!(to_ascii(with).unwrap(), to_ascii(&without).unwrap());
        assert_eq!(to_unicode(&to_ascii(with).unwrap()), with);
    }

    #[test]
    fn what_is_no_domain_has_no_ascii_form() {
        let long = format!("{}example", "a.".repeat(124));
        let long_label = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            "a..b",
            ".a",
            "a.",
            "xn--a.example",
            "xn--zzzzzzz99999.example",
            "a_b.example",
            &long,
            &long_label,
        ] {
            assert_eq!(to_ascii(text), None, "{text:?}");
            assert_eq!(to_unicode(text), text);
        }
    }
}
