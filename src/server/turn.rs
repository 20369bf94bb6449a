//! What a connection may read while one of its requests is answered. Actix parses all requests that it has read, up to
//! 128 KB at once, and each takes kilobytes. So only the body of the request that is being answered is read.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use actix_web::{
    HttpMessage as _,
    dev::{Extensions, Payload, ServiceRequest},
    error::PayloadError,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    web::Bytes,
};
use futures_util::Stream;

/// The turns of one connection, shared by its stream and its requests.
#[derive(Debug, Clone, Default)]
pub struct Turns(Rc<State>);

#[derive(Debug, Default)]
struct State {
    is_answering: Cell<bool>,
    /// What may still come of the body with a `Content-Length` of the last request.
    body_left: Cell<usize>,
    /// Somebody waits for more of a body without one.
    awaits_body: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

/// What may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// So many bytes of a body.
    Body(usize),
    /// A part of a body of unknown length.
    ChunkedBody,
    Requests,
    /// The request before is still being answered.
    Nothing,
}

/// A request that is being answered, until the last of its answer is passed on.
#[derive(Debug)]
pub struct Turn(Turns);

/// A body of unknown length; its parts are read when somebody waits for them.
struct ChunkedBody {
    payload: Payload,
    turns: Turns,
}

impl Turns {
    /// Makes the turns of a connection known to its requests.
    pub fn share_in(&self, connection: &mut Extensions) {
        connection.insert(self.clone());
    }

    /// Begins to answer a request. Some of its body may have been read with its head.
    pub fn begin(&self, body_bytes: usize) -> Turn {
        self.0.is_answering.set(true);
        self.0.body_left.set(body_bytes);
        self.0.awaits_body.set(false);
        self.wake();
        Turn(self.clone())
    }

    pub fn next(&self) -> Next {
        match self.0.body_left.get() {
            0 if self.0.awaits_body.get() => Next::ChunkedBody,
            0 if self.0.is_answering.get() => Next::Nothing,
            0 => Next::Requests,
            left => Next::Body(left),
        }
    }

    pub fn note_body(&self, bytes: usize) {
        self.0.body_left.set(self.0.body_left.get().saturating_sub(bytes));
        self.0.awaits_body.set(false);
    }

    /// Wakes the task when something may be read again.
    pub fn wait(&self, cx: &Context<'_>) {
        *self.0.reader.borrow_mut() = Some(cx.waker().clone());
    }

    fn await_body(&self) {
        if self.0.is_answering.get() {
            self.0.awaits_body.set(true);
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(reader) = self.0.reader.take() {
            reader.wake();
        }
    }
}

impl Turn {
    /// `None` without a connection, as in tests of single services.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        let turns = request.request().conn_data::<Turns>()?.clone();
        let headers = request.headers();
        if headers.contains_key(TRANSFER_ENCODING) {
            let body = ChunkedBody { payload: request.take_payload(), turns: turns.clone() };
            request.set_payload(Payload::Stream { payload: Box::pin(body) });
            return Some(turns.begin(0));
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Some(turns.begin(length.unwrap_or_default()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Self(turns) = self;
        turns.0.is_answering.set(false);
        turns.0.awaits_body.set(false);
        turns.wake();
    }
}

impl Stream for ChunkedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let part = Pin::new(&mut self.payload).poll_next(cx);
        if part.is_pending() {
            self.turns.await_body();
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use actix_http::BoxedPayloadStream;
    use futures_util::{FutureExt as _, StreamExt as _, stream};

    use super::*;

    #[test]
    fn only_the_body_of_a_request_is_read_while_it_is_answered() {
        let turns = Turns::default();
        assert_eq!(turns.next(), Next::Requests);
        let turn = turns.begin(10);
        turns.note_body(4);
        assert_eq!(turns.next(), Next::Body(6));
        turns.note_body(6);
        assert_eq!(turns.next(), Next::Nothing);
        drop(turn);
        assert_eq!(turns.next(), Next::Requests);
    }

    #[test]
    fn a_body_that_nobody_took_is_read_after_the_answer() {
        let turns = Turns::default();
        drop(turns.begin(10));
        assert_eq!(turns.next(), Next::Body(10));
    }

    #[test]
    fn a_chunked_body_is_read_when_somebody_waits_for_it() {
        let turns = Turns::default();
        let parts = stream::iter([Ok(Bytes::from_static(b"a"))]).chain(stream::pending());
        let parts: BoxedPayloadStream = Box::pin(parts);
        let mut body = ChunkedBody { payload: parts.into(), turns: turns.clone() };
        let turn = turns.begin(0);
        assert!(body.next().now_or_never().is_some());
        assert_eq!(turns.next(), Next::Nothing);
        assert!(body.next().now_or_never().is_none());
        assert_eq!(turns.next(), Next::ChunkedBody);
        turns.note_body(1);
        assert_eq!(turns.next(), Next::Nothing);
        drop(turn);
        assert!(body.next().now_or_never().is_none());
        assert_eq!(turns.next(), Next::Requests);
    }
}
