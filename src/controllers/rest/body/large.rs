//! A body over 64 KB while it arrives and while it is parsed. It holds memory only for a known caller, and only as long
//! as it may still be accepted.

use actix_web::{
    FromRequest as _, HttpRequest,
    web::{Bytes, BytesMut},
};

use super::scan::Scan;
use crate::{
    app::App,
    body_budget::{BodyBudget, SMALL_BODY_BYTES},
    error::{Error, Result},
    large_buffer::LargeBuffer,
    memory_budget::{Holder, Reservation},
    models::caller::Credentials,
    parameters::body,
};

/// What a parsed value takes in memory, with its name and its share of the object around it.
const VALUE_BYTES: usize = 128;

/// The part of a body that has arrived.
pub(super) struct Incoming<'a> {
    app: &'a App,
    request: &'a HttpRequest,
    is_list: bool,
    limit: usize,
    /// Of a body up to 64 KB.
    bytes: BytesMut,
    /// Of a body over 64 KB that may still be accepted.
    buffer: Option<LargeBuffer>,
    length: usize,
    scan: Scan,
    /// Only of a body over 64 KB.
    holder: Option<Holder>,
    /// Only of a body over 64 KB that may still be accepted.
    reservation: Option<Reservation>,
}

impl<'a> Incoming<'a> {
    pub fn new(app: &'a App, request: &'a HttpRequest, is_list: bool, limit: usize) -> Self {
        Self {
            app,
            request,
            is_list,
            limit,
            bytes: BytesMut::new(),
            buffer: None,
            length: 0,
            scan: Scan::default(),
            holder: None,
            reservation: None,
        }
    }

    pub async fn take(&mut self, chunk: Bytes) -> Result<()> {
        self.length += chunk.len();
        self.scan.add(&chunk);
        if self.length > SMALL_BODY_BYTES {
            let holder = self.load_holder().await?;
            if self.expect_allowed().is_err() {
                self.discard();
                return Ok(());
            }
            self.reserve(holder)?;
        }
        match &mut self.buffer {
            Some(buffer) => buffer.append(&chunk).map_err(Error::ours)?,
            None => self.bytes.extend_from_slice(&chunk),
        }
        Ok(())
    }

    /// The bytes; with their memory if they are more than 64 KB.
    pub fn finish(self) -> Result<(Bytes, Option<Reservation>)> {
        if self.length > SMALL_BODY_BYTES {
            self.expect_allowed()?;
        }
        Ok((self.buffer.map_or_else(|| self.bytes.freeze(), Bytes::from), self.reservation))
    }

    fn expect_allowed(&self) -> Result<()> {
        self.scan.expect_few_values()?;
        if self.is_list { self.scan.expect_few_records() } else { Ok(()) }
    }

    /// Counts on, because the refusal says how many there are, but keeps nothing.
    fn discard(&mut self) {
        self.bytes = BytesMut::new();
        self.buffer = None;
        self.reservation = None;
    }

    fn reserve(&mut self, holder: Holder) -> Result<()> {
        let bytes = self.length.max(self.scan.values() * VALUE_BYTES);
        if let Some(reservation) = &mut self.reservation {
            return reservation.grow_to(bytes);
        }
        let mut reservation = self.app.bodies.reservation(holder);
        reservation.grow_to(bytes)?;
        self.reservation = Some(reservation);
        let declared = body::declared_length(self.request.headers());
        let length = declared.and_then(|length| length.try_into().ok()).unwrap_or(self.limit);
        let mut buffer =
            LargeBuffer::with_capacity(length.clamp(self.length, self.limit)).map_err(Error::unavailable)?;
        buffer.append(&std::mem::take(&mut self.bytes)).map_err(Error::ours)?;
        self.buffer = Some(buffer);
        Ok(())
    }

    /// Refuses strangers, once.
    async fn load_holder(&mut self) -> Result<Holder> {
        if let Some(holder) = self.holder {
            return Ok(holder);
        }
        let credentials = Credentials::extract(self.request).await?;
        let caller = {
            let db = self.app.db.in_workspace(credentials.first_lock());
            db.read_at_once(move |conn| credentials.load_caller(conn)).await?
        };
        Ok(*self.holder.insert(caller.memory_holder()))
    }
}

/// Parses when it is this body's turn. The reservation is for what is parsed from now on.
pub(super) async fn parse_large<T: Send + 'static>(
    bodies: &BodyBudget,
    reservation: Reservation,
    parse: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<(T, Reservation)> {
    bodies.parse(move || Ok((parse()?, reservation))).await
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use futures_util::FutureExt as _;

    use super::*;
    use crate::body_budget::MAX_BYTES;

    const OLGA: Holder = Holder::Person(1);

    fn reserve(bodies: &BodyBudget) -> Result<Reservation> {
        let mut reservation = bodies.reservation(OLGA);
        reservation.grow_to(MAX_BYTES / 2).map(|()| reservation)
    }

    #[tokio::test]
    async fn memory_stays_reserved_while_the_parsed_body_exists() {
        let bodies = BodyBudget::new(&Arc::default());
        let reservation = reserve(&bodies).unwrap();
        let parsed = parse_large(&bodies, reservation, || Ok("parsed")).await.unwrap();
        assert!(reserve(&bodies).is_err());
        drop(parsed);
        assert!(reserve(&bodies).is_ok());
    }

    #[tokio::test]
    async fn a_body_that_is_refused_returns_its_memory() {
        let bodies = BodyBudget::new(&Arc::default());
        let reservation = reserve(&bodies).unwrap();
        let refused = parse_large(&bodies, reservation, || Err::<(), _>(crate::error::Error::NotFound)).await;
        assert!(refused.is_err());
        assert!(reserve(&bodies).is_ok());
    }

    #[tokio::test]
    async fn a_large_body_waits_for_its_turn() {
        let bodies = BodyBudget::new(&Arc::default());
        let (end, ended) = mpsc::channel();
        let first = bodies.parse(move || ended.recv().map_err(crate::error::Error::ours));
        let mut first = Box::pin(first);
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(parse_large(&bodies, bodies.reservation(OLGA), || Ok(())));
        for _ in 0..10 {
            assert!(second.as_mut().now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        end.send(()).unwrap();
        first.await.unwrap();
        second.await.unwrap();
    }
}
