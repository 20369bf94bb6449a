//! Session tokens: HS256 JWTs (RFC 7519), signed with the ring's first key and verified with the key that `kid` names.
//! A token names a person and a session. Only the database shows whether the session is still open.

use std::fmt;

use chrono::DateTime;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    key::{Key, Purpose},
    key_ring::{KeyId, KeyRing},
};
use crate::clock::Moment;

mod hs256;

const ALGORITHM: Algorithm = Algorithm::HS256;
const ISSUER: &str = "roster";
const AUDIENCE: &str = "roster";
const MAX_BYTES: usize = 4 * 1024;
/// How far the clock of the process that issued a token may be ahead of ours. The stored session decides anyway.
const CLOCK_LEEWAY_SECONDS: i64 = 5 * 60;
const EXPIRY_LEEWAY_SECONDS: i64 = 5;

/// Issues and verifies session tokens with the keys of a ring.
#[derive(Clone)]
pub struct SessionTokens {
    current: SessionKey,
    others: Vec<SessionKey>,
    validation: Validation,
}

/// The claims of a valid token. `issued_at` is in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub user_id: i64,
    pub sid: Uuid,
    /// The person's workspace when the token was issued; `None` in tokens of earlier builds. Proves nothing.
    pub workspace_id: Option<i64>,
    pub issued_at: Moment,
    /// The key that signed it.
    pub key_id: KeyId,
}

/// Why a token is refused. This is for the log; a client is told at most that its token expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    #[error("the token is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("the token is not a JWT")]
    Malformed,
    #[error("the token's header is not one that Roster issues")]
    ForeignHeader,
    #[error("the token was signed with a key that is not in the ring")]
    UnknownKey,
    #[error("the token's signature or one of its claims is wrong")]
    Forged,
    #[error("the token is from the future")]
    FromTheFuture,
    #[error("the token has expired")]
    Expired,
}

#[derive(Clone)]
struct SessionKey {
    id: KeyId,
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    user_id: i64,
    sub: String,
    sid: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace_id: Option<i64>,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

impl SessionTokens {
    pub fn new(ring: &KeyRing) -> Self {
        hs256::install();
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would use the system's time; `verify` gets the time as a parameter.
        validation.validate_exp = false;
        let others = ring.keys().skip(1).map(SessionKey::new).collect();
        Self { current: SessionKey::new(ring.current()), others, validation }
    }

    /// A signed token for one session of a person. `workspace_id` is where the person is, if that is to be in the token.
    pub fn issue(
        &self,
        user_id: i64,
        sid: Uuid,
        workspace_id: Option<i64>,
        now: Moment,
        expires_at: Moment,
    ) -> String {
        self.current.sign(&Payload {
            user_id,
            sub: user_id.to_string(),
            sid,
            workspace_id,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: to_seconds(now),
            exp: to_seconds(expires_at),
            nbf: None,
        })
    }

    /// Checks header, signature and times. Does not check that the session is still open.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Claims, BadToken> {
        if token.len() > MAX_BYTES {
            return Err(BadToken::TooLong);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken::Malformed)?;
        let key = self.find_key(&header)?;
        let payload = jsonwebtoken::decode::<Payload>(token, &key.verifying, &self.validation)
            .map_err(|_| BadToken::Forged)?
            .claims;
        payload.expect_valid_at(to_seconds(now))?;
        payload.into_claims(key)
    }

    /// The whole header must equal the key's: no other `alg` or `typ`, no `jku`, `jwk`, `x5u`, `crit`.
    fn find_key(&self, header: &Header) -> Result<&SessionKey, BadToken> {
        let mut keys = std::iter::once(&self.current).chain(&self.others);
        let key = keys.find(|key| key.header.kid == header.kid).ok_or(BadToken::UnknownKey)?;
        if key.header == *header { Ok(key) } else { Err(BadToken::ForeignHeader) }
    }
}

impl SessionKey {
    fn new(key: &Key) -> Self {
        let secret = key.derive(Purpose::SessionTokens);
        Self {
            id: KeyId::parse(&key.id).expect("an id of eight digits"),
            header: Header { kid: Some(key.id.clone()), ..Header::new(ALGORITHM) },
            signing: EncodingKey::from_secret(&secret),
            verifying: DecodingKey::from_secret(&secret),
        }
    }

    fn sign(&self, payload: &Payload) -> String {
        jsonwebtoken::encode(&self.header, payload, &self.signing)
            .expect("numbers and texts under an HMAC key")
    }
}

impl Payload {
    fn expect_valid_at(&self, now: i64) -> Result<(), BadToken> {
        if self.sub != self.user_id.to_string() {
            return Err(BadToken::Forged);
        }
        if self.iat.max(self.nbf.unwrap_or(self.iat)) > now.saturating_add(CLOCK_LEEWAY_SECONDS) {
            return Err(BadToken::FromTheFuture);
        }
        if now > self.exp.saturating_add(EXPIRY_LEEWAY_SECONDS) {
            return Err(BadToken::Expired);
        }
        Ok(())
    }

    fn into_claims(self, key: &SessionKey) -> Result<Claims, BadToken> {
        let issued_at = from_seconds(self.iat).ok_or(BadToken::Forged)?;
        from_seconds(self.exp).ok_or(BadToken::Forged)?;
        Ok(Claims {
            user_id: self.user_id,
            sid: self.sid,
            workspace_id: self.workspace_id,
            issued_at,
            key_id: key.id,
        })
    }
}

fn to_seconds(moment: Moment) -> i64 {
    moment.and_utc().timestamp()
}

fn from_seconds(seconds: i64) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0).map(|moment| moment.naive_utc())
}

impl fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionTokens").field(&self.current.header.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
