use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use chrono::{NaiveDate, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use uuid::Uuid;

use super::{BadToken, Claims, KeyRing, Moment, Purpose, SessionTokens};

static RING: LazyLock<KeyRing> = LazyLock::new(KeyRing::generate);
const SID: Uuid = Uuid::from_u128(0x0123_4567_89ab_4cde_8f01_2345_6789_abcd);

fn now() -> Moment {
    NaiveDate::from_ymd_opt(2026, 5, 9).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

fn issued() -> String {
    SessionTokens::new(&RING).issue(7, SID, Some(3), now(), now() + TimeDelta::days(30))
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "HS256", "kid": RING.current_id() })
}

fn payload() -> Value {
    let at = now().and_utc().timestamp();
    json!({
        "user_id": 7, "sub": "7", "sid": SID, "iss": "roster", "aud": "roster", "iat": at, "exp": at + 60,
    })
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

fn without(mut object: Value, key: &str) -> Value {
    object.as_object_mut().unwrap().remove(key).unwrap();
    object
}

fn encoded(header: &Value, payload: &Value) -> String {
    format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(payload.to_string()))
}

/// Signed with the ring's key and HS256, even if the header names another algorithm.
fn signed(header: &Value, payload: &Value) -> String {
    signed_with(&encoded(header, payload), &RING.current().derive(Purpose::SessionTokens))
}

fn signed_with(message: &str, secret: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64URL.encode(mac.finalize().into_bytes()))
}

fn hs384(message: &str) -> String {
    let mut mac = Hmac::<Sha384>::new_from_slice(&RING.current().derive(Purpose::SessionTokens)).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64URL.encode(mac.finalize().into_bytes()))
}

fn hs512(message: &str) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(&RING.current().derive(Purpose::SessionTokens)).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64URL.encode(mac.finalize().into_bytes()))
}

#[test]
fn verifies_an_issued_token() {
    let claims = SessionTokens::new(&RING).verify(&issued(), now()).unwrap();
    assert_eq!(
        claims,
        Claims {
            user_id: 7,
            sid: SID,
            workspace_id: Some(3),
            issued_at: now(),
            key_id: RING.current_key_id(),
        }
    );
}

#[test]
fn has_the_claims_of_the_contract_and_the_workspace() {
    let token = issued();
    let parts: Vec<Value> = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&BASE64URL.decode(part).unwrap()).unwrap())
        .collect();
    let at = now().and_utc().timestamp();
    assert_eq!(parts[0], header());
    assert_eq!(parts[1], with(with(payload(), "exp", json!(at + 30 * 24 * 3600)), "workspace_id", json!(3)));
}

#[test]
fn is_valid_from_five_minutes_before_its_issue_until_five_seconds_after_its_expiry() {
    let tokens = SessionTokens::new(&RING);
    let token = tokens.issue(7, SID, Some(3), now(), now() + TimeDelta::seconds(60));
    for (seconds, outcome) in [
        (-301, Err(BadToken::FromTheFuture)),
        (-300, Ok(7)),
        (-6, Ok(7)),
        (60, Ok(7)),
        (65, Ok(7)),
        (66, Err(BadToken::Expired)),
        (86_400, Err(BadToken::Expired)),
    ] {
        let verified = tokens.verify(&token, now() + TimeDelta::seconds(seconds));
        assert_eq!(verified.map(|claims| claims.user_id), outcome, "{seconds}");
    }
}

#[test]
fn stays_valid_until_its_key_is_removed_from_the_ring() {
    let new = KeyRing::generate();
    let both = format!("{}{}", new.text().expose_secret(), RING.text().expose_secret());
    let rotated = SessionTokens::new(&KeyRing::parse(&both).unwrap());
    assert_eq!(rotated.verify(&issued(), now()).unwrap().user_id, 7);
    let later = rotated.issue(8, SID, None, now(), now() + TimeDelta::days(1));
    assert_eq!(SessionTokens::new(&new).verify(&later, now()).unwrap().user_id, 8);
    assert_eq!(SessionTokens::new(&new).verify(&issued(), now()), Err(BadToken::UnknownKey));
}

#[test]
fn accepts_a_token_that_these_tests_signed() {
    assert_eq!(SessionTokens::new(&RING).verify(&signed(&header(), &payload()), now()).unwrap().user_id, 7);
}

