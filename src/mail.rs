//! The texts of letters, and sending them by SMTP if a server is configured. No other file uses SMTP. When letters are
//! sent, and retried after a failure, is in `jobs/letters.rs`.

use std::{error::Error as _, io, sync::Arc, thread, time::Duration};

use anyhow::Context as _;
use lettre::{Message, SmtpTransport, Transport as _, message::Mailbox, transport::smtp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use tokio::sync::oneshot;

use crate::{clock::Moment, models::email::is_invisible, settings::Settings};

const REPLY_TIMEOUT: Duration = Duration::from_secs(30);

/// A longer name is cut in a letter.
const MAX_NAME_CHARS: usize = 60;

/// Reply codes that refuse our credentials (RFC 4954). The operator can correct these, so the letter is retried.
const CREDENTIAL_ERROR_CODES: [u16; 4] = [530, 534, 535, 538];

/// The mail server, if one is configured. Clones share its connections.
#[derive(Clone)]
pub struct Mail(Option<Arc<Sender>>);

struct Sender {
    transport: SmtpTransport,
    from: Mailbox,
}

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

/// Why a letter was not sent. The server's reply text is left out, because it may contain an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Permanent: another attempt would fail too.
    #[error("{0}")]
    Refused(String),
    /// Temporary: another attempt may succeed.
    #[error("{0}")]
    Delayed(String),
}

impl Letter {
    pub fn password_reset(to: &str, link: &str) -> Self {
        Self {
            to: to.to_owned(),
            subject: "Reset your password".to_owned(),
            text: format!(
                "Somebody asked to reset the password of {to}. If it was you, open this link within 6 hours:\n\n\
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
        Self {
            to: to.to_owned(),
            subject: format!("Your {what} {were} changed"),
            text: format!(
                "The {what} of the Roster account of {to} {were} changed on {at} (UTC). Earlier sessions and links to \
                 reset the password have ended.\n\nIf it was not you, tell the admins of your workspace or the operator \
                 of the service. This letter has no link, so that nobody can send you a false one in its place.\n"
            ),
        }
    }

    pub fn invite(to: &str, link: &str, workspace: &str, sender: Option<&str>) -> Self {
        let sender = sender.map_or_else(|| "Somebody".to_owned(), visible);
        let workspace = one_line(workspace);
        Self {
            to: to.to_owned(),
            subject: format!("Join {workspace} on Roster"),
            text: format!(
                "{sender} invites you to join \"{workspace}\". Open this link within 7 days:\n\n{link}\n"
            ),
        }
    }
}

impl Mail {
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let Some(url) = &settings.smtp_url else { return Ok(Self(None)) };
        let from =
            settings.mail_from.as_deref().context("ROSTER_SMTP_URL needs ROSTER_MAIL_FROM, the sender")?;
        Ok(Self(Some(Arc::new(Sender::new(url.expose_secret(), from, REPLY_TIMEOUT)?))))
    }

    /// Whether a mail server is configured.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Sends on a separate thread, so that a server that does not reply cannot stop the process from ending.
    pub async fn send(&self, letter: Letter) -> Result<(), NotSent> {
        let delayed = |reason: &str| NotSent::Delayed(reason.to_owned());
        let sender = self.0.clone().ok_or_else(|| delayed("no mail server is set"))?;
        let (reply, sent) = oneshot::channel();
        thread::Builder::new()
            .name("mail".to_owned())
            .spawn(move || reply.send(sender.send(&letter)))
            .map_err(|_| delayed("there is no thread to send it on"))?;
        sent.await.unwrap_or_else(|_| Err(delayed("the thread that sent it ended")))
    }
}

impl Sender {
    fn new(url: &str, from: &str, reply_timeout: Duration) -> anyhow::Result<Self> {
        let transport = SmtpTransport::from_url(url)
            .context("ROSTER_SMTP_URL is no address of a mail server")?
            .timeout(Some(reply_timeout))
            .build();
        let from = from.parse().with_context(|| format!("ROSTER_MAIL_FROM {from:?} is no e-mail address"))?;
        Ok(Self { transport, from })
    }

    fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let refused = || NotSent::Refused("its address or text is none that mail can carry".to_owned());
        let to: Mailbox = letter.to.parse().map_err(|_| refused())?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .body(letter.text.clone())
            .map_err(|_| refused())?;
        self.transport.send(&message)?;
        Ok(())
    }
}

impl From<smtp::Error> for NotSent {
    fn from(error: smtp::Error) -> Self {
        match error.status().map(u16::from) {
            Some(code) if CREDENTIAL_ERROR_CODES.contains(&code) => {
                Self::Delayed(format!("the mail server refuses ROSTER_SMTP_URL's credentials with {code}"))
            }
            Some(code) if error.is_permanent() => {
                Self::Refused(format!("the mail server refuses it with {code}"))
            }
            Some(code) => Self::Delayed(format!("the mail server answers {code}")),
            None => Self::Delayed(format!("the mail server cannot be reached: {}", cause(&error))),
        }
    }
}

/// Only the kind of failure, without addresses or server text.
fn cause(error: &smtp::Error) -> String {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return match cause.kind() {
                // Linux reports a read timeout as `WouldBlock`.
                io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut,
                kind => kind,
            }
            .to_string();
        }
        source = cause.source();
    }
    if error.is_tls() { "TLS fails".to_owned() } else { "it does not speak SMTP as it should".to_owned() }
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
    let shown = text.chars().filter(|c| !is_invisible(*c) && !is_format(*c));
    shown
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

/// Characters without a shape of their own that [`is_invisible`] allows in addresses: formats, fillers, tags and
/// variation selectors.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{206a}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{110bd}'
            | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        net::TcpListener,
    };

    use super::*;

    /// Sends a letter to a server that answers every line with `reply`, or never answers if `reply` is empty.
    fn send_to_server_answering(reply: &'static str) -> Result<(), NotSent> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(if reply.is_empty() { b"" } else { b"220 here\r\n" });
            for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
                let reply = if line.starts_with("EHLO") { "250 here" } else { reply };
                let _ = stream.write_all(format!("{reply}\r\n").as_bytes());
            }
        });
        send(&url)
    }

    fn send(url: &str) -> Result<(), NotSent> {
        let sender = Sender::new(url, "roster@example.test", Duration::from_millis(300)).unwrap();
        sender.send(&Letter::password_reset("nina@example.test", "https://roster.example.test/#/x"))
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

    #[test]
    fn a_refusal_is_final_and_everything_else_is_a_delay() {
        let refused = NotSent::Refused("the mail server refuses it with 550".to_owned());
        assert_eq!(send_to_server_answering("550 no nina@example.test here"), Err(refused));
        let delayed = |reason: &str| Err(NotSent::Delayed(reason.to_owned()));
        assert_eq!(
            send_to_server_answering("451 nina@example.test, later"),
            delayed("the mail server answers 451")
        );
        assert_eq!(
            send_to_server_answering("535 wrong password"),
            delayed("the mail server refuses ROSTER_SMTP_URL's credentials with 535")
        );
        assert_eq!(send_to_server_answering(""), delayed("the mail server cannot be reached: timed out"));
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(
            send(&format!("smtp://{nobody}")),
            delayed("the mail server cannot be reached: connection refused")
        );
    }
}
