//! Letters, and sending them by SMTP if a server is configured. No other module uses SMTP. When letters are sent, and
//! retried after a failure, is in `jobs/letters.rs`.

use std::{error::Error as _, io, sync::Arc, thread, time::Duration};

use anyhow::Context as _;
use lettre::{Address, SmtpTransport, Transport as _, message::Mailbox, transport::smtp};
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;

pub use self::letter::{Change, Letter};
use crate::{settings::Settings, spelling::domain};

mod letter;
pub mod server;

const REPLY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reply codes that refuse our credentials (RFC 4954). The operator can correct these, so the letter is retried.
const CREDENTIAL_ERROR_CODES: [u16; 4] = [530, 534, 535, 538];

/// The mail server, if one is configured. Clones share its connections.
#[derive(Clone)]
pub struct Mail(Option<Arc<Sender>>);

struct Sender {
    transport: SmtpTransport,
    from: Mailbox,
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
        let transport = server::transport(url)?.timeout(Some(reply_timeout)).build();
        let from = from.parse().with_context(|| format!("ROSTER_MAIL_FROM {from:?} is no e-mail address"))?;
        Ok(Self { transport, from: in_ascii(from) })
    }

    fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let refused = || NotSent::Refused("its address is none that mail can carry".to_owned());
        let message = letter.message(&self.from).ok_or_else(refused)?;
        self.transport.send(&message)?;
        Ok(())
    }
}

/// The sender with its domain as DNS knows it, which every server takes.
fn in_ascii(from: Mailbox) -> Mailbox {
    let domain = domain::to_ascii(from.email.domain());
    let email = domain.and_then(|domain| Address::new(from.email.user(), domain).ok());
    Mailbox::new(from.name, email.unwrap_or(from.email))
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
            None if error.is_client() => not_possible(&error.to_string()),
            None => Self::Delayed(format!("the mail server cannot be reached: {}", cause(&error))),
        }
    }
}

/// What the server does not offer, by the message of the SMTP library.
fn not_possible(message: &str) -> NotSent {
    let offers_no = |what: &str| NotSent::Delayed(format!("the mail server offers no {what}"));
    if message.contains("SMTPUTF8") {
        return NotSent::Refused("the mail server takes no address with letters other than ASCII".to_owned());
    }
    if message.contains("STARTTLS") {
        return offers_no(
            "STARTTLS, without which ROSTER_SMTP_URL's password is not sent; use smtps://, or add \
             ?tls=opportunistic if nobody can listen on the way",
        );
    }
    if message.contains("authentication mechanism") {
        return offers_no(
            "way to sign in (PLAIN or LOGIN) on this connection; use smtps:// or ?tls=required, or leave user and \
             password out of ROSTER_SMTP_URL",
        );
    }
    NotSent::Delayed("the mail server does not speak SMTP as it should".to_owned())
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

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn the_domain_of_the_sender_is_in_ascii() {
        let from = in_ascii("Roster <Roster@b\u{fc}cher.example>".parse().unwrap());
        assert_eq!(from.to_string(), "Roster <Roster@xn--bcher-kva.example>");
    }

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

    /// The outcome of a letter to a server that offers these extensions, and the commands that the server received.
    fn send_to_server_offering(
        extensions: &[&str],
        user: &str,
        query: &str,
    ) -> (Result<(), NotSent>, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{user}{}{query}", listener.local_addr().unwrap());
        let greeting = ["250-here"].iter().chain(extensions).map(|line| format!("{line}\r\n"));
        let greeting = greeting.collect::<String>() + "250 HELP\r\n";
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(b"220 here\r\n");
            let mut commands = Vec::new();
            for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
                let reply = match line.split(' ').next() {
                    Some("EHLO") => greeting.as_str(),
                    Some("STARTTLS") => "454 no key today\r\n",
                    Some("AUTH") => "235 welcome\r\n",
                    Some("DATA") => "354 go on\r\n",
                    _ => "250 fine\r\n",
                };
                let _ = stream.write_all(reply.as_bytes());
                commands.extend(line.split(' ').next().map(str::to_owned));
            }
            commands
        });
        let outcome = send(&url);
        (outcome, server.join().unwrap())
    }

    #[test]
    fn a_password_is_not_sent_without_starttls_where_it_is_required() {
        let (outcome, commands) =
            send_to_server_offering(&["250-AUTH PLAIN"], "ada:s3cret@", "?tls=required");
        let Err(NotSent::Delayed(reason)) = outcome else { panic!("{outcome:?}") };
        assert!(reason.starts_with("the mail server offers no STARTTLS, without which"), "{reason}");
        assert!(!commands.contains(&"AUTH".to_owned()), "{commands:?}");
    }

    #[test]
    fn starttls_is_used_wherever_it_is_offered() {
        for (user, query) in [("", ""), ("ada:s3cret@", ""), ("ada:s3cret@", "?tls=required")] {
            let (outcome, commands) =
                send_to_server_offering(&["250-STARTTLS", "250-AUTH PLAIN"], user, query);
            assert_eq!(outcome, Err(NotSent::Delayed("the mail server answers 454".to_owned())));
            assert_eq!(commands[..2], ["EHLO", "STARTTLS"], "{user} {query}");
            assert!(!commands.contains(&"AUTH".to_owned()), "{commands:?}");
        }
        let (outcome, commands) =
            send_to_server_offering(&["250-STARTTLS", "250-AUTH PLAIN"], "ada:s3cret@", "?tls=none");
        assert_eq!(outcome, Ok(()));
        assert_eq!(commands[..2], ["EHLO", "AUTH"]);
    }

    #[test]
    fn a_server_without_a_way_to_sign_in_is_explained() {
        let (outcome, _) = send_to_server_offering(&["250-AUTH CRAM-MD5"], "ada:s3cret@", "");
        let Err(NotSent::Delayed(reason)) = outcome else { panic!("{outcome:?}") };
        assert!(reason.starts_with("the mail server offers no way to sign in (PLAIN or LOGIN)"), "{reason}");
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
