//! Bounds the memory of answers that clients have not taken yet.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};

use crate::{
    error::Result,
    large_buffer::pieces::Pieces,
    memory_budget::{FreeMemory, Holder, MemoryBudget, Reservation},
};

/// Smaller answers are not counted: the buffers of a connection hold as much.
pub const SMALL_ANSWER_BYTES: usize = 64 * 1024;

/// Clones share the budget.
#[derive(Clone)]
pub struct AnswerBudget(MemoryBudget);

/// The memory of one answer, while it is made and until the client has taken it.
#[derive(Debug)]
pub struct AnswerReservation(Reservation);

/// A rendered answer with its memory.
#[derive(Debug)]
pub struct AnswerBytes {
    pieces: VecDeque<Bytes>,
    /// `None` for a small answer.
    _reservation: Option<Reservation>,
}

impl AnswerBudget {
    /// One caller may hold a quarter of these bytes.
    pub fn new(bytes: usize, free_memory: &Arc<FreeMemory>) -> Self {
        Self(MemoryBudget::new("answers that clients have not taken", bytes, bytes / 4, free_memory))
    }

    /// Reserves nothing yet.
    pub fn reservation(&self, holder: Holder) -> AnswerReservation {
        AnswerReservation(self.0.reservation(holder))
    }
}

impl AnswerReservation {
    /// Reserves memory for the rows of an answer.
    ///
    /// # Errors
    /// 503 if the answers of this caller, or of all callers, take all the memory they may.
    pub fn grow_to(&mut self, bytes: usize) -> Result<()> {
        if bytes > SMALL_ANSWER_BYTES { self.0.grow_to(bytes) } else { Ok(()) }
    }

    /// Reserves as much as the rendered answer takes.
    ///
    /// # Errors
    /// As [`Self::grow_to`].
    pub fn hold(mut self, bytes: impl Into<Pieces>) -> Result<AnswerBytes> {
        let bytes = bytes.into();
        self.grow_to(bytes.len())?;
        Ok(self.into_answer(bytes))
    }

    /// As [`Self::hold`], but refuses nothing, because the answer reports a change that has been made.
    pub fn hold_anyway(mut self, bytes: impl Into<Pieces>) -> AnswerBytes {
        let bytes = bytes.into();
        self.0.grow_anyway(bytes.len());
        self.into_answer(bytes)
    }

    fn into_answer(self, bytes: Pieces) -> AnswerBytes {
        let Self(mut reservation) = self;
        reservation.shrink_to(bytes.len());
        let reservation = (bytes.len() > SMALL_ANSWER_BYTES).then_some(reservation);
        AnswerBytes { pieces: bytes.into_bytes(), _reservation: reservation }
    }
}

impl AnswerBytes {
    #[expect(clippy::len_without_is_empty, reason = "an answer is never tested for being empty")]
    pub fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.pieces.iter().map(Bytes::as_ref).collect::<Vec<&[u8]>>().concat()
    }
}

/// An answer that is known to be small.
impl From<Vec<u8>> for AnswerBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { pieces: Pieces::from(bytes).into_bytes(), _reservation: None }
    }
}

impl MessageBody for AnswerBytes {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.len() as u64)
    }

    /// Each piece is freed when the client has taken it. The reservation ends with the body, which is dropped when all of
    /// its bytes are in the connection's buffer.
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, future::poll_fn};

    use super::*;

    const OLGA: Holder = Holder::Person(1);
    const LARGE: usize = 100 * 1024;

    fn budget(bytes: usize) -> AnswerBudget {
        AnswerBudget::new(bytes, &Arc::default())
    }

    fn take(answer: &mut AnswerBytes) -> Option<Bytes> {
        let chunk = poll_fn(|cx| Pin::new(&mut *answer).poll_next(cx)).now_or_never().expect("a chunk");
        chunk.transpose().expect("no failure")
    }

    #[test]
    fn the_memory_of_an_answer_is_held_until_its_body_is_dropped() {
        let budget = budget(4 * LARGE);
        let mut answer = budget.reservation(OLGA).hold(vec![0; LARGE]).unwrap();
        let refused = || budget.reservation(OLGA).hold(vec![0; LARGE]).is_err();
        assert!(refused());
        assert_eq!(take(&mut answer).map(|bytes| bytes.len()), Some(LARGE));
        assert_eq!(take(&mut answer), None);
        assert!(refused());
        drop(answer);
        assert!(!refused());
    }

    #[test]
    fn rows_count_while_an_answer_is_made() {
        let budget = budget(4 * LARGE);
        let mut rows = budget.reservation(OLGA);
        rows.grow_to(LARGE).unwrap();
        assert!(rows.grow_to(LARGE + 1).is_err());
        assert!(budget.reservation(OLGA).hold(vec![0; LARGE]).is_err());
        let _small = rows.hold(vec![0; SMALL_ANSWER_BYTES]).unwrap();
        assert!(budget.reservation(OLGA).hold(vec![0; LARGE]).is_ok());
    }

    #[test]
    fn a_change_that_has_been_made_is_answered_anyway() {
        let budget = budget(LARGE);
        let _anyway = budget.reservation(OLGA).hold_anyway(vec![0; LARGE]);
        assert!(budget.reservation(Holder::Person(2)).hold(vec![0; LARGE]).is_err());
    }
}
