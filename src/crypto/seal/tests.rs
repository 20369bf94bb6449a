use std::{collections::HashSet, time::Instant};

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::{KeyRing, NONCE_BYTES, OpenError, Place, Sealed, TAG_BYTES};

const TABLES: [&str; 3] = ["social_accounts", "social_account", "installations"];
const COLUMNS: [&str; 3] = ["access_token", "refresh_token", "external_id"];

fn place(row: u128) -> Place {
    Place { table: TABLES[0], column: COLUMNS[0], row: Uuid::from_u128(row), workspace: 1 }
}

fn joined(rings: &[&KeyRing]) -> KeyRing {
    KeyRing::parse(&rings.iter().map(|ring| ring.text().expose_secret().to_owned()).collect::<String>())
        .unwrap()
}

#[test]
fn has_the_documented_form() {
    let ring = KeyRing::generate();
    let sealed = ring.seal(&place(1), "token");
    let encoded = sealed.as_str().strip_prefix(&format!("enc:v1:{}:", ring.current_id())).unwrap();
    assert_eq!(encoded.len(), ((NONCE_BYTES + "token".len() + TAG_BYTES) * 4).div_ceil(3));
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(sealed.key_id(), ring.current_id());
    assert_eq!(Sealed::parse(sealed.as_str()).unwrap(), sealed);
}

#[test]
fn opens_sealed_values_of_the_first_release() {
    let ring = KeyRing::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let sealed =
        Sealed::parse("enc:v1:4a1c7add:WlgFmokw_yAf-ZJfi1r6fxFYh0kj1SFWoUvAnnJLm9y9jSTu50t2qNLHt51t")
            .unwrap();
    assert_eq!(ring.open(&place(1), &sealed).unwrap().expose_secret(), "token");
}

#[test]
fn opens_only_in_its_place() {
    let ring = KeyRing::generate();
    let mut refused = 0;
    for row in 0..60 {
        let at = place(row);
        let sealed = ring.seal(&at, "token");
        for moved in [
            Place { row: Uuid::from_u128(row + 1), ..at },
            Place { column: COLUMNS[1 + usize::from(row % 2 == 0)], ..at },
            Place { table: TABLES[1 + usize::from(row % 2 == 0)], ..at },
            Place { workspace: 2, ..at },
            // The same characters, split between table and column at another point.
            Place { table: "social_accountsaccess", column: "_token", ..at },
        ] {
            assert_eq!(ring.open(&moved, &sealed).unwrap_err(), OpenError::NotAuthentic, "{moved:?}");
            refused += 1;
        }
        assert_eq!(ring.open(&at, &sealed).unwrap().expose_secret(), "token");
    }
    assert_eq!(refused, 300);
}

#[test]
fn opens_only_with_its_own_key() {
    let (one, other) = (KeyRing::generate(), KeyRing::generate());
    let both = joined(&[&one, &other]);
    for row in 0..60 {
        let sealed = one.seal(&place(row), "token");
        let relabelled = sealed.as_str().replace(one.current_id(), other.current_id());
        let relabelled = Sealed::parse(&relabelled).unwrap();
        assert_eq!(both.open(&place(row), &relabelled).unwrap_err(), OpenError::NotAuthentic);
        let unknown = OpenError::UnknownKey(one.current_id().to_owned());
        assert_eq!(other.open(&place(row), &sealed).unwrap_err(), unknown);
    }
}

#[test]
fn a_new_key_in_front_seals_and_the_old_one_still_opens() {
    let (old, new) = (KeyRing::generate(), KeyRing::generate());
    let ring = joined(&[&new, &old]);
    let sealed = old.seal(&place(1), "token");
    assert_eq!(ring.open(&place(1), &sealed).unwrap().expose_secret(), "token");
    assert_eq!(ring.seal(&place(1), "token").key_id(), new.current_id());
}

#[test]
fn no_flipped_bit_opens() {
    let ring = KeyRing::generate();
    for row in 0..20 {
        let sealed = ring.seal(&place(row), &"t".repeat(usize::try_from(row).unwrap()));
        for bit in 0..sealed.as_str().len() * 8 {
            let mut bytes = sealed.as_str().as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let opened = Sealed::parse(&text).and_then(|altered| ring.open(&place(row), &altered));
            assert!(opened.is_err(), "bit {bit} of {sealed:?}");
        }
    }
}

#[test]
fn refuses_malformed_values() {
    let short = format!("enc:v1:0123abcd:{}", "A".repeat(52));
    for text in
        ["", "token", "enc:v1:", "enc:v1:0123abcd", "enc:v1:0123abcd:", "enc:v2:0123abcd:AAAA", &short]
    {
        assert_eq!(Sealed::parse(text).unwrap_err(), OpenError::Malformed, "{text}");
    }
    for end in ["=", "\n", " ", "+", "é"] {
        let text = format!("enc:v1:0123abcd:{}{end}", "A".repeat(80));
        assert_eq!(Sealed::parse(&text).unwrap_err(), OpenError::Malformed, "{text}");
    }
    assert_eq!(Sealed::parse(&format!("enc:v1::{}", "A".repeat(80))).unwrap_err(), OpenError::Malformed);
}

#[test]
fn never_repeats_a_nonce() {
    let ring = KeyRing::generate();
    let nonces: HashSet<String> = (0..10_000)
        .map(|_| ring.seal(&place(1), "token").as_str().split(':').next_back().unwrap()[..32].to_owned())
        .collect();
    assert_eq!(nonces.len(), 10_000);
}

#[test]
#[ignore = "takes 3 s optimised, 80 s otherwise"]
fn e2_a_million_envelopes() {
    let ring = KeyRing::generate();
    let token = "t".repeat(100);
    let began = Instant::now();
    let nonces: HashSet<[u8; 32]> = (0..1_000_000)
        .map(|_| {
            let sealed = ring.seal(&place(1), &token);
            let encoded = sealed.as_str().split(':').next_back().unwrap().as_bytes();
            *encoded.first_chunk().unwrap()
        })
        .collect();
    let micros = began.elapsed().as_secs_f64();
    let passed = nonces.len() == 1_000_000 && (micros <= 10.0 || cfg!(debug_assertions));
    let verdict = if passed { "PASS" } else { "FAIL" };
    println!("E2 value={} nonces, {micros:.2} us target=1000000 nonces, 10 us {verdict}", nonces.len());
    assert!(passed);
}

#[test]
fn debug_shows_only_the_key_id() {
    let ring = KeyRing::generate();
    let sealed = ring.seal(&place(1), "token");
    assert_eq!(format!("{sealed:?}"), format!("Sealed(enc:v1:{}:…)", ring.current_id()));
    assert!(!format!("{:?}", ring.open(&place(1), &sealed)).contains("token"));
}

proptest! {
    #[test]
    fn opens_what_was_sealed(secret in any::<String>(), row: u128, workspace: i64) {
        let ring = KeyRing::generate();
        let place = Place { workspace, ..place(row) };
        let sealed = Sealed::parse(ring.seal(&place, &secret).as_str()).unwrap();
        let opened = ring.open(&place, &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret.as_str());
        prop_assert!(secret.len() < 8 || !sealed.as_str().contains(&secret));
    }

    #[test]
    fn never_panics(text in "(enc:v1:)?[0-9a-f]{0,9}:?[A-Za-z0-9_=-]{0,80}", junk in any::<String>()) {
        for text in [text, junk] {
            if let Ok(sealed) = Sealed::parse(&text) {
                prop_assert!(KeyRing::generate().open(&place(1), &sealed).is_err());
            }
        }
    }
}
