//! HTTP/1.1 written by hand: malformed requests, and answers read to the last byte. The connection is reused until the
//! server closes it.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::people::Person;

/// Timeout of one read or write.
pub const TIMEOUT: Duration = Duration::from_secs(12);

#[derive(Clone, Debug)]
pub struct Request {
    head: String,
    body: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub took: Duration,
}

pub struct Wire {
    address: String,
    stream: Option<TcpStream>,
}

/// Lowers the priority of the calling thread: its client stands for another machine, which takes no processor from the
/// service.
pub fn give_way() {
    rustix::process::setpriority_process(None, 19).expect("a lower priority");
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        Self { head: format!("{method} {path} HTTP/1.1\r\nHost: roster.test\r\n"), body: Vec::new() }
    }

    pub fn by(person: &Person, method: &str, path: &str) -> Self {
        Self::new(method, &format!("/api/v4/{path}")).token(person.client.token())
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.extend([name, ": ", value, "\r\n"]);
        self
    }

    pub fn token(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.header("Authorization", &format!("Bearer {token}")),
            None => self,
        }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let with_body = self.header("Content-Type", content_type);
        Self { body: body.clone(), ..with_body.header("Content-Length", &body.len().to_string()) }
    }

    /// Only the head; the caller sends the body separately.
    pub fn head(&self) -> String {
        format!("{}\r\n", self.head)
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The answer without what differs between two equal answers.
    pub fn lasting(&self) -> (u16, Vec<(String, String)>, String) {
        let passing = ["date", "x-request-id"];
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| !passing.contains(&name.to_ascii_lowercase().as_str()));
        headers.sort();
        (self.status, headers, self.body.clone())
    }
}

impl Wire {
    pub fn to(base_url: &str) -> Self {
        Self { address: base_url.trim_start_matches("http://").to_owned(), stream: None }
    }

    /// Sends the request, on a new connection if the last one was closed.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        let began = Instant::now();
        if let Some(stream) = self.stream.take() {
            match self.exchange(stream, request, began) {
                Err(error) if is_closed(&error) => {}
                outcome => return outcome,
            }
        }
        self.exchange(connect(&self.address)?, request, began)
    }

    /// Like [`Wire::send`], but panics if there is no answer.
    pub fn ask(&mut self, request: &Request) -> Answer {
        self.send(request).unwrap_or_else(|error| panic!("{error} after {}", request.head))
    }

    /// A refusal that arrives before the whole request is sent counts as the answer.
    fn exchange(&mut self, mut stream: TcpStream, request: &Request, began: Instant) -> io::Result<Answer> {
        let _ = stream.write_all(&[request.head().as_bytes(), &request.body].concat());
        let (mut answer, keeps) = read(&mut stream, request.head.starts_with("HEAD "))?;
        answer.took = began.elapsed();
        self.stream = keeps.then_some(stream);
        Ok(answer)
    }
}

pub fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address.trim_start_matches("http://"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

/// One answer, and whether the connection stays open.
pub fn read(stream: &mut TcpStream, without_body: bool) -> io::Result<(Answer, bool)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut bytes)?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end);
    let mut answer = parse_head(&head).ok_or(ErrorKind::InvalidData)?;
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    while !without_body && length.is_some_and(|length| body.len() < length) {
        more(stream, &mut body)?;
    }
    answer.body = String::from_utf8_lossy(&body).into_owned();
    let keeps = length.is_some() && answer.header("connection").is_none_or(|value| value != "close");
    Ok((answer, keeps))
}

fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    match stream.read(&mut buffer)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}

fn parse_head(head: &str) -> Option<Answer> {
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some(Answer { status, headers, body: String::new(), took: Duration::ZERO })
}

fn is_closed(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}
