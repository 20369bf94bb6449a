//! The texts of letters, and their form: plain text in UTF-8 with the headers that mail programs and autoresponders
//! expect.

use std::fmt::Write as _;

use lettre::{
    Message,
    address::Envelope,
    message::{
        Body, Mailbox, SinglePart,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

use crate::{
    clock::Moment,
    models::email::{Email, written},
    spelling::invisible,
};

/// A longer name is cut in a letter.
const MAX_NAME_CHARS: usize = 60;

/// A plain-text letter to one address.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    to: String,
    subject: String,
    text: String,
}

/// What was changed in a person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Change {
    Address,
    Password,
    AddressAndPassword,
}

impl Letter {
    pub fn password_reset(to: &str, link: &str) -> Self {
        let address = written(to);
        Self {
            to: to.to_owned(),
            subject: "Reset your password".to_owned(),
            text: format!(
                "Somebody asked to reset the password of {address}. If it was you, open this link within 6 hours:\n\n\
                 {link}\n\nIf it was not, nothing has changed, and you need do nothing.\n"
            ),
        }
    }

    /// Tells an address what was changed. There is no link in it: a stranger may have changed the account, or may read
    /// this mailbox.
    pub fn account_change(to: &str, change: Change, at: Moment) -> Self {
        let (what, were) = match change {
            Change::Address => ("e-mail address", "was"),
            Change::Password => ("password", "was"),
            Change::AddressAndPassword => ("e-mail address and password", "were"),
        };
        let at = at.format("%Y-%m-%d %H:%M");
        let address = written(to);
        Self {
            to: to.to_owned(),
            subject: format!("Your {what} {were} changed"),
            text: format!(
                "The {what} of the Roster account of {address} {were} changed on {at} (UTC). Earlier sessions and links to \
                 reset the password have ended.\n\nIf it was not you, tell the admins of your workspace or the operator \
                 of the service. This letter has no link, so that nobody can send you a false one in its place.\n"
            ),
        }
    }

    pub fn invite(to: &str, link: &str, workspace: &str, sender: Option<&str>) -> Self {
        let sender = sender.map_or_else(|| "Somebody".to_owned(), |sender| visible(&written(sender)));
        let workspace = one_line(workspace);
        Self {
            to: to.to_owned(),
            subject: format!("Join {workspace} on Roster"),
            text: format!(
                "{sender} invites you to join \"{workspace}\". Open this link within 7 days:\n\n{link}\n"
            ),
        }
    }

    /// `network` is the name that people know, and `handle` that of the account there.
    pub fn broken_account(to: &str, network: &str, handle: &str, link: &str) -> Self {
        let handle = one_line(handle);
        Self {
            to: to.to_owned(),
            subject: format!("Connect @{handle} again"),
            text: format!(
                "{network} has refused Roster's access to @{handle}, and nobody can post with it until it is connected \
                 again. Open this link, and choose \"Reconnect\" beside the account:\n\n{link}\n"
            ),
        }
    }

    /// Tells an admin that a webhook was switched off.
    pub fn webhook_off(to: &str, workspace: &str, host: Option<&str>, reason: &str, link: &str) -> Self {
        let (workspace, host) = (one_line(workspace), one_line(host.unwrap_or("an address that is no URL")));
        Self {
            to: to.to_owned(),
            subject: format!("A webhook of {workspace} is switched off"),
            text: format!(
                "The webhook of \"{workspace}\" that calls {host} is switched off, because {reason}.\n\nWhat waited can be \
                 sent again, after it is switched on:\n\n{link}\n"
            ),
        }
    }

    /// The letter as it is sent. `None` if mail cannot carry its address.
    pub fn message(&self, from: &Mailbox) -> Option<Message> {
        let to = Email::parse(&self.to)?.mail_address()?;
        // The library would parse the addresses of the headers, and its parser knows no quotation marks.
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()]).ok()?;
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(encode(&self.text));
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .envelope(envelope)
            .subject(&self.subject)
            .message_id(Some(format!("<{}@{}>", Uuid::now_v7(), from.email.domain())))
            .header(AutoSubmitted)
            .singlepart(text)
            .ok()
    }
}

/// RFC 3834: no autoresponder answers such a letter.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// ASCII is sent as it is, other text as quoted-printable, so that every server can carry it. Its lines are not folded:
/// a mail program that does not decode them still shows a link that can be opened.
fn encode(text: &str) -> Body {
    if text.is_ascii() {
        return Body::dangerous_pre_encoded(
            text.replace('\n', "\r\n").into(),
            ContentTransferEncoding::SevenBit,
        );
    }
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'\n' => encoded.push_str("\r\n"),
            b' '..=b'~' if byte != b'=' => encoded.push(byte.into()),
            _ => _ = write!(encoded, "={byte:02X}"),
        }
    }
    Body::dangerous_pre_encoded(encoded.into(), ContentTransferEncoding::QuotedPrintable)
}

