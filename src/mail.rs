//! Mail, where an SMTP server is set. Letters go out behind the answer; one that fails is a line in the log.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use lettre::{Message, SmtpTransport, Transport as _, message::Mailbox};
use secrecy::ExposeSecret as _;

use crate::{
    models::{email::Email, user::User},
    settings::Settings,
};

const LETTERS_WAITING: usize = 4_096;

/// The way out, or none. Clones share the connections.
#[derive(Clone)]
pub struct Mail(Option<Arc<Post>>);

/// One thread delivers, in turn, what is in the box.
struct Post {
    letterbox: SyncSender<Letter>,
    undelivered: Arc<AtomicUsize>,
}

struct Office {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Plain text to one person.
#[derive(Clone, PartialEq, Eq)]
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
        let from =
            settings.mail_from.as_deref().context("ROSTER_SMTP_URL needs ROSTER_MAIL_FROM, the sender")?;
        let from = from.parse().with_context(|| format!("ROSTER_MAIL_FROM {from:?} is no e-mail address"))?;
        let office = Office { transport, from };
        let (letterbox, letters) = sync_channel::<Letter>(LETTERS_WAITING);
        let undelivered = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&undelivered);
        thread::Builder::new().name("post".to_owned()).spawn(move || {
            for letter in letters {
                if let Err(error) = office.deliver(&letter) {
                    log::error!("a letter ({}) could not be sent: {error:#}", letter.subject);
                }
                left.fetch_sub(1, Ordering::Release);
            }
        })?;
        Ok(Self(Some(Arc::new(Post { letterbox, undelivered }))))
    }

    /// Whether letters are sent at all.
    pub fn is_sent(&self) -> bool {
        self.0.is_some()
    }

    pub fn send(&self, letter: Letter) {
        let Some(post) = &self.0 else { return };
        post.undelivered.fetch_add(1, Ordering::Acquire);
        if let Err(error) = post.letterbox.try_send(letter) {
            post.undelivered.fetch_sub(1, Ordering::Release);
            log::error!("a letter could not be sent: {error}");
        }
    }

    /// Waits until every letter is out, or until the time is over.
    pub fn finish(&self, patience: Duration) {
        let Some(post) = &self.0 else { return };
        let until = Instant::now() + patience;
        while post.undelivered.load(Ordering::Acquire) > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
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
