//! Thousands of clients that never complete a request, served by one thread.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::wire::{self, Request};

const POLLING_INTERVAL: Duration = Duration::from_millis(50);
const BYTE_INTERVAL: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    SlowHead,
    SlowBody,
    Idle,
}

pub struct Trickle {
    manner: Manner,
    stream: TcpStream,
    began: Instant,
    sent: u32,
    closed: Option<Duration>,
}

/// How it ended.
pub struct Fate {
    manner: Manner,
    closed: Option<Duration>,
}

impl Trickle {
    pub fn of_head(address: &str) -> Self {
        Self::new(Manner::SlowHead, address, "GET /health/live HTTP/1.1\r\nHost: roster.test\r\nX-Slow: ")
    }

    /// The body is announced, and sent one byte a second.
    pub fn of_body(address: &str, request: Request) -> Self {
        Self::new(Manner::SlowBody, address, &request.header("Content-Length", "50000").head())
    }

    /// Sends nothing, or nothing after the first request.
    pub fn idle(address: &str, spoke_once: bool) -> Self {
        let request = Request::new("GET", "/health/live").head();
        Self::new(Manner::Idle, address, if spoke_once { &request } else { "" })
    }

    fn new(manner: Manner, address: &str, beginning: &str) -> Self {
        let mut stream = wire::connect(address).expect("a connection");
        stream.write_all(beginning.as_bytes()).expect("a beginning");
        stream.set_nonblocking(true).expect("a socket that does not block");
        Self { manner, stream, began: Instant::now(), sent: 0, closed: None }
    }

    pub fn fate(self) -> Fate {
        Fate { manner: self.manner, closed: self.closed }
    }

    fn look(&mut self) {
        if self.closed.is_some() {
            return;
        }
        let age = self.began.elapsed();
        let mut is_open = true;
        if self.manner != Manner::Idle && age >= BYTE_INTERVAL * (self.sent + 1) {
            self.sent += 1;
            is_open = !matches!(self.stream.write(b"a"), Err(error) if error.kind() != ErrorKind::WouldBlock);
        }
        let mut heard = [0; 4096];
        is_open &= match self.stream.read(&mut heard) {
            Ok(count) => count > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        if !is_open {
            self.closed = Some(age);
        }
    }
}

/// Sends to all connections and watches them for this long.
pub fn drip(trickles: &mut [Trickle], span: Duration) {
    let since = Instant::now();
    while since.elapsed() < span {
        trickles.iter_mut().for_each(Trickle::look);
        thread::sleep(POLLING_INTERVAL);
    }
}

impl Fate {
    /// Number of connections of this kind that the server closed.
    pub fn closed(fates: &[Self], manner: Manner) -> u64 {
        Self::lifetimes(fates, manner).count() as u64
    }

    /// Longest life of a connection of this kind, in milliseconds.
    pub fn slowest(fates: &[Self], manner: Manner) -> u64 {
        Self::lifetimes(fates, manner)
            .map(|kept| u64::try_from(kept.as_millis()).unwrap_or(u64::MAX))
            .max()
            .unwrap_or(0)
    }

    fn lifetimes(fates: &[Self], manner: Manner) -> impl Iterator<Item = Duration> {
        fates.iter().filter(move |fate| fate.manner == manner).filter_map(|fate| fate.closed)
    }
}
