//! One persistent connection, one workspace, and the mix of requests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

pub struct Client {
    stream: BufReader<TcpStream>,
    number: usize,
    sent: usize,
    token: String,
}

impl Client {
    /// Registers the owner of a workspace and connects one personal account for the conflicts.
    pub fn register(address: &str, number: usize) -> Self {
        let stream =
            TcpStream::connect(address.trim_start_matches("http://")).expect("a server that listens");
        stream.set_nodelay(true).expect("a socket without delay");
        let mut client = Self { stream: BufReader::new(stream), number, sent: 0, token: String::new() };
        let person = format!(
            r#"{{"user":{{"email":"load{number}@example.com","password":"a goalpost in the rain"}}}}"#
        );
        let (status, body) = client.post("registrations", &person);
        assert_eq!(status, 201, "{body}");
        let token = body.split(r#""auth_token":""#).nth(1).and_then(|rest| rest.split('"').next());
        token.expect("a token").clone_into(&mut client.token);
        let (status, body) = client.post("twitter_accounts", &account(&format!("own-{number}")));
        assert_eq!(status, 201, "{body}");
        client
    }

    pub fn send_until(mut self, until: Instant) -> (Self, Vec<Duration>) {
        let mut latencies = Vec::new();
        while Instant::now() < until {
            let since = Instant::now();
            self.send_next();
            latencies.push(since.elapsed());
        }
        (self, latencies)
    }

    fn send_next(&mut self) {
        self.sent += 1;
        let (body, expected) = match self.sent % 10 {
            0 => (r#"{"twitter_account":{"location":"elsewhere"}}"#.to_owned(), 422),
            1 | 2 => (account(&format!("own-{}", self.number)), 422),
            _ => (account(&format!("{}-{}", self.number, self.sent)), 201),
        };
        let (status, answer) = self.post("workspaces/twitter_accounts", &body);
        assert_eq!(status, expected, "{answer}");
    }

    fn post(&mut self, path: &str, body: &str) -> (u16, String) {
        let request = format!(
            "POST /api/v4/{path} HTTP/1.1\r\nHost: load\r\nAuthentication: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("a server that reads");
        let mut status = 0;
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a server that answers");
            let lower = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some(rest) = lower.strip_prefix("content-length: ") {
                length = rest.parse().expect("a length");
            } else if lower.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the whole answer");
        (status, String::from_utf8(body).expect("JSON"))
    }
}

fn account(uid: &str) -> String {
    format!(
        r#"{{"twitter_account":{{"twitter_token":"TOKEN-{uid}","twitter_uid":"{uid}","screen_name":"Falcons {uid}","logo_url":"https://example.com/{uid}.png","account_verified":true,"twitter_nickname":"falcons_{uid}","location":"signUpForm"}}}}"#
    )
}
