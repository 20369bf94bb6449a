//! Cryptography: keys, sealed values, digests, tokens and passwords.
//! Nothing here uses the database or a request: models and controllers pass texts in and store the results.

pub mod api_key;
mod common_passwords;
mod hasher;
mod hashing_pool;
pub mod identity;
mod key;
pub mod key_file;
pub mod key_ring;
pub mod opaque;
pub mod password;
pub mod seal;
mod stored_hash;
pub mod token;
mod weakness;
pub mod workspace_token;

/// Each part after its length in eight bytes, so that two different lists of parts never give the same bytes.
fn length_prefixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
    for part in parts {
        frame.extend_from_slice(&(part.len() as u64).to_be_bytes());
        frame.extend_from_slice(part);
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::length_prefixed;

    #[test]
    fn differs_where_concatenation_does_not() {
        assert_ne!(length_prefixed(&[b"ab", b"c"]), length_prefixed(&[b"a", b"bc"]));
        assert_ne!(length_prefixed(&[b"ab"]), length_prefixed(&[b"ab", b""]));
    }
}
