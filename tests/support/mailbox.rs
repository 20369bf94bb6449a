//! A mail server that stores letters, refuses them or does not answer: as much of SMTP as one client needs.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use roster::settings::Settings;

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

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
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    manner: Manner,
    recipients: usize,
    received: Vec<Received>,
}

impl Mailbox {
    pub fn open(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Mutex::new(State { manner, recipients: 0, received: Vec::new() });
        let mailbox = Self { address, inner: Arc::new(Inner { state, changed: Condvar::new() }) };
        let server = mailbox.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.converse(&stream));
            }
        });
        mailbox
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn set_up(&self, settings: &mut Settings) {
        settings.smtp_url = Some(self.url().into());
        settings.mail_from = Some("roster@example.test".to_owned());
    }

    pub fn change(&self, manner: Manner) {
        self.state().manner = manner;
        self.inner.changed.notify_all();
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
        self.state().recipients
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().expect("nobody panicked")
    }

    fn wait(&self, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waited = self.inner.changed.wait_timeout_while(self.state(), WAIT_TIMEOUT, |state| !until(state));
        let (state, timeout) = waited.expect("nobody panicked");
        assert!(
            !timeout.timed_out(),
            "{} recipients and {} letters are all there are",
            state.recipients,
            state.received.len()
        );
        state
    }

    /// Returns when the connection closes.
    fn converse(&self, mut stream: &TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let mut to = String::new();
        stream.write_all(b"220 mailbox\r\n").ok()?;
        while let Some(line) = lines.next() {
            let reply = if let Some(recipient) = line.strip_prefix("RCPT TO:") {
                recipient.trim_matches(['<', '>']).clone_into(&mut to);
                self.hear_recipient(&to)
            } else if line == "DATA" {
                stream.write_all(b"354 go on\r\n").ok()?;
                let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                self.keep(&to, &text.join("\n"));
                "250 kept".to_owned()
            } else {
                "250 fine".to_owned()
            };
            stream.write_all(format!("{reply}\r\n").as_bytes()).ok()?;
        }
        Some(())
    }

    fn hear_recipient(&self, to: &str) -> String {
        self.state().recipients += 1;
        self.inner.changed.notify_all();
        let held = self.inner.changed.wait_while(self.state(), |state| state.manner == Manner::Hold);
        match held.expect("nobody panicked").manner {
            Manner::Refuse(code) => format!("{code} not for {to}"),
            Manner::Keep | Manner::Hold => "250 fine".to_owned(),
        }
    }

    /// The text with quoted-printable line breaks removed.
    fn keep(&self, to: &str, text: &str) {
        let text = text.replace("=\n", "").replace("=3D", "=");
        self.state().received.push(Received { to: to.to_owned(), text });
        self.inner.changed.notify_all();
    }
}

impl Received {
    /// The part of the link after its last slash.
    pub fn token(&self) -> &str {
        let link = self.text.split_whitespace().find(|word| word.contains("/#/")).expect("a link");
        link.rsplit('/').next().expect("a token")
    }
}
