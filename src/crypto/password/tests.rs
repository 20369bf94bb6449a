use std::fs;

use futures_util::future;
use secrecy::SecretString;

use super::{Passwords, Verdict};
use crate::{
    crypto::{
        hasher::Hasher,
        stored_hash::{self, StoredHash},
    },
    error::{Error, Result},
};

fn passwords() -> Passwords {
    Passwords::new(64, 2, 1, 64)
}

async fn verify(passwords: &Passwords, password: &str, phc: &str) -> Result<Verdict> {
    passwords.verify(SecretString::from(password), Some(phc.to_owned())).await
}

#[tokio::test]
async fn a_hash_is_salted_and_contains_the_settings() {
    let passwords = passwords();
    let (one, other) = (
        passwords.hash("open sesame".into()).await.unwrap(),
        passwords.hash("open sesame".into()).await.unwrap(),
    );
    assert!(one.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{one}");
    assert_ne!(one, other);
}

#[tokio::test]
async fn verifies_passwords() {
    let passwords = passwords();
    let phc = passwords.hash("open sesame".into()).await.unwrap();
    assert_eq!(verify(&passwords, "open sesame", &phc).await.unwrap(), Verdict::Right);
    for wrong in ["", "open sesam", "open sesame ", "Open sesame", &phc] {
        assert_eq!(verify(&passwords, wrong, &phc).await.unwrap(), Verdict::Wrong, "{wrong}");
    }
}

#[tokio::test]
async fn agrees_with_the_reference_implementation() {
    // From the test vectors of the reference implementation, phc-winner-argon2/src/test.c.
    let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert_eq!(verify(&passwords(), "password", phc).await.unwrap(), Verdict::RightButOutdated);
    assert_eq!(verify(&passwords(), "passwore", phc).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn unicode_forms_of_one_password_are_equal() {
    let passwords = passwords();
    let phc = passwords.hash("re\u{301}sume\u{301} no. 7".into()).await.unwrap();
    assert_eq!(verify(&passwords, "résumé no. 7", &phc).await.unwrap(), Verdict::Right);
    assert_eq!(verify(&passwords, "resume no. 7", &phc).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn changed_settings_make_a_hash_outdated() {
    let phc = Passwords::new(32, 1, 1, 4).hash("open sesame".into()).await.unwrap();
    assert_eq!(verify(&passwords(), "open sesame", &phc).await.unwrap(), Verdict::RightButOutdated);
    assert_eq!(verify(&passwords(), "close sesame", &phc).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn without_a_hash_no_password_is_right() {
    let mut passwords = passwords();
    passwords.decoy = StoredHash::parse(&passwords.hash("open sesame".into()).await.unwrap()).unwrap();
    for password in ["", "open sesame"] {
        assert_eq!(passwords.verify(password.into(), None).await.unwrap(), Verdict::Wrong, "{password}");
    }
}

#[tokio::test]
async fn an_unknown_person_takes_as_long_as_a_known_one() {
    let passwords = Passwords::new(4 * 1024, 3, 1, 4);
    let phc = passwords.hash("open sesame".into()).await.unwrap();
    assert!(passwords.decoy.has_cost(&passwords.cost));
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..40 {
        let stored = (round % 2 == 0).then(|| phc.clone());
        let began = std::time::Instant::now();
        passwords.verify("close sesame".into(), stored).await.unwrap();
        times[round % 2].push(began.elapsed());
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    assert!((0.5..2.0).contains(&(unknown / known)), "{unknown} {known}");
}

#[tokio::test]
async fn refuses_costly_and_invalid_hashes() {
    let output = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    for stored in [
        format!("$argon2id$v=19$m=262145,t=2,p=1{output}"),
        format!("$argon2id$v=19$m=4294967295,t=2,p=1{output}"),
        format!("$argon2id$v=19$m=256,t=17,p=1{output}"),
        format!("$argon2id$v=19$m=256,t=2,p=5{output}"),
        format!("$argon2id$v=16$m=256,t=2,p=1{output}"),
        format!("$argon2id$m=256,t=2,p=1{output}"),
        format!("$argon2i$v=19$m=256,t=2,p=1{output}"),
        format!("$argon2d$v=19$m=256,t=2,p=1{output}"),
        format!("$scrypt$ln=16,r=8,p=1{output}"),
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ".into(),
        "open sesame".into(),
        String::new(),
    ] {
        let outcome = verify(&passwords(), "open sesame", &stored).await;
        assert!(matches!(outcome, Err(Error::Ours(_))), "{stored} {outcome:?}");
        assert!(!format!("{:?}", outcome.unwrap_err()).contains("c29tZXNhbHQ"), "{stored}");
    }
}

#[tokio::test]
async fn many_verifications_use_little_memory() {
    let passwords = Passwords::new(19 * 1024, 1, 1, 32);
    let phc = passwords.hash("open sesame".into()).await.unwrap();
    let before = resident_kib();
    let verdicts = (0..32).map(|_| verify(&passwords, "open sesame", &phc));
    assert!(future::try_join_all(verdicts).await.unwrap().iter().all(|verdict| *verdict == Verdict::Right));
    // Other tests share the process; 32 separate memories would be 608 MiB.
    assert!(resident_kib() < before + 150 * 1024, "{before} {}", resident_kib());
}

#[test]
fn memory_for_a_costlier_hash_is_freed() {
    let usual = stored_hash::params(64, 1).unwrap();
    let mut hasher = Hasher::new(&usual);
    hasher.hash("open sesame", b"somesalt", &usual).unwrap();
    assert_eq!(hasher.allocated_kib(), 64);
    hasher.hash("open sesame", b"somesalt", &stored_hash::params(8, 1).unwrap()).unwrap();
    assert_eq!(hasher.allocated_kib(), 64);
    hasher.hash("open sesame", b"somesalt", &stored_hash::params(128, 1).unwrap()).unwrap();
    assert_eq!(hasher.allocated_kib(), 0);
}

#[test]
fn debug_shows_only_the_cost() {
    assert_eq!(format!("{:?}", passwords()), "Passwords { memory_kib: 64, passes: 2, .. }");
}

fn resident_kib() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
