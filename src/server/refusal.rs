//! Answers 503 to requests while there is no server for them: before the database is open, and after the server has
//! stopped to accept connections, which would otherwise be reset.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{HttpResponse, body::MessageBody as _, rt};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{self, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::{
    controllers::{api, health::Health, rest},
    error::Error,
};

const REQUEST_TIMEOUT: Duration = Duration::from_millis(500);
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Why requests are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// `/health/live` is answered, so that no supervisor restarts a process that waits.
    Starting,
    Stopping,
}

/// Connections that are refused until [`Refusal::end`].
pub struct Refusal {
    phase: Phase,
    listener: net::TcpListener,
    answers: JoinSet<io::Result<()>>,
}

impl Refusal {
    pub fn new(listener: TcpListener, phase: Phase) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { phase, listener: net::TcpListener::from_std(listener)?, answers: JoinSet::new() })
    }

    /// Refuses connections until the future is dropped.
    pub async fn run(&mut self) {
        loop {
            while self.answers.try_join_next().is_some() {}
            if let Ok((stream, _)) = self.listener.accept().await {
                self.answers.spawn_local(refuse(stream, self.phase));
            } else {
                rt::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Leaves the connections that wait now to another handle of the port.
    pub fn hand_over(mut self) {
        self.answers.detach_all();
    }

    /// Refuses the connections that wait now, and closes the port. Nothing is awaited between the last look and the
    /// close, which would reset a connection that came in between.
    pub async fn end(mut self) -> io::Result<()> {
        let listener = self.listener.into_std()?;
        while let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(true)?;
            self.answers.spawn_local(refuse(TcpStream::from_std(stream)?, self.phase));
        }
        drop(listener);
        while self.answers.join_next().await.is_some() {}
        Ok(())
    }
}

async fn refuse(mut stream: TcpStream, phase: Phase) -> io::Result<()> {
    let head = timeout(REQUEST_TIMEOUT, read_head(&mut stream)).await??;
    stream.write_all(&render(&head, phase)).await?;
    stream.shutdown().await?;
    // Closing a connection with unread bytes resets it, and the client may then not read the answer.
    _ = timeout(REQUEST_TIMEOUT, async {
        while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    Ok(())
}

async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < MAX_HEAD_BYTES && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

/// The answer to the request with this head, in the form of its API.
fn render(head: &[u8], phase: Phase) -> Vec<u8> {
    let error = Error::unavailable(match phase {
        Phase::Starting => "the service is starting",
        Phase::Stopping => "the service is stopping",
    });
    let path = head.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let response = if phase == Phase::Starting && path == b"/health/live" {
        HttpResponse::Ok().json(Health { status: "ok" })
    } else if path.starts_with(b"/rest/") {
        rest::failure::render(&error)
    } else {
        api::failure::render(&error.into())
    };
    to_bytes(response, head.starts_with(b"HEAD "))
}

fn to_bytes(response: HttpResponse, is_head: bool) -> Vec<u8> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nCache-Control: no-store\r\n").into_bytes();
    for (name, value) in &headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes());
    if !is_head {
        bytes.extend(body);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_has_the_form_of_its_api() {
        let answer = |path: &str| {
            let head = format!("GET {path} HTTP/1.1\r\n\r\n");
            String::from_utf8(render(head.as_bytes(), Phase::Stopping)).unwrap()
        };
        let (v4, rest) = (answer("/api/v4/users"), answer("/rest/people?limit=1"));
        for answer in [&v4, &rest] {
            assert!(
                answer.starts_with("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"),
                "{answer}"
            );
            assert!(answer.contains("\r\nretry-after: 2\r\n"), "{answer}");
        }
        assert!(
            v4.ends_with(r#"{"success":false,"message":["The service is busy. Try again in 2 seconds."]}"#),
            "{v4}"
        );
        assert!(rest.contains(r#""error":"ServiceUnavailableException""#), "{rest}");
        assert!(answer("/health/live").starts_with("HTTP/1.1 503 "));
    }

    #[test]
    fn a_starting_service_is_alive() {
        let answer = |head: &[u8]| String::from_utf8(render(head, Phase::Starting)).unwrap();
        let live = answer(b"GET /health/live HTTP/1.1\r\n\r\n");
        assert!(live.starts_with("HTTP/1.1 200 OK\r\n") && live.ends_with(r#"{"status":"ok"}"#), "{live}");
        let ready = answer(b"GET /health/ready HTTP/1.1\r\n\r\n");
        assert!(ready.starts_with("HTTP/1.1 503 ") && ready.contains("\r\nretry-after: 2\r\n"), "{ready}");
    }
}