#[test]
fn refuses_foreign_headers() {
    let tokens = SessionTokens::new(&RING);
    let unsigned =
        |alg: &str| encoded(&json!({ "typ": "JWT", "alg": alg, "kid": RING.current_id() }), &payload());
    let said = |key: &str, value: Value| signed(&with(header(), key, value), &payload());
    let jwk = json!({ "kty": "oct", "alg": "HS256", "k": "AAAA" });
    for (name, token, reason) in [
        ("none", format!("{}.", unsigned("none")), BadToken::Malformed),
        ("None", format!("{}.", unsigned("None")), BadToken::Malformed),
        ("nOnE", format!("{}.", unsigned("nOnE")), BadToken::Malformed),
        ("none, signed", said("alg", json!("none")), BadToken::Malformed),
        ("HS384 by name", said("alg", json!("HS384")), BadToken::ForeignHeader),
        ("HS512 by name", said("alg", json!("HS512")), BadToken::ForeignHeader),
        ("RS256 by name", said("alg", json!("RS256")), BadToken::ForeignHeader),
        ("ES256 by name", said("alg", json!("ES256")), BadToken::ForeignHeader),
        ("EdDSA by name", said("alg", json!("EdDSA")), BadToken::ForeignHeader),
        ("hs256", said("alg", json!("hs256")), BadToken::Malformed),
        ("HS384", hs384(&unsigned("HS384")), BadToken::ForeignHeader),
        ("HS512", hs512(&unsigned("HS512")), BadToken::ForeignHeader),
        ("alg a list", said("alg", json!(["HS256"])), BadToken::Malformed),
        ("no alg", signed(&without(header(), "alg"), &payload()), BadToken::Malformed),
        ("typ at+jwt", said("typ", json!("at+jwt")), BadToken::ForeignHeader),
        ("typ jwt", said("typ", json!("jwt")), BadToken::ForeignHeader),
        ("no typ", signed(&without(header(), "typ"), &payload()), BadToken::ForeignHeader),
        ("no kid", signed(&without(header(), "kid"), &payload()), BadToken::UnknownKey),
        ("empty kid", said("kid", json!("")), BadToken::UnknownKey),
        ("another kid", said("kid", json!("00000000")), BadToken::UnknownKey),
        ("kid with a space", said("kid", json!(format!("{} ", RING.current_id()))), BadToken::UnknownKey),
        ("kid a path", said("kid", json!("../../../../dev/null")), BadToken::UnknownKey),
        ("kid SQL", said("kid", json!("' UNION SELECT 'key' --")), BadToken::UnknownKey),
        ("kid a number", said("kid", json!(1)), BadToken::Malformed),
        ("jku", said("jku", json!("https://evil.example/keys")), BadToken::ForeignHeader),
        ("x5u", said("x5u", json!("https://evil.example/cert")), BadToken::ForeignHeader),
        ("jwk", said("jwk", jwk), BadToken::ForeignHeader),
        ("x5c", said("x5c", json!(["MIIB"])), BadToken::ForeignHeader),
        ("crit", said("crit", json!(["exp"])), BadToken::ForeignHeader),
        ("empty crit", said("crit", json!([])), BadToken::ForeignHeader),
        ("b64 false", said("b64", json!(false)), BadToken::ForeignHeader),
        ("zip", said("zip", json!("DEF")), BadToken::ForeignHeader),
        ("cty", said("cty", json!("JWT")), BadToken::ForeignHeader),
    ] {
        assert_eq!(tokens.verify(&token, now()), Err(reason), "{name}");
    }
}

