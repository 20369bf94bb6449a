//! An e-mail address in its normalised form, in which it is stored, compared and shown.

use std::fmt;

use lettre::Address;
use unicode_normalization::UnicodeNormalization as _;
use url::Host;
use validator::ValidateEmail as _;

const MAX_CHARS: usize = 255;
const MAX_LOCAL_PART_CHARS: usize = 64;

/// A valid address: trimmed, NFC, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// An address as it may be stored: earlier builds took some that no mail reaches, and their people still sign in.
    pub fn parse(text: &str) -> Option<Self> {
        let email: String = text.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
        let (local, domain) = email.rsplit_once('@')?;
        let valid = email.chars().count() <= MAX_CHARS
            && (1..=MAX_LOCAL_PART_CHARS).contains(&local.chars().count())
            && local.chars().all(is_allowed_in_local_part)
            // `validate_email` allows only ASCII in the local part, so it gets the domain alone.
            && format!("a@{domain}").validate_email();
        valid.then_some(Self(email))
    }

    /// A new address, which mail must reach.
    pub fn parse_new(text: &str) -> Option<Self> {
        Self::parse(text).filter(|email| email.mail_address().is_some())
    }

    /// The address as mail carries it: a local part such as `a..b` in quotation marks, the domain in ASCII.
    pub fn mail_address(&self) -> Option<Address> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
        Address::new(local, &domain).or_else(|_| Address::new(format!("\"{local}\""), &domain)).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_allowed_in_local_part(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !r#"@<>()[]\,;:""#.contains(c) && !is_invisible(c)
}

/// Zero-width characters and direction marks: with them, two different texts could look the same.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn spellings_of_one_address_are_equal() {
        let spellings = ["jos\u{e9}@example.com", " JOSE\u{301}@Example.COM ", "Jose\u{301}@example.com\n"];
        for spelling in spellings {
            assert_eq!(Email::parse(spelling).unwrap().as_str(), "jos\u{e9}@example.com", "{spelling:?}");
        }
    }

    #[test]
    fn refuses_invalid_addresses() {
        let long = format!("{}@example.com", "a".repeat(65));
        let long_in_bytes = format!("{}@example.com", "ü".repeat(60));
        for text in [
            "",
            "a",
            "a@",
            "@b.c",
            "a b@example.com",
            "a@b@",
            "a@exa mple.com",
            "a\0@b.c",
            "<a>@b.c",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "a@127.0.0.1",
            "a@example..com",
            "🙂@example.com",
            &long,
            &long_in_bytes,
        ] {
            assert_eq!(Email::parse_new(text), None, "{text:?}");
        }
    }

    #[test]
    fn parses_stored_addresses_that_no_mail_reaches() {
        for text in ["a@[127.0.0.1]", "🙂@example.com"] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn mail_carries_every_valid_address() {
        for (text, carried) in [
            ("ada@example.com", "ada@example.com"),
            ("a..b@example.com", "\"a..b\"@example.com"),
            (".a@example.com", "\".a\"@example.com"),
            ("a.@example.com", "\"a.\"@example.com"),
            ("o'brien+tag@example.com", "o'brien+tag@example.com"),
            ("jos\u{e9}@b\u{fc}cher.example", "jos\u{e9}@xn--bcher-kva.example"),
        ] {
            let address = Email::parse(text).and_then(|email| email.mail_address());
            assert_eq!(address.map(|address| address.to_string()).as_deref(), Some(carried), "{text}");
        }
    }
}
