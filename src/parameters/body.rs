//! Receives the body of a request, up to a maximum size and within a timeout. A compressed body is refused.

use std::time::Duration;

use actix_web::{
    error::PayloadError,
    http::header::{self, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use crate::error::{Error, Result};

type Chunk = std::result::Result<Bytes, PayloadError>;

/// Receives at most `limit` bytes within `deadline`. If `Content-Length` is over the limit, nothing is read. `admit` is
/// called with the new length before a chunk is appended.
pub async fn load<S>(
    headers: &HeaderMap,
    payload: S,
    limit: usize,
    deadline: Duration,
    admit: impl AsyncFnMut(usize) -> Result<()>,
) -> Result<Bytes>
where
    S: Stream<Item = Chunk> + Unpin,
{
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        return Err(Error::TooLarge(limit));
    }
    let body = timeout(deadline, collect(payload, limit, admit)).await.map_err(|_| too_slow(deadline))??;
    if !body.is_empty() && is_encoded(headers) {
        return Err(Error::UnsupportedType("Send the body without a Content-Encoding".into()));
    }
    Ok(body)
}

async fn collect<S>(
    mut payload: S,
    limit: usize,
    mut admit: impl AsyncFnMut(usize) -> Result<()>,
) -> Result<Bytes>
where
    S: Stream<Item = Chunk> + Unpin,
{
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            Error::Unreadable("The request body ended before it was complete; send it again".into())
        })?;
        if body.len() + chunk.len() > limit {
            return Err(Error::TooLarge(limit));
        }
        admit(body.len() + chunk.len()).await?;
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .any(|encoding| !encoding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}

fn too_slow(deadline: Duration) -> Error {
    Error::TooSlow(format!("The request body did not arrive within {} seconds", deadline.as_secs()))
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use actix_web::http::header::HeaderValue;
    use futures_util::stream;

    use super::*;

    const ADMIT_ANY: fn(usize) -> Ready<Result<()>> = |_| ready(Ok(()));
    const DEADLINE: Duration = Duration::from_millis(20);

    fn chunks(chunks: &[&'static str]) -> impl Stream<Item = Chunk> + Unpin + use<> {
        stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect::<Vec<_>>())
    }

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[tokio::test]
    async fn joins_chunks_up_to_the_limit() {
        let body = load(&HeaderMap::new(), chunks(&["ab", "cd"]), 4, DEADLINE, ADMIT_ANY).await.unwrap();
        assert_eq!(body, "abcd");
        let refused = load(&HeaderMap::new(), chunks(&["ab", "cde"]), 4, DEADLINE, ADMIT_ANY).await;
        assert!(matches!(refused, Err(Error::TooLarge(4))));
    }

    #[tokio::test]
    async fn refuses_declared_length_without_reading() {
        for length in ["5", "18446744073709551615"] {
            let refused =
                load(&headers(header::CONTENT_LENGTH, length), stream::pending(), 4, DEADLINE, ADMIT_ANY)
                    .await;
            assert!(matches!(refused, Err(Error::TooLarge(4))), "{length}");
        }
    }

    #[tokio::test]
    async fn refuses_a_body_that_never_ends() {
        let refused =
            load(&HeaderMap::new(), chunks(&["ab"]).chain(stream::pending()), 4, DEADLINE, ADMIT_ANY).await;
        assert!(matches!(refused, Err(Error::TooSlow(_))));
    }

    #[tokio::test]
    async fn refuses_a_body_cut_short() {
        let cut = stream::iter([Ok(Bytes::from_static(b"ab")), Err(PayloadError::Incomplete(None))]);
        let refused = load(&HeaderMap::new(), cut, 4, DEADLINE, ADMIT_ANY).await;
        assert!(matches!(refused, Err(Error::Unreadable(_))));
    }

    #[tokio::test]
    async fn refuses_encodings() {
        for (encoding, body, is_read) in
            [("gzip", "ab", false), ("br", "ab", false), ("Identity", "ab", true), ("gzip", "", true)]
        {
            let read =
                load(&headers(header::CONTENT_ENCODING, encoding), chunks(&[body]), 4, DEADLINE, ADMIT_ANY)
                    .await;
            assert_eq!(read.is_ok(), is_read, "{encoding}");
            assert!(is_read || matches!(read, Err(Error::UnsupportedType(_))), "{encoding}");
        }
    }
}
