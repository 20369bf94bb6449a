//! A mail server that stores letters, refuses them or does not answer: as much of SMTP as one client needs.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpStream},
    sync::MutexGuard,
};

use roster::settings::Settings;

use super::stand_in::{self, Watched};

/// What the server does with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Keep,
    /// Refuses with this code after `RCPT TO`.
    Refuse(u16),
    /// Does not answer `RCPT TO` until its behaviour is changed.
    Hold,
}

#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub text: String,
}

#[derive(Clone)]
pub struct Mailbox {
    address: SocketAddr,
    watched: Watched<State>,
}

struct State {
    manner: Manner,
    recipients: usize,
    received: Vec<Received>,
}

impl Mailbox {
    pub fn open(manner: Manner) -> Self {
        let watched = Watched::new(State { manner, recipients: 0, received: Vec::new() });
        let server = watched.clone();
        let address = stand_in::listen(move |stream| _ = converse(&server, stream));
        Self { address, watched }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn set_up(&self, settings: &mut Settings) {
        settings.smtp_url = Some(self.url().into());
        settings.mail_from = Some("roster@example.test".to_owned());
    }

    pub fn change(&self, manner: Manner) {
        self.watched.change(|state| state.manner = manner);
    }

    /// Waits until this many letters are stored, and returns all of them.
    pub fn received(&self, count: usize) -> Vec<Received> {
        self.wait(|state| state.received.len() >= count).received.clone()
    }

    /// Waits until this many recipients were named, whether their letters were stored or not.
    pub fn tried(&self, count: usize) {
        drop(self.wait(|state| state.recipients >= count));
    }

    pub fn tries(&self) -> usize {
        self.watched.state().recipients
    }

    fn wait(&self, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        self.watched.wait_until(until, |State { recipients, received, .. }| {
            format!("{recipients} recipients and {} letters are all there are", received.len())
        })
    }
}

/// Returns when the connection closes.
fn converse(watched: &Watched<State>, mut stream: &TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut to = String::new();
    stream.write_all(b"220 mailbox\r\n").ok()?;
    while let Some(line) = lines.next() {
        let reply = if let Some(recipient) = line.strip_prefix("RCPT TO:") {
            recipient.trim_matches(['<', '>']).clone_into(&mut to);
            hear_recipient(watched, &to)
        } else if line == "DATA" {
            stream.write_all(b"354 go on\r\n").ok()?;
            let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
            keep(watched, &to, &text.join("\n"));
            "250 kept".to_owned()
        } else {
            "250 fine".to_owned()
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).ok()?;
    }
    Some(())
}

fn hear_recipient(watched: &Watched<State>, to: &str) -> String {
    watched.change(|state| state.recipients += 1);
    match watched.wait_while(|state| state.manner == Manner::Hold).manner {
        Manner::Refuse(code) => format!("{code} not for {to}"),
        Manner::Keep | Manner::Hold => "250 fine".to_owned(),
    }
}

/// The text with quoted-printable line breaks removed.
fn keep(watched: &Watched<State>, to: &str, text: &str) {
    let text = text.replace("=\n", "").replace("=3D", "=");
    watched.change(|state| state.received.push(Received { to: to.to_owned(), text }));
}

impl Received {
    /// The part of the link after its last slash.
    pub fn token(&self) -> &str {
        let link = self.text.split_whitespace().find(|word| word.contains("/#/")).expect("a link");
        link.rsplit('/').next().expect("a token")
    }
}
