//! Receives the body of a request, up to a maximum size and within a timeout. A compressed body is refused.

use std::time::{Duration, Instant};

use actix_web::{
    error::PayloadError,
    http::header::{self, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt};
use tokio::time::{timeout, timeout_at};

use crate::{
    body_budget::SMALL_BODY_BYTES,
    error::{Error, Result},
    progress_timeout::ProgressTimeout,
};

type Chunk = std::result::Result<Bytes, PayloadError>;

/// For a body over 64 KB.
const MIN_BYTES_PER_SECOND: u32 = 64 * 1024;
const TOO_SLOW_FOR_ITS_SIZE: &str =
    "The request body arrives too slowly; a body over 64 KB must arrive at 64 KB a second or faster";

/// Receives a whole body, as [`receive`].
pub async fn load<S>(headers: &HeaderMap, payload: S, limit: usize, deadline: Duration) -> Result<Bytes>
where
    S: Stream<Item = Chunk> + Unpin,
{
    let mut body = BytesMut::new();
    let take = async |chunk: Bytes| {
        body.extend_from_slice(&chunk);
        Ok(())
    };
    receive(headers, payload, limit, deadline, take).await?;
    Ok(body.freeze())
}

/// Receives at most `limit` bytes within `deadline`, and calls `take` with each chunk. If `Content-Length` is over the
/// limit, nothing is read. After 64 KB a client may stop for a third of the deadline, because others need the memory.
pub async fn receive<S>(
    headers: &HeaderMap,
    payload: S,
    limit: usize,
    deadline: Duration,
    take: impl AsyncFnMut(Bytes) -> Result<()>,
) -> Result<()>
where
    S: Stream<Item = Chunk> + Unpin,
{
    if declared_length(headers).is_some_and(|length| length > limit as u64) {
        return Err(Error::TooLarge(limit));
    }
    let end = expected_end(headers);
    let length = timeout(deadline, take_each(payload, limit, end, deadline / 3, take))
        .await
        .map_err(|_| too_slow(deadline))??;
    if length > 0 && is_encoded(headers) {
        return Err(Error::UnsupportedType("Send the body without a Content-Encoding".into()));
    }
    Ok(())
}

/// Returns the length of the body. `end` is the number of bytes after which nothing more is read.
async fn take_each<S>(
    mut payload: S,
    limit: usize,
    end: usize,
    max_pause: Duration,
    mut take: impl AsyncFnMut(Bytes) -> Result<()>,
) -> Result<usize>
where
    S: Stream<Item = Chunk> + Unpin,
{
    let (mut length, mut progress) = (0, ProgressTimeout::new(max_pause, MIN_BYTES_PER_SECOND));
    while length < end {
        let wait = (length > SMALL_BODY_BYTES).then(|| progress.wait(Instant::now()));
        let Some(mut chunk) = next_chunk(&mut payload, wait).await? else { break };
        chunk.truncate(end - length);
        progress.progress(chunk.len(), Instant::now());
        length += chunk.len();
        if length > limit {
            return Err(Error::TooLarge(limit));
        }
        take(chunk).await?;
    }
    Ok(length)
}

async fn next_chunk<S>(payload: &mut S, deadline: Option<Instant>) -> Result<Option<Bytes>>
where
    S: Stream<Item = Chunk> + Unpin,
{
    let chunk = match deadline {
        Some(deadline) => timeout_at(deadline.into(), payload.next())
            .await
            .map_err(|_| Error::TooSlow(TOO_SLOW_FOR_ITS_SIZE.into()))?,
        None => payload.next().await,
    };
    chunk
        .transpose()
        .map_err(|_| Error::Unreadable("The request body ended before it was complete; send it again".into()))
}

/// The number of bytes after which a body has ended. After `Upgrade: websocket`, the payload would end only with the
/// connection; without `Content-Length` such a request has no body (RFC 9112, section 6.3).
fn expected_end(headers: &HeaderMap) -> usize {
    match declared_length(headers) {
        Some(length) => usize::try_from(length).unwrap_or(usize::MAX),
        None if headers.contains_key(header::UPGRADE) && !headers.contains_key(header::TRANSFER_ENCODING) => {
            0
        }
        None => usize::MAX,
    }
}

pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
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
    use actix_web::http::header::HeaderValue;
    use futures_util::stream;

    use super::*;

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
        let body = load(&HeaderMap::new(), chunks(&["ab", "cd"]), 4, DEADLINE).await.unwrap();
        assert_eq!(body, "abcd");
        let refused = load(&HeaderMap::new(), chunks(&["ab", "cde"]), 4, DEADLINE).await;
        assert!(matches!(refused, Err(Error::TooLarge(4))));
    }

    #[tokio::test]
    async fn refuses_declared_length_without_reading() {
        for length in ["5", "18446744073709551615"] {
            let refused =
                load(&headers(header::CONTENT_LENGTH, length), stream::pending(), 4, DEADLINE).await;
            assert!(matches!(refused, Err(Error::TooLarge(4))), "{length}");
        }
    }

    #[tokio::test]
    async fn refuses_a_body_that_never_ends() {
        let refused = load(&HeaderMap::new(), chunks(&["ab"]).chain(stream::pending()), 4, DEADLINE).await;
        assert!(matches!(refused, Err(Error::TooSlow(_))));
    }

    #[tokio::test]
    async fn ends_a_body_of_known_length_before_the_connection_ends() {
        let endless = |texts| chunks(texts).chain(stream::pending());
        let length = headers(header::CONTENT_LENGTH, "4");
        for texts in [&["ab", "cd"][..], &["abcd"], &["abc", "def"]] {
            assert_eq!(load(&length, endless(texts), 9, DEADLINE).await.unwrap(), "abcd");
        }
        let none = headers(header::UPGRADE, "websocket");
        assert_eq!(load(&none, endless(&[]), 9, DEADLINE).await.unwrap(), "");
        let late = load(&length, endless(&["ab"]), 9, DEADLINE).await;
        assert!(matches!(late, Err(Error::TooSlow(_))));
    }

    #[tokio::test]
    async fn refuses_a_body_cut_short() {
        let cut = stream::iter([Ok(Bytes::from_static(b"ab")), Err(PayloadError::Incomplete(None))]);
        let refused = load(&HeaderMap::new(), cut, 4, DEADLINE).await;
        assert!(matches!(refused, Err(Error::Unreadable(_))));
    }

    #[tokio::test]
    async fn refuses_encodings() {
        for (encoding, body, is_read) in
            [("gzip", "ab", false), ("br", "ab", false), ("Identity", "ab", true), ("gzip", "", true)]
        {
            let read = load(&headers(header::CONTENT_ENCODING, encoding), chunks(&[body]), 4, DEADLINE).await;
            assert_eq!(read.is_ok(), is_read, "{encoding}");
            assert!(is_read || matches!(read, Err(Error::UnsupportedType(_))), "{encoding}");
        }
    }

    #[tokio::test]
    async fn refuses_a_large_body_that_stops() {
        let start = stream::iter([Ok(Bytes::from(vec![0; SMALL_BODY_BYTES + 1]))]);
        let refused = load(&HeaderMap::new(), start.chain(stream::pending()), 1 << 20, DEADLINE).await;
        assert!(matches!(refused, Err(Error::TooSlow(sentence)) if sentence == TOO_SLOW_FOR_ITS_SIZE));
    }
}