#[test]
fn refuses_foreign_claims() {
    let tokens = SessionTokens::new(&RING);
    let at = now().and_utc().timestamp();
    let said = |key: &str, value: Value| with(payload(), key, value);
    for (name, payload, reason) in [
        ("expired by 6 s", said("exp", json!(at - 6)), BadToken::Expired),
        ("exp a text", said("exp", json!("99999999999")), BadToken::Forged),
        ("exp negative", said("exp", json!(-1)), BadToken::Forged),
        ("exp beyond time", said("exp", json!(i64::MAX)), BadToken::Forged),
        ("exp beyond i64", said("exp", json!(u64::MAX)), BadToken::Forged),
        ("exp null", said("exp", Value::Null), BadToken::Forged),
        ("iat in 301 s", said("iat", json!(at + 301)), BadToken::FromTheFuture),
        ("iat beyond time", said("iat", json!(i64::MIN)), BadToken::Forged),
        ("nbf in 301 s", said("nbf", json!(at + 301)), BadToken::FromTheFuture),
        ("nbf a text", said("nbf", json!("now")), BadToken::Forged),
        ("iss", said("iss", json!("rooster")), BadToken::Forged),
        ("iss a list", said("iss", json!(["roster"])), BadToken::Forged),
        ("aud", said("aud", json!("rooster")), BadToken::Forged),
        ("aud a list", said("aud", json!(["roster", "other"])), BadToken::Forged),
        ("sub of another", said("sub", json!("8")), BadToken::Forged),
        ("sub with a zero", said("sub", json!("07")), BadToken::Forged),
        ("sub a number", said("sub", json!(7)), BadToken::Forged),
        ("user_id of another", said("user_id", json!(8)), BadToken::Forged),
        ("user_id a text", said("user_id", json!("7")), BadToken::Forged),
        ("sid no uuid", said("sid", json!("7")), BadToken::Forged),
        ("no user_id", without(self::payload(), "user_id"), BadToken::Forged),
        ("no sub", without(self::payload(), "sub"), BadToken::Forged),
        ("no sid", without(self::payload(), "sid"), BadToken::Forged),
        ("no iss", without(self::payload(), "iss"), BadToken::Forged),
        ("no aud", without(self::payload(), "aud"), BadToken::Forged),
        ("no iat", without(self::payload(), "iat"), BadToken::Forged),
        ("no exp", without(self::payload(), "exp"), BadToken::Forged),
        ("a list", json!([]), BadToken::Forged),
        ("null", Value::Null, BadToken::Forged),
    ] {
        assert_eq!(tokens.verify(&signed(&header(), &payload), now()), Err(reason), "{name}");
    }
}

#[test]
fn refuses_foreign_signatures_and_malformed_tokens() {
    let tokens = SessionTokens::new(&RING);
    let good = signed(&header(), &payload());
    let message = encoded(&header(), &payload());
    let other = KeyRing::generate();
    let signature = good.rsplit('.').next().unwrap();
    let padded = format!("{good}=");
    let forged_payload = encoded(&header(), &with(with(payload(), "sub", json!("8")), "user_id", json!(8)));
    let twice = format!(r#"{{"user_id":7,{}"#, &payload().to_string()[1..]);
    let twice = format!("{}.{}", BASE64URL.encode(header().to_string()), BASE64URL.encode(twice));
    let secret = RING.current().derive(Purpose::SessionTokens);
    let huge = with(payload(), "pad", json!("x".repeat(64 * 1024)));
    for (name, token, reason) in [
        ("empty signature", format!("{message}."), BadToken::Forged),
        ("no signature", message.clone(), BadToken::Malformed),
        ("half a signature", format!("{message}.{}", &signature[..20]), BadToken::Forged),
        (
            "another ring's key",
            signed_with(&message, &other.current().derive(Purpose::SessionTokens)),
            BadToken::Forged,
        ),
        (
            "the key for sealing",
            signed_with(&message, &RING.current().derive(Purpose::Sealing)),
            BadToken::Forged,
        ),
        ("kid as the key", signed_with(&message, RING.current_id().as_bytes()), BadToken::Forged),
        ("the empty key", signed_with(&message, b""), BadToken::Forged),
        ("another payload", format!("{forged_payload}.{signature}"), BadToken::Forged),
        ("user_id twice", signed_with(&twice, &secret), BadToken::Forged),
        ("padding", padded, BadToken::Forged),
        ("64 KiB, well signed", signed(&header(), &huge), BadToken::TooLong),
        ("64 KiB of dots", ".".repeat(64 * 1024), BadToken::TooLong),
        ("nothing", String::new(), BadToken::Malformed),
        ("one dot", ".".into(), BadToken::Malformed),
        ("two dots", "..".into(), BadToken::Malformed),
        ("four parts", format!("{good}.{signature}"), BadToken::Malformed),
        ("five parts", format!("{message}.a.b.c"), BadToken::Malformed),
        ("junk", "junk".into(), BadToken::Malformed),
        ("unicode", "ключ.☃.🦀".into(), BadToken::Malformed),
        ("NUL", "\0.\0.\0".into(), BadToken::Malformed),
        ("spaces around", format!(" {good} "), BadToken::Malformed),
        ("a Bearer left on", format!("Bearer {good}"), BadToken::Malformed),
    ] {
        assert_eq!(tokens.verify(&token, now()), Err(reason), "{name}");
    }
}

#[test]
fn no_flipped_bit_is_accepted() {
    let tokens = SessionTokens::new(&RING);
    let good = issued();
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(token) = String::from_utf8(bytes) {
            assert!(tokens.verify(&token, now()).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn debug_shows_only_the_key_id() {
    let text = format!("{:?}", SessionTokens::new(&RING));
    assert_eq!(text, format!("SessionTokens(Some({:?}), ..)", RING.current_id()));
}
