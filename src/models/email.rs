//! An e-mail address in its folded form, in which it is stored and compared. `spec/decisions/0024` says what is folded.

use std::fmt;

use lettre::Address;
use unicode_normalization::UnicodeNormalization as _;
use url::Host;
use validator::ValidateEmail as _;

use crate::spelling::{domain, invisible, normalise_width};

const MAX_CHARS: usize = 255;
const MAX_LOCAL_PART_CHARS: usize = 64;

/// A folded address: trimmed, NFC, lower case, without invisible characters, the domain in ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// An address as it may be stored: earlier builds took some that no mail reaches, and their people still sign in.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = split(text)?;
        let local = fold_local_part(&local);
        let domain = domain::to_ascii(&domain).unwrap_or(domain);
        let valid = (1..=MAX_LOCAL_PART_CHARS).contains(&local.chars().count())
            && local.chars().all(is_allowed_in_local_part)
            // `validate_email` allows only ASCII in the local part, so it gets the domain alone.
            && format!("a@{domain}").validate_email();
        valid.then(|| Self(format!("{local}@{domain}")))
    }

    /// A new address, which mail must reach. What nobody sees in a local part may lead to another mailbox.
    pub fn parse_new(text: &str) -> Option<Self> {
        let (local, _) = split(text)?;
        let email = Self::parse(text)?;
        let valid = !local.chars().any(invisible::is_invisible)
            && email.0.chars().count() <= MAX_CHARS
            && email.mail_address().is_some();
        valid.then_some(email)
    }

    /// The address as mail carries it: a local part such as `a..b` in quotation marks.
    pub fn mail_address(&self) -> Option<Address> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let Ok(Host::Domain(domain)) = Host::parse(&domain::to_ascii(domain)?) else { return None };
        Address::new(local, &domain).or_else(|_| Address::new(format!("\"{local}\""), &domain)).ok()
    }

    /// Whether mail to this text of an earlier build, NFC and in lower case, arrives here, too: domains have always been
    /// mapped by IDNA for mail, local parts were taken as they were.
    pub fn is_mailbox_of(&self, stored: &str) -> bool {
        let (Some((local, domain)), Some(own)) = (stored.rsplit_once('@'), self.0.rsplit_once('@')) else {
            return false;
        };
        let mapped = idna::domain_to_ascii(domain);
        local == own.0 && (domain == own.1 || mapped.is_ok_and(|mapped| mapped == own.1))
    }

    /// As it is stored and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As people write it.
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(&self.0))
    }
}

/// A stored address as people write it: with `bücher.example` instead of `xn--bcher-kva.example`.
pub fn written(stored: &str) -> String {
    match stored.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain::to_unicode(domain)),
        None => stored.to_owned(),
    }
}

/// A part of a name or an address that somebody looks for.
pub struct Part {
    pub text: String,
    /// With its domain as addresses are stored, if that is another text.
    pub address: Option<String>,
}

/// A text that ends within a label of a domain cannot be folded: `büch` is in no stored address, `bücher` may be.
pub fn fold_part(text: &str) -> Part {
    let text: String = text.trim().nfc().collect();
    let (local, domain) =
        text.rsplit_once('@').map_or((None, text.as_str()), |(local, domain)| (Some(local), domain));
    let folded = domain::to_ascii(domain).filter(|folded| !domain.eq_ignore_ascii_case(folded));
    let address = folded.map(|folded| match local {
        Some(local) => format!("{local}@{folded}"),
        None => folded,
    });
    Part { text, address }
}

/// The local part and the domain, in lower case.
fn split(text: &str) -> Option<(String, String)> {
    let text: String = normalise_width(text.trim()).to_lowercase().nfc().collect();
    text.rsplit_once('@').map(|(local, domain)| (local.to_owned(), domain.to_owned()))
}

/// A local part of invisible characters alone stays as it is: earlier builds took some.
fn fold_local_part(local: &str) -> String {
    let visible: String = invisible::remove(local).nfc().collect();
    if visible.is_empty() { local.to_owned() } else { visible }
}

