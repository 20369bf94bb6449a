//! A buffer for megabytes. Its memory goes back to the system on drop, whereas an allocator keeps much of what is freed.

pub mod pieces;

use std::io;

use actix_web::web::Bytes;
use memmap2::MmapMut;

/// Takes memory only for what it contains.
pub struct LargeBuffer {
    map: MmapMut,
    length: usize,
}

impl LargeBuffer {
    pub fn with_capacity(bytes: usize) -> io::Result<Self> {
        let map = MmapMut::map_anon(bytes.max(1))?;
        avoid_huge_pages(&map);
        Ok(Self { map, length: 0 })
    }

    pub fn free(&self) -> usize {
        self.map.len() - self.length
    }

    /// # Errors
    /// If the capacity is too small; the content stays as it was.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let end = self.length + bytes.len();
        let space = self.map.get_mut(self.length..end).ok_or(io::ErrorKind::StorageFull)?;
        space.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }
}

/// In a huge page, the first byte takes two megabytes.
#[cfg(target_os = "linux")]
fn avoid_huge_pages(map: &MmapMut) {
    if let Err(error) = map.advise(memmap2::Advice::NoHugePage) {
        log::debug!("huge pages cannot be avoided: {error}"); // the kernel has none
    }
}

#[cfg(not(target_os = "linux"))]
fn avoid_huge_pages(_: &MmapMut) {}

impl AsRef<[u8]> for LargeBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.map[..self.length]
    }
}

impl From<LargeBuffer> for Bytes {
    fn from(buffer: LargeBuffer) -> Self {
        Self::from_owner(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_what_was_appended() {
        let mut buffer = LargeBuffer::with_capacity(5).unwrap();
        buffer.append(b"abc").unwrap();
        buffer.append(b"def").unwrap_err();
        buffer.append(b"de").unwrap();
        assert_eq!(Bytes::from(buffer), "abcde");
    }
}
