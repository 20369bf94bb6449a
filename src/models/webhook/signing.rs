//! The signatures of a delivery: Twenty's headers, and those of Standard Webhooks (<https://www.standardwebhooks.com>).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use uuid::Uuid;

use crate::clock::Moment;

/// What names a message and its attempt. The id is the same in every attempt.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    pub id: Uuid,
    pub sent_at: Moment,
    pub nonce: [u8; 16],
}

impl Message {
    /// The headers for a body, as names and values; without a secret, those that need none.
    pub fn headers(&self, secret: Option<&SecretString>, body: &str) -> Vec<(&'static str, String)> {
        let seconds = self.sent_at.and_utc().timestamp();
        let mut headers = vec![("webhook-id", self.message_id()), ("webhook-timestamp", seconds.to_string())];
        if let Some(secret) = secret {
            let milliseconds = self.sent_at.and_utc().timestamp_millis();
            let twenty = sign(secret, &format!("{milliseconds}:{body}"));
            let standard = sign(secret, &format!("{}.{seconds}.{body}", self.message_id()));
            headers.extend([
                ("webhook-signature", format!("v1,{}", STANDARD.encode(standard))),
                ("x-twenty-webhook-signature", hex::encode(twenty)),
                ("x-twenty-webhook-timestamp", milliseconds.to_string()),
                ("x-twenty-webhook-nonce", hex::encode(self.nonce)),
            ]);
        }
        headers
    }

    fn message_id(&self) -> String {
        format!("msg_{}", self.id.simple())
    }
}

/// A secret in the form that libraries of Standard Webhooks take.
pub fn standard_key(secret: &SecretString) -> String {
    format!("whsec_{}", STANDARD.encode(secret.expose_secret()))
}

fn sign(secret: &SecretString, text: &str) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn signatures_equal_those_computed_elsewhere() {
        // python3: hmac.new(b"secret", text, "sha256"), with the two texts of `headers`
        let sent_at = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap().naive_utc();
        let message = Message { id: Uuid::from_u128(1), sent_at, nonce: [1; 16] };
        let headers = message.headers(Some(&"secret".into()), "{}");
        let value = |name| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("webhook-id"), Some("msg_00000000000000000000000000000001"));
        assert_eq!(value("webhook-timestamp"), Some("1700000000"));
        assert_eq!(value("webhook-signature"), Some("v1,cF3jrdhbqyEhp6bx8V/Mjfq9gTCNzwOwgx39GuvwzSQ="));
        assert_eq!(value("x-twenty-webhook-timestamp"), Some("1700000000123"));
        assert_eq!(value("x-twenty-webhook-nonce"), Some("01010101010101010101010101010101"));
        assert_eq!(
            value("x-twenty-webhook-signature"),
            Some("3edee3b9d3ba853a70d0fea7b50bd1cff723ba9311085f3636eaf00dc45e77a5")
        );
    }

    #[test]
    fn nothing_is_signed_without_a_secret() {
        let message = Message { id: Uuid::nil(), sent_at: DateTime::UNIX_EPOCH.naive_utc(), nonce: [0; 16] };
        let names: Vec<_> = message.headers(None, "{}").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["webhook-id", "webhook-timestamp"]);
    }

    #[test]
    fn a_key_is_the_secret_in_base64() {
        assert_eq!(standard_key(&"secret".into()), "whsec_c2VjcmV0");
    }
}
