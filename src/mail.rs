//! Mail, where an SMTP server is set. Letters go out behind the answer; one that fails is a line in the log.

use std::{sync::Arc, thread};

use anyhow::Context as _;
use lettre::{Message, SmtpTransport, Transport as _, message::Mailbox};
use secrecy::ExposeSecret as _;

use crate::{
    models::{email::Email, user::User},
    settings::Settings,
};

const SENDER: &str = "Roster <roster@localhost>";

/// The way out, or none. Clones share the connections.
#[derive(Clone)]
pub struct Mail(Option<Arc<Office>>);

struct Office {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Plain text to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    to: String,
    subject: String,
    text: String,
}

impl Letter {
    pub fn password_reset(to: &Email, link: &str) -> Self {
        Self {
            to: to.to_string(),
            subject: "Reset your password".to_owned(),
            text: format!(
                "Somebody asked to reset the password of {to}. If it was you, open this link within 6 hours:\n\n\
                 {link}\n\nIf it was not, nothing has changed, and you need do nothing.\n"
            ),
        }
    }

    pub fn invite(to: &str, link: &str, workspace: &str, sender: Option<&User>) -> Self {
        let sender = sender.map_or("Somebody", |sender| sender.email.as_str());
        Self {
            to: to.to_owned(),
            subject: format!("Join {} on Roster", one_line(workspace)),
            text: format!(
                "{sender} invites you to join \"{workspace}\". Open this link within 7 days:\n\n{link}\n"
            ),
        }
    }
}

impl Mail {
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let Some(url) = &settings.smtp_url else { return Ok(Self(None)) };
        let transport = SmtpTransport::from_url(url.expose_secret())
            .context("ROSTER_SMTP_URL is no address of a mail server")?
            .build();
        let from = settings.mail_from.as_deref().unwrap_or(SENDER);
        let from = from.parse().with_context(|| format!("ROSTER_MAIL_FROM {from:?} is no e-mail address"))?;
        Ok(Self(Some(Arc::new(Office { transport, from }))))
    }

    /// Whether letters are sent at all.
    pub fn is_sent(&self) -> bool {
        self.0.is_some()
    }

    pub fn send(&self, letter: Letter) {
        let Some(office) = self.0.clone() else { return };
        thread::spawn(move || {
            if let Err(error) = office.deliver(&letter) {
                log::error!("a letter ({}) could not be sent: {error:#}", letter.subject);
            }
        });
    }
}

impl Office {
    fn deliver(&self, letter: &Letter) -> anyhow::Result<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse()?)
            .subject(&letter.subject)
            .body(letter.text.clone())?;
        self.transport.send(&message)?;
        Ok(())
    }
}

/// A subject is one line, whatever a workspace is called.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
