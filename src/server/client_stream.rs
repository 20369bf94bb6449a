//! The connection to a client. It is closed if the client does not take its answers, and reads no further requests
//! while answers wait: actix has no timeout for writing, and would keep both for ever. While a request is answered, it reads
//! only that request's body.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use actix_web::rt::net::TcpStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep_until},
};

use super::turn::{Next, Turns};
use crate::progress_timeout::ProgressTimeout;

/// A client that takes less for long is cut off.
const MIN_BYTES_PER_SECOND: u32 = 8 * 1024;

/// So much is read of new requests before those that have arrived are parsed.
const READ_AHEAD_BYTES: usize = 1024;

/// So much of a body of unknown length is read at once.
const CHUNKED_BODY_BYTES: usize = 8 * 1024;
/// So much is discarded at the end. Closing a connection with unread bytes resets it, and the end of an answer is lost.
const MAX_DISCARDED_BYTES: usize = 128 * 1024;

pub struct ClientStream {
    stream: TcpStream,
    timeout: ProgressTimeout,
    /// While the client takes nothing.
    deadline: Option<Pin<Box<Sleep>>>,
    /// A read was put off until the client takes its answer.
    owes_read: bool,
    turns: Turns,
    /// Read of new requests since they were last parsed.
    read_ahead: usize,
}

