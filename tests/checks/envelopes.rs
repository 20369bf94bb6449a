//! E2: a sealed value opens only unchanged and only in its place, and no two values share a nonce.

use std::{collections::HashSet, fs};

use roster::crypto::{
    key_ring::KeyRing,
    seal::{Place, Sealed},
};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::{
    support::database::Kind,
    verdict::{Verdict, announce, hold},
};

const TOKEN: &str =
    "1234567890-a token as long as those that providers hand out, give or take a few letters, 100 in all.";
const HOME: Place =
    Place { table: "social_accounts", column: "access_token", row: Uuid::from_u128(1), workspace: 1 };

/// Two keys in one ring, so that the second one opens values it has sealed itself.
fn ring_of_two() -> (KeyRing, String) {
    let (one, other) = (KeyRing::generate(), KeyRing::generate());
    let text = format!("{}{}", one.text().expose_secret(), other.text().expose_secret());
    (KeyRing::parse(&text).unwrap(), other.current_id().to_owned())
}

/// Moves each sealed value to another row, column, table, workspace and key; returns the numbers of moves and of values
/// that opened.
fn swaps(envelopes: u128) -> (u64, u64) {
    let (ring, other_key) = ring_of_two();
    let (mut tried, mut accepted) = (0, 0);
    for number in 0..envelopes {
        let place = Place { row: Uuid::from_u128(number), ..HOME };
        let sealed = ring.seal(&place, TOKEN);
        assert_eq!(ring.open(&place, &sealed).unwrap().expose_secret(), TOKEN);
        let relabelled = sealed.as_str().replace(ring.current_id(), &other_key);
        let relabelled = Sealed::parse(&relabelled).unwrap();
        let elsewhere = [
            Place { row: Uuid::from_u128(number + 1), ..place },
            Place { column: "refresh_token", ..place },
            Place { table: "invites", ..place },
            Place { workspace: 2, ..place },
        ];
        let opened = elsewhere.iter().map(|place| ring.open(place, &sealed));
        let opened = opened.chain([ring.open(&place, &relabelled)]);
        let outcomes: Vec<bool> = opened.map(|outcome| outcome.is_ok()).collect();
        tried += outcomes.len() as u64;
        accepted += outcomes.iter().filter(|accepted| **accepted).count() as u64;
    }
    (tried, accepted)
}

/// Flips each bit of this many sealed values, one at a time; returns how many opened.
fn flips(envelopes: u128) -> u64 {
    let ring = KeyRing::generate();
    let opens = |text: Vec<u8>, place: &Place| {
        let sealed = String::from_utf8(text).ok().and_then(|text| Sealed::parse(&text).ok());
        sealed.is_some_and(|sealed| ring.open(place, &sealed).is_ok())
    };
    let mut accepted = 0;
    for number in 0..envelopes {
        let place = Place { row: Uuid::from_u128(number), ..HOME };
        let sealed = ring.seal(&place, TOKEN).as_str().as_bytes().to_vec();
        assert!(opens(sealed.clone(), &place));
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            accepted += u64::from(opens(flipped, &place));
        }
    }
    accepted
}

/// Number of different nonces in this many sealed values, and CPU microseconds for each value.
fn nonces(envelopes: usize) -> (usize, u64) {
    let ring = KeyRing::generate();
    let began = cpu_nanoseconds();
    let sealed: Vec<Sealed> = (0..envelopes).map(|_| ring.seal(&HOME, TOKEN)).collect();
    let spent = cpu_nanoseconds() - began;
    let nonces: HashSet<&str> = sealed.iter().map(|sealed| nonce(sealed.as_str())).collect();
    (nonces.len(), spent.div_ceil(1_000 * envelopes as u64))
}

/// The nonce: 24 bytes are 32 characters of base64.
fn nonce(sealed: &str) -> &str {
    let (_, encoded) = sealed.rsplit_once(':').expect("an envelope");
    &encoded[..32]
}

/// CPU time of this thread, so that a busy machine does not matter.
fn cpu_nanoseconds() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("a kernel that counts");
    told.split(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

fn check(verdict: &mut Verdict, moved: u128, flipped: u128, sealed: usize) {
    let (swaps, accepted) = swaps(moved);
    let (different, micros) = nonces(sealed);
    verdict.exactly("swaps", swaps, 5 * u64::try_from(moved).unwrap_or_default());
    verdict.none("swaps_accepted", accepted);
    verdict.none("flips_accepted", flips(flipped));
    verdict.none("nonces_repeated", (sealed - different) as u64);
    // The limit is for an optimised build.
    if cfg!(debug_assertions) {
        verdict.note("us_unoptimised", micros);
    } else {
        verdict.in_time("us", micros, 10);
    }
}

#[test]
fn open_only_in_their_place() {
    hold("E2", &[Kind::Sqlite], |verdict| check(verdict, 6, 1, 1_000));
}

#[test]
#[ignore = "takes 10 s optimised, 150 s otherwise"]
fn e2() {
    announce("E2", &[Kind::Sqlite], |verdict| check(verdict, 60, 20, 1_000_000));
}
