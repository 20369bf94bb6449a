//! A receiver of webhooks on a real socket: it keeps what it gets, and answers as a test says.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use roster::settings::Settings;
use serde_json::Value;

use super::stand_in::{self, Watched};

/// What the receiver does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    Answer(u16),
    /// With more headers, such as `Retry-After: 90\r\n`.
    AnswerWith(u16, String),
    /// Does not answer until its manner is changed.
    Hang,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    /// The names in lower case.
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    watched: Watched<State>,
}

struct State {
    manner: Manner,
    connections: usize,
    received: Vec<Received>,
    flying: usize,
    most_flying: usize,
}

impl Receiver {
    pub fn open(manner: Manner) -> Self {
        let state = State { manner, connections: 0, received: Vec::new(), flying: 0, most_flying: 0 };
        let watched = Watched::new(state);
        let server = watched.clone();
        let address = stand_in::listen(move |stream| _ = converse(&server, stream));
        Self { address, watched }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// As in `ROSTER_WEBHOOK_HOSTS`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn set_up(&self, settings: &mut Settings) {
        settings.webhook_hosts.push(self.host().parse().expect("a host and a port"));
    }

    pub fn change(&self, manner: Manner) {
        self.watched.change(|state| state.manner = manner);
    }

    /// Waits until this many requests have come, and returns all of them.
    pub fn received(&self, count: usize) -> Vec<Received> {
        let describe = |state: &State| format!("{} of {count} requests came", state.received.len());
        self.watched.wait_until(|state| state.received.len() >= count, describe).received.clone()
    }

    pub fn connections(&self) -> usize {
        self.watched.state().connections
    }

    /// How many requests were open at the same time.
    pub fn most_flying(&self) -> usize {
        self.watched.state().most_flying
    }
}

fn converse(watched: &Watched<State>, mut stream: &TcpStream) -> Option<()> {
    watched.state().connections += 1;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let text = String::from_utf8(body).ok()?;
    let (status, more) = match keep(watched, Received { path, headers, text }) {
        Manner::Answer(status) => (status, String::new()),
        Manner::AnswerWith(status, more) => (status, more),
        Manner::Hang => return None,
    };
    let answer = format!("HTTP/1.1 {status} Done\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(answer.as_bytes()).ok()
}

fn keep(watched: &Watched<State>, received: Received) -> Manner {
    watched.change(|state| {
        state.received.push(received);
        state.flying += 1;
        state.most_flying = state.most_flying.max(state.flying);
    });
    let mut state = watched.wait_while(|state| state.manner == Manner::Hang);
    state.flying -= 1;
    state.manner.clone()
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}