fn is_allowed_in_local_part(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !r#"@<>()[]\,;:""#.contains(c)
}

#[cfg(test)]
mod tests {
    use super::{Email, written};

    #[test]
    fn spellings_of_one_address_are_equal() {
        let spellings = ["jos\u{e9}@example.com", " JOSE\u{301}@Example.COM ", "Jose\u{301}@example.com\n"];
        for spelling in spellings {
            assert_eq!(Email::parse(spelling).unwrap().as_str(), "jos\u{e9}@example.com", "{spelling:?}");
        }
        for spelling in [
            "anna@xn--bcher-kva.example",
            "Anna@B\u{dc}CHER.example",
            "anna@b\u{fc}cher\u{3002}example",
            "\u{ff41}nna\u{ff20}b\u{fc}cher\u{ff0e}example",
            "an\u{2800}na\u{3164}@b\u{fc}cher.example",
            "\u{ad}anna@b\u{fc}cher.example\u{200b}",
            "anna\u{115f}\u{fe0f}@b\u{fc}cher.exam\u{2800}ple",
        ] {
            let email = Email::parse(spelling).unwrap();
            assert_eq!(email.as_str(), "anna@xn--bcher-kva.example", "{spelling:?}");
            assert_eq!(email.to_string(), "anna@b\u{fc}cher.example", "{spelling:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        let long = format!("a@{}example", "b\u{fc}.".repeat(30));
        for text in [
            "\u{2800}@example.com",
            "a@xn--zzzzzzz99999.example",
            "a@[::1]",
            "\u{3a3}\u{34f}\u{301}@x.y",
            &long,
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!(Email::parse(email.as_str()).as_ref(), Some(&email), "{text:?}");
            assert_eq!(Email::parse(&email.to_string()).as_ref(), Some(&email), "{text:?}");
        }
    }

    #[test]
    fn what_was_hidden_or_wide_was_another_mailbox() {
        for (stored, is_same) in [
            ("anna@b\u{fc}cher.example", true),
            ("anna@b\u{fc}cher\u{3002}example", true),
            ("anna@xn--bcher-kva.example", true),
            ("an\u{2800}na@xn--bcher-kva.example", false),
            ("\u{ff41}nna@xn--bcher-kva.example", false),
            ("anna@b\u{fc}ch\u{2800}er.example", false),
        ] {
            let folded = Email::parse(stored).unwrap();
            assert_eq!(folded.as_str(), "anna@xn--bcher-kva.example", "{stored:?}");
            assert_eq!(folded.is_mailbox_of(stored), is_same, "{stored:?}");
        }
    }

    #[test]
    fn a_stored_text_that_is_no_address_is_written_as_it_is() {
        for text in ["", "a", "a@xn--zzzzzzz99999.example", "a@xn--", "@"] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn refuses_invalid_addresses() {
        let long = format!("{}@example.com", "a".repeat(65));
        let long_domain = format!("a@{}example", "a.".repeat(124));
        let long_domain_in_ascii = format!("a@{}example", "b\u{fc}.".repeat(40));
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
            "an\u{2800}na@example.com",
            "anna\u{3164}@example.com",
            "\u{ad}anna@example.com",
            "an\u{200b}na@example.com",
            "an\u{115f}na@example.com",
            "anna\u{fe0f}@example.com",
            "\u{ffa0}@example.com",
            "a@xn--zzzzzzz99999.example",
            "a@exa_mple.com",
            &long_domain,
            &long_domain_in_ascii,
            &long,
            &long_in_bytes,
        ] {
            assert_eq!(Email::parse_new(text), None, "{text:?}");
        }
    }

    #[test]
    fn parses_stored_addresses_that_no_mail_reaches() {
        for text in ["a@[127.0.0.1]", "🙂@example.com", "a@xn--zzzzzzz99999.example", "a@127.0.0.1"] {
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