impl ClientStream {
    /// `timeout` is how long the client may take nothing.
    pub fn new(stream: TcpStream, timeout: Duration) -> Self {
        let timeout = ProgressTimeout::new(timeout, MIN_BYTES_PER_SECOND);
        Self { stream, timeout, deadline: None, owes_read: false, turns: Turns::default(), read_ahead: 0 }
    }

    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Returns how many bytes were read.
    fn poll_some(
        &mut self,
        most: usize,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most.min(buffer.remaining())));
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buffer.advance(read);
        Poll::Ready(Ok(read))
    }

    fn discard_unread(&mut self, cx: &mut Context<'_>) {
        let (mut bytes, mut discarded) = ([0; 8 * 1024], 0);
        while discarded < MAX_DISCARDED_BYTES {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = Pin::new(&mut self.stream).poll_read(cx, &mut buffer);
            if !matches!(read, Poll::Ready(Ok(()))) || buffer.filled().is_empty() {
                return;
            }
            discarded += buffer.filled().len();
        }
    }

    /// Waits for the end of the turn, or of the connection. The end of a connection on which more has arrived is noticed
    /// after the turn.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turns.wait(cx);
        let mut byte = [0];
        match ready!(self.stream.poll_peek(cx, &mut ReadBuf::new(&mut byte)))? {
            0 => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    fn note_progress(&mut self, bytes: usize, cx: &Context<'_>) {
        self.timeout.progress(bytes, Instant::now());
        self.deadline = None;
        if self.owes_read {
            self.owes_read = false;
            cx.waker().wake_by_ref();
        }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let timeout = &mut self.timeout;
        let deadline =
            self.deadline.get_or_insert_with(|| Box::pin(sleep_until(timeout.wait(Instant::now()).into())));
        ready!(deadline.as_mut().poll(cx));
        // What the client has not taken is discarded at once, also by the kernel.
        if let Err(error) = self.stream.set_zero_linger() {
            log::debug!("a connection could not be reset: {error}");
        }
        log::info!("a client does not take its answer, so its connection is closed");
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.timeout.is_waiting() {
            self.owes_read = true;
            return Poll::Pending;
        }
        let next = self.turns.next();
        let most = match next {
            Next::Nothing => return self.poll_closed(cx),
            Next::Body(left) => left,
            Next::ChunkedBody => CHUNKED_BODY_BYTES,
            Next::Requests if self.read_ahead >= READ_AHEAD_BYTES => {
                self.read_ahead = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Next::Requests => READ_AHEAD_BYTES - self.read_ahead,
        };
        let Poll::Ready(read) = self.poll_some(most, cx, buffer) else {
            self.read_ahead = 0;
            return Poll::Pending;
        };
        match next {
            Next::Requests => self.read_ahead += read?,
            _ => self.turns.note_body(read?),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(written)) => {
                self.note_progress(written, cx);
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_deadline(cx).map(Err),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        self.discard_unread(cx);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{ErrorKind, Write as _},
        net::TcpListener,
    };

    use futures_util::future::poll_fn;
    use tokio::time::timeout;

    use super::*;

    const TIMEOUT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_secs(20);

    /// The stream of the service, and its client.
    fn connection(timeout: Duration) -> (ClientStream, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        (ClientStream::new(TcpStream::from_std(stream).unwrap(), timeout), client)
    }

    async fn write(stream: &mut ClientStream) -> io::Result<usize> {
        let bytes = vec![0; 64 * 1024];
        poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, &bytes)).await
    }

    /// Writes until the client has taken nothing for a moment.
    async fn fill(stream: &mut ClientStream) {
        while let Ok(written) = timeout(TIMEOUT / 5, write(stream)).await {
            written.unwrap();
        }
    }

    async fn read(stream: &mut ClientStream) -> usize {
        let mut bytes = [0; 4 * READ_AHEAD_BYTES];
        let mut buffer = ReadBuf::new(&mut bytes);
        poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buffer)).await.unwrap();
        buffer.filled().len()
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut_off() {
        let (mut stream, client) = connection(TIMEOUT);
        fill(&mut stream).await;
        let failure = timeout(LONG, write(&mut stream)).await.unwrap().unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::TimedOut);
        drop(stream);
        let discarded = (&client).write_all(b"x").and_then(|()| io::copy(&mut &client, &mut io::sink()));
        assert_eq!(discarded.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn a_client_that_takes_its_answer_is_not() {
        let (mut stream, client) = connection(LONG);
        fill(&mut stream).await;
        let reader = std::thread::spawn(move || io::copy(&mut &client, &mut io::sink()));
        write(&mut stream).await.unwrap();
        drop(stream);
        reader.join().unwrap().unwrap();
    }

    #[tokio::test]
    async fn requests_are_read_little_at_a_time() {
        let (mut stream, client) = connection(LONG);
        (&client).write_all(&[0; 2 * READ_AHEAD_BYTES]).unwrap();
        stream.stream.readable().await.unwrap();
        assert_eq!(read(&mut stream).await, READ_AHEAD_BYTES);
        let pending = poll_fn(|cx| {
            let mut byte = [0];
            Poll::Ready(Pin::new(&mut stream).poll_read(cx, &mut ReadBuf::new(&mut byte)).is_pending())
        });
        assert!(pending.await);
        assert_eq!(read(&mut stream).await, READ_AHEAD_BYTES);
    }

    #[tokio::test]
    async fn nothing_is_read_beyond_the_request_that_is_answered() {
        let (mut stream, client) = connection(LONG);
        (&client).write_all(b"body, next request").unwrap();
        let turn = stream.turns().begin(4);
        assert_eq!(read(&mut stream).await, 4);
        assert!(timeout(TIMEOUT, read(&mut stream)).await.is_err());
        let (read, ()) = tokio::join!(timeout(LONG, read(&mut stream)), async { drop(turn) });
        assert_eq!(read.unwrap(), b", next request".len());
    }

    #[tokio::test]
    async fn what_was_not_read_does_not_reset_the_connection() {
        let (mut stream, client) = connection(LONG);
        (&client).write_all(&[0; 4 * READ_AHEAD_BYTES]).unwrap();
        stream.stream.readable().await.unwrap();
        let _turn = stream.turns().begin(0);
        poll_fn(|cx| Pin::new(&mut stream).poll_write(cx, b"the answer")).await.unwrap();
        poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await.unwrap();
        drop(stream);
        assert_eq!(io::read_to_string(&client).unwrap(), "the answer");
    }

    #[tokio::test]
    async fn a_client_that_leaves_is_noticed_while_it_is_answered() {
        let (mut stream, client) = connection(LONG);
        let _turn = stream.turns().begin(0);
        drop(client);
        assert_eq!(timeout(LONG, read(&mut stream)).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn requests_are_not_read_while_an_answer_waits() {
        let (mut stream, client) = connection(LONG);
        (&client).write_all(b"hi").unwrap();
        fill(&mut stream).await;
        assert!(timeout(TIMEOUT, read(&mut stream)).await.is_err());
        let reader = std::thread::spawn(move || io::copy(&mut &client, &mut io::sink()));
        // One task writes and reads, as actix does; the end of the waiting must wake it to read.
        let read = poll_fn(|cx| {
            let mut bytes = [0; 16];
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = Pin::new(&mut stream).poll_read(cx, &mut buffer).map(|_| buffer.filled().len());
            if read.is_pending() {
                let _ = Pin::new(&mut stream).poll_write(cx, b"x");
            }
            read
        });
        assert_eq!(timeout(LONG, read).await.unwrap(), 2);
        drop(stream);
        reader.join().unwrap().unwrap();
    }
}
