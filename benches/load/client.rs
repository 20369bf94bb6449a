//! A keep-alive connection that sends one request after another. It parses no more of an answer than the status and the
//! length, so that the client needs little of the CPU that it shares with the servers.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const LENGTH: &[u8] = b"content-length: ";

pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

/// What the head of an answer says, and how long it is.
struct Head {
    status: u16,
    end: usize,
    body_length: usize,
}

impl Connection {
    pub async fn open(base_url: &str) -> io::Result<Self> {
        let address = base_url.trim_start_matches("http://").trim_end_matches('/');
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1024) })
    }

    pub async fn send(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            self.receive().await?;
            if let Some(head) = Head::parse(&self.received)? {
                break head;
            }
        };
        let end = head.end + head.body_length;
        while self.received.len() < end {
            self.receive().await?;
        }
        Ok(Answer { status: head.status, body: &self.received[head.end..end] })
    }

    async fn receive(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl Head {
    /// `None` if not all of the head is there yet.
    fn parse(received: &[u8]) -> io::Result<Option<Self>> {
        let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
        let mut lines = received[..end].split(|byte| *byte == b'\n');
        let status = lines.next().and_then(|line| number(line.get(9..12)?));
        let length = lines.find_map(|line| {
            let name = line.get(..LENGTH.len())?;
            if name.eq_ignore_ascii_case(LENGTH) { number(line[LENGTH.len()..].trim_ascii()) } else { None }
        });
        match (status, length) {
            (Some(status), Some(length)) => Ok(Some(Self {
                status: u16::try_from(status).unwrap_or(0),
                end: end + 4,
                body_length: length,
            })),
            _ => Err(io::Error::other("an answer without a status or a length")),
        }
    }
}

fn number(digits: &[u8]) -> Option<usize> {
    str::from_utf8(digits).ok()?.parse().ok()
}
