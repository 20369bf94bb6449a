//! Forged tokens by an attacker who has the key file: correctly signed, each wrong in one thing.

use std::{fs, path::Path};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL},
};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};

pub struct Forge {
    header: Value,
    payload: Value,
    secret: [u8; 32],
    good: String,
}

impl Forge {
    /// Parses a valid token.
    pub fn new(key_file: &Path, good: &str) -> Self {
        let key = fs::read_to_string(key_file).expect("a key file");
        let key = STANDARD.decode(key.trim()).expect("a key");
        let mut secret = [0; 32];
        Hkdf::<Sha256>::new(None, &key).expand(b"roster v1 session tokens", &mut secret).expect("a length");
        let mut parts = good.split('.').map(|part| BASE64URL.decode(part).expect("base64"));
        let mut part = || serde_json::from_slice(&parts.next().expect("a part")).expect("JSON");
        Self { header: part(), payload: part(), secret, good: good.to_owned() }
    }

    /// An unchanged copy of the valid token.
    pub fn honest(&self) -> String {
        self.signed(&self.header, &self.payload)
    }

    pub fn forgeries(&self) -> Vec<(String, String)> {
        let mut all = self.headers();
        all.extend(self.claims());
        all.extend(self.signatures());
        all
    }

    fn headers(&self) -> Vec<(String, String)> {
        let url = "https://evil.example/keys";
        let kid = self.header["kid"].as_str().expect("a kid");
        let wrong = [
            ("alg", json!("none")),
            ("alg", json!("None")),
            ("alg", json!("HS384")),
            ("alg", json!("HS512")),
            ("alg", json!("RS256")),
            ("alg", json!("ES256")),
            ("alg", json!("EdDSA")),
            ("alg", json!("hs256")),
            ("alg", Value::Null),
            ("typ", json!("at+jwt")),
            ("typ", Value::Null),
            ("kid", json!("00000000")),
            ("kid", json!("../../../../dev/null")),
            ("kid", json!("' UNION SELECT 'key' --")),
            ("kid", json!(format!("{kid}\u{0}"))),
            ("kid", json!("")),
            ("kid", Value::Null),
            ("jku", json!(url)),
            ("x5u", json!(url)),
            ("x5c", json!(["MIIB"])),
            ("jwk", json!({"kty": "oct", "alg": "HS256", "k": "AAAA"})),
            ("crit", json!(["exp"])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
        ];
        let forged = wrong.map(|(key, value)| {
            let name = format!("header {key} {value}");
            (name, self.signed(&with(&self.header, key, value), &self.payload))
        });
        let unsigned = with(&self.header, "alg", json!("none"));
        let unsigned = format!("{}.", encoded(&unsigned, &self.payload));
        forged.into_iter().chain([("alg none, nothing signed".to_owned(), unsigned)]).collect()
    }

    fn claims(&self) -> Vec<(String, String)> {
        let now = self.payload["iat"].as_i64().expect("a time");
        let wrong = [
            ("exp", json!(now - 6)),
            ("exp", json!("99999999999")),
            ("exp", json!(i64::MAX)),
            ("exp", Value::Null),
            ("nbf", json!(now + 600)),
            ("iat", json!(now + 600)),
            ("iss", json!("rooster")),
            ("iss", json!(["roster"])),
            ("aud", json!("rooster")),
            ("aud", json!(["roster", "other"])),
            ("sub", json!("0")),
            ("user_id", json!(0)),
            ("user_id", json!("1 OR 1=1")),
            ("sid", json!("../etc/passwd")),
            ("sid", Value::Null),
            ("pad", json!("x".repeat(64 * 1024))),
        ];
        let forged = wrong.map(|(key, value)| {
            let name = format!("claim {key} {value:.40}");
            (name, self.signed(&self.header, &with(&self.payload, key, value)))
        });
        forged.into()
    }

    fn signatures(&self) -> Vec<(String, String)> {
        const PUBLIC: &[u8] = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n";
        let message = encoded(&self.header, &self.payload);
        let (unsigned, signature) = self.good.rsplit_once('.').expect("a signature");
        let mut other = Hmac::<Sha512>::new_from_slice(&self.secret).expect("any length");
        other.update(message.as_bytes());
        let mut flipped = self.good.clone().into_bytes();
        let last = flipped.len() - 2;
        flipped[last] = if flipped[last] == b'A' { b'B' } else { b'A' };
        let forged = [
            ("signed with a public key", signed_with(&message, PUBLIC)),
            ("signed with another installation's key", signed_with(&message, &[7; 32])),
            ("signed with nothing", signed_with(&message, b"")),
            (
                "signed by HMAC-SHA512",
                format!("{message}.{}", BASE64URL.encode(other.finalize().into_bytes())),
            ),
            ("without a signature", unsigned.to_owned()),
            ("with an empty signature", format!("{unsigned}.")),
            ("with half a signature", format!("{unsigned}.{}", &signature[..20])),
            ("with one letter changed", String::from_utf8(flipped).expect("a token")),
            ("twice signed", format!("{}.{signature}", self.good)),
            ("padded", format!("{}=", self.good)),
            ("64 KB of letters", "x".repeat(64 * 1024)),
            ("64 KB of dots", ".".repeat(64 * 1024)),
            ("dots", "..".to_owned()),
            ("not ASCII", "ключ.☃.🦀".to_owned()),
            ("nothing", String::new()),
        ];
        forged.map(|(name, token)| (name.to_owned(), token)).into()
    }

    fn signed(&self, header: &Value, payload: &Value) -> String {
        signed_with(&encoded(header, payload), &self.secret)
    }
}

/// A `null` removes the key.
fn with(object: &Value, key: &str, value: Value) -> Value {
    let mut object = object.as_object().expect("an object").clone();
    match value {
        Value::Null => object.remove(key),
        value => object.insert(key.to_owned(), value),
    };
    object.into()
}

fn encoded(header: &Value, payload: &Value) -> String {
    format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(payload.to_string()))
}

fn signed_with(message: &str, secret: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64URL.encode(mac.finalize().into_bytes()))
}