/// Renders a name for a letter. A stranger chose it, so it must not add lines, leave its quotation marks, hide
/// characters or fill the letter.
fn one_line(name: &str) -> String {
    let words = visible(name).split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

/// The text without invisible characters, with spaces instead of control characters and with plain quotation marks.
fn visible(text: &str) -> String {
    invisible::remove(text)
        .chars()
        .map(|c| match c {
            c if is_quotation_mark(c) => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// Characters that look like the quotation marks around a name.
fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '\u{ab}' | '\u{bb}' | '\u{2b9}'..='\u{2bd}' | '\u{2ee}' | '\u{2018}'..='\u{201f}' | '\u{2032}'..='\u{203a}'
            | '\u{275b}'..='\u{2760}' | '\u{276e}' | '\u{276f}' | '\u{2e42}' | '\u{300c}'..='\u{300f}'
            | '\u{301d}'..='\u{301f}' | '\u{ff02}' | '\u{ff07}' | '\u{1f676}'..='\u{1f678}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str =
        "https://roster.example.test/#/invites/12/an-invite-token-of-more-than-seventy-six-characters==";

    fn sent(workspace: &str) -> String {
        let from = "Roster <roster@example.test>".parse().unwrap();
        let letter = Letter::invite("nina@example.test", LINK, workspace, Some("olga@example.test"));
        String::from_utf8(letter.message(&from).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_letter_has_the_headers_of_mail() {
        let text = sent("Northside High");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "From: Roster <roster@example.test>",
            "To: nina@example.test",
            "Subject: Join Northside High on Roster",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 7bit",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(head.lines().any(|other| other == line), "{line}: {head}");
        }
        for start in ["Date: ", "Message-ID: <"] {
            assert_eq!(head.lines().filter(|line| line.starts_with(start)).count(), 1, "{start}: {head}");
        }
        assert!(head.contains("@example.test>\r\n"), "{head}");
        assert!(body.contains(&format!("\r\n\r\n{LINK}\r\n")), "{body}");
    }

    #[test]
    fn a_quoted_address_is_carried() {
        let from = "roster@example.test".parse().unwrap();
        let letter = Letter::password_reset("a..b@example.test", LINK).message(&from).unwrap();
        assert_eq!(letter.envelope().to()[0].to_string(), "\"a..b\"@example.test");
        let text = String::from_utf8(letter.formatted()).unwrap();
        assert!(text.contains("\r\nTo: \"a..b\"@example.test\r\n"), "{text}");
    }

    #[test]
    fn a_link_is_on_one_line_whatever_the_names_are() {
        let text = sent("Zürich 🏈");
        assert!(text.is_ascii(), "{text}");
        assert!(text.contains("Content-Transfer-Encoding: quoted-printable\r\n"), "{text}");
        assert!(text.contains("\"Z=C3=BCrich =F0=9F=8F=88\""), "{text}");
        assert!(text.contains(&format!("\r\n\r\n{}\r\n", LINK.replace('=', "=3D"))), "{text}");
    }

    #[test]
    fn a_name_stays_on_one_line_and_between_its_quotation_marks() {
        let long = "x".repeat(255);
        let cases = [
            ("Northside High", "Northside High"),
            ("A\r\nBcc: b@c.d\n\nC\u{2028}D\u{2029}E\u{85}F\tG", "A Bcc: b@c.d C D E F G"),
            ("A\". You won, \"B", "A'. You won, 'B"),
            ("\u{202e}A\u{200b}B\u{0}", "AB"),
            ("A\u{201d}. You won, \u{201c}B", "A'. You won, 'B"),
            ("\u{ab}A\u{bb} \u{201e}B\u{2033} \u{300d}\u{ff02}", "'A' 'B' ''"),
            ("A\u{e0041}\u{fe0f}\u{61c}\u{2066}\u{180e}\u{fff9}\u{3164}B\u{9b}C", "AB C"),
            ("Caf\u{e9} \u{5b66}\u{6821} O'Hara & Sons", "Caf\u{e9} \u{5b66}\u{6821} O'Hara & Sons"),
            (&long, &format!("{}…", "x".repeat(60))),
        ];
        for (name, expected) in cases {
            let letter = Letter::invite("nina@example.test", "https://roster.test/#/x", name, None);
            assert_eq!(letter.subject, format!("Join {expected} on Roster"), "{name:?}");
            assert_eq!(
                letter.text,
                format!(
                    "Somebody invites you to join \"{expected}\". Open this link within 7 days:\n\n\
                     https://roster.test/#/x\n"
                ),
                "{name:?}"
            );
        }
    }
}
