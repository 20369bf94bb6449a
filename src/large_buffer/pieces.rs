//! Bytes that are appended and freed together, such as the rows of a result or a rendered answer.

use std::{collections::VecDeque, io, mem, ops::Range};

use actix_web::web::Bytes;

use super::LargeBuffer;

/// What is smaller is left to the allocator.
const SMALL_BYTES: usize = 64 * 1024;
const PIECE_BYTES: usize = 1024 * 1024;

/// A small vector, and then large buffers.
#[derive(Default)]
pub struct Pieces {
    small: Vec<u8>,
    large: Vec<LargeBuffer>,
    length: usize,
}

/// Where bytes were appended.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// 0 is the small vector.
    piece: usize,
    start: usize,
    end: usize,
}

impl Pieces {
    pub fn len(&self) -> usize {
        self.length
    }

    /// The bytes stay together in one piece.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<Span> {
        self.length += bytes.len();
        if self.large.is_empty() && self.small.len() + bytes.len() <= SMALL_BYTES {
            let start = self.small.len();
            self.small.extend_from_slice(bytes);
            return Ok(Span { piece: 0, start, end: self.small.len() });
        }
        if self.large.last().is_none_or(|last| last.free() < bytes.len()) {
            self.large.push(LargeBuffer::with_capacity(bytes.len().max(PIECE_BYTES))?);
        }
        let piece = self.large.len();
        let last = self.large.last_mut().expect("a piece that was just added");
        let start = last.as_ref().len();
        last.append(bytes)?;
        Ok(Span { piece, start, end: start + bytes.len() })
    }

    /// Empty for a span of another instance that lies outside.
    pub fn get(&self, Span { piece, start, end }: Span) -> &[u8] {
        let piece = match piece.checked_sub(1) {
            None => Some(self.small.as_slice()),
            Some(number) => self.large.get(number).map(AsRef::as_ref),
        };
        piece.and_then(|piece| piece.get(start..end)).unwrap_or_default()
    }

    pub fn to_vec(&self) -> Vec<u8> {
        let large = self.large.iter().map(AsRef::as_ref);
        [self.small.as_slice()].into_iter().chain(large).collect::<Vec<_>>().concat()
    }

    /// In their order; none is empty.
    pub fn into_bytes(mut self) -> VecDeque<Bytes> {
        let small = Bytes::from(mem::take(&mut self.small));
        let all = [small].into_iter().chain(self.large.into_iter().map(Bytes::from));
        all.filter(|piece| !piece.is_empty()).collect()
    }
}

impl Span {
    /// The part of these bytes at a range within them.
    pub fn part(self, Range { start, end }: Range<usize>) -> Self {
        Self { start: self.start + start, end: (self.start + end).min(self.end), ..self }
    }
}

impl From<Vec<u8>> for Pieces {
    fn from(small: Vec<u8>) -> Self {
        Self { length: small.len(), small, large: Vec::new() }
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_bytes_stay_together_and_in_order() {
        let mut pieces = Pieces::default();
        let texts: Vec<Vec<u8>> =
            (0..50u8).map(|number| vec![number; 40_000 + usize::from(number)]).collect();
        let spans: Vec<Span> = texts.iter().map(|text| pieces.append(text).unwrap()).collect();
        for (text, span) in texts.iter().zip(&spans) {
            assert_eq!(pieces.get(*span), text);
            assert_eq!(pieces.get(span.part(1..3)), &text[1..3]);
        }
        assert_eq!(pieces.len(), texts.concat().len());
        assert_eq!(pieces.to_vec(), texts.concat());
        let bytes = pieces.into_bytes();
        assert!(bytes.len() > 2);
        assert_eq!(bytes.iter().flatten().copied().collect::<Vec<u8>>(), texts.concat());
    }

    #[test]
    fn more_than_a_piece_has_one_of_its_own() {
        let mut pieces = Pieces::default();
        pieces.append(b"[").unwrap();
        let span = pieces.append(&vec![1; 2 * PIECE_BYTES]).unwrap();
        pieces.append(b"]").unwrap();
        assert_eq!(pieces.get(span).len(), 2 * PIECE_BYTES);
        assert_eq!(pieces.into_bytes().iter().map(Bytes::len).collect::<Vec<_>>(), [1, 2 * PIECE_BYTES, 1]);
    }
}
