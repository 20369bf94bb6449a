use secrecy::ExposeSecret;

use super::{KeyError, KeyRing};
use crate::crypto::key::Purpose;

const KEY: &str = "qrvM3e7/ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJk=";
const OTHER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn ids(text: &str) -> Vec<String> {
    KeyRing::parse(text).unwrap().ids().map(str::to_owned).collect()
}

#[test]
fn the_first_line_is_current_and_every_line_is_a_key() {
    let text = format!("# the new one\n\n  {OTHER}  # since May\r\n{}\n", KEY.trim_end_matches('='));
    let ring = KeyRing::parse(&text).unwrap();
    assert_eq!(ring.current_id(), ids(OTHER)[0]);
    assert_eq!(ring.ids().collect::<Vec<_>>(), [&ids(OTHER)[..], &ids(KEY)[..]].concat());
}

#[test]
fn ids_are_eight_hex_digits_that_never_change() {
    // Computed elsewhere: HKDF-SHA256 without salt, info "roster v1 key id", first four bytes.
    assert_eq!(ids(OTHER), ["4a1c7add"]);
}

#[test]
fn each_purpose_has_its_own_derived_key() {
    let ring = KeyRing::parse(KEY).unwrap();
    let key = ring.current();
    let derived = [Purpose::Id, Purpose::Sealing, Purpose::SessionTokens].map(|purpose| key.derive(purpose));
    assert!(derived[0] != derived[1] && derived[1] != derived[2] && derived[0] != derived[2]);
}

#[test]
fn generated_rings_differ_and_can_be_parsed() {
    let (one, other) = (KeyRing::generate(), KeyRing::generate());
    assert_ne!(one.current_id(), other.current_id());
    let again = KeyRing::parse(one.text().expose_secret()).unwrap();
    assert_eq!(again.current_id(), one.current_id());
    assert_eq!(again.text().expose_secret(), one.text().expose_secret());
}

#[test]
fn refuses_invalid_keys_and_never_quotes_them() {
    let zeros = "A".repeat(43);
    for (text, problem) in [
        ("", KeyError::Empty),
        ("# only a comment\n\n", KeyError::Empty),
        ("secret!", KeyError::NotBase64 { line: 1 }),
        ("# one\nq_vM3e7_ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJk", KeyError::NotBase64 { line: 2 }),
        ("c2VjcmV0", KeyError::WrongLength { line: 1, bytes: 6 }),
        (&format!("{KEY}\n{}", "qrvM".repeat(11)), KeyError::WrongLength { line: 2, bytes: 33 }),
        (&zeros, KeyError::NotRandom { line: 1 }),
        ("//////////////////////////////////////////8=", KeyError::NotRandom { line: 1 }),
        (&format!("{KEY}\n{OTHER}\n{}", KEY.trim_end_matches('=')), KeyError::Repeated { line: 3 }),
    ] {
        let error = KeyRing::parse(text).unwrap_err();
        assert_eq!(error, problem);
        for word in text.split_whitespace().filter(|word| word.len() > 5) {
            assert!(!format!("{error} {error:?}").contains(word), "{error}");
        }
    }
}

#[test]
fn debug_shows_only_ids() {
    let ring = KeyRing::parse(&format!("{KEY}\n{OTHER}")).unwrap();
    assert_eq!(format!("{ring:?}"), format!("KeyRing[{:?}, {:?}]", ids(KEY)[0], ids(OTHER)[0]));
}

#[test]
fn keys_can_be_left_out_and_put_first() {
    let ring = KeyRing::parse(&format!("{KEY}\n{OTHER}")).unwrap();
    let (key, other) = (ids(KEY).remove(0), ids(OTHER).remove(0));
    assert_eq!(ring.with_first(&other).ids().collect::<Vec<_>>(), [&other, &key]);
    assert_eq!(ring.with_first("00000000").ids().collect::<Vec<_>>(), [&key, &other]);
    assert_eq!(ring.without(|id| id == key).unwrap().ids().collect::<Vec<_>>(), [&other]);
    assert!(ring.without(|_| true).is_none() && ring.only("00000000").is_none());
    assert_eq!(ring.current_key_id().as_str(), key);
}
