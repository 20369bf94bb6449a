//! Outermost middleware, which sends bodies in small chunks. Actix copies each chunk whole into the buffer of its
//! connection, so a body in one chunk would be in memory twice until the client has taken all of it.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Bytes,
};

use super::turn::Turn;

const CHUNK_BYTES: usize = 32 * 1024;

pub struct Chunks {
    body: BoxBody,
    /// What is left of the last chunk of the body.
    rest: Bytes,
    _turn: Option<Turn>,
}

pub async fn split(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Chunks>, actix_web::Error> {
    let turn = Turn::of(&mut request);
    let response = next.call(request).await?.map_into_boxed_body();
    Ok(response.map_body(|_, body| Chunks { body, rest: Bytes::new(), _turn: turn }))
}

impl MessageBody for Chunks {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_next(cx)) {
                Some(Ok(bytes)) => self.rest = bytes,
                other => return Poll::Ready(other),
            }
        }
        let length = self.rest.len().min(CHUNK_BYTES);
        Poll::Ready(Some(Ok(self.rest.split_to(length))))
    }
}
