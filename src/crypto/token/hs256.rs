//! HMAC-SHA256 for the JWT library, by the crates that seal and digest elsewhere. The library's own back ends would
//! add RSA and elliptic curves, which session tokens do not use.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
    signature::{Error, Signer, Verifier},
};
use sha2::Sha256;

/// Every algorithm but HS256 is refused.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

/// Makes the library use this implementation in the whole process. Only the first call has an effect.
pub fn install() {
    let _ = PROVIDER.install_default();
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature jsonwebtoken asks for")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Ok(Box::new(Hs256::new(*algorithm, key.family(), key.as_bytes())?))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature jsonwebtoken asks for")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    Ok(Box::new(Hs256::new(*algorithm, key.family(), key.try_get_as_bytes()?)?))
}

impl Hs256 {
    fn new(algorithm: Algorithm, family: AlgorithmFamily, key: &[u8]) -> Result<Self> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        if family != AlgorithmFamily::Hmac {
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Hmac::new_from_slice(key).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }

    fn mac_of(&self, message: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(message)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.mac_of(message).finalize().into_bytes().to_vec())
    }
}

/// The comparison takes the same time for every signature.
impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        self.mac_of(message).verify_slice(signature).map_err(|_| Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::crypto::{sign, verify};

    use super::*;

    /// The example of RFC 7515, appendix A.1.
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const MESSAGE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn secret() -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(KEY).unwrap()
    }

    fn verified(signature: &str, message: &str, algorithm: Algorithm) -> Result<bool> {
        install();
        let key = DecodingKey::from_secret(&secret());
        verify(signature, message.as_bytes(), &key, algorithm)
    }

    #[test]
    fn signs_like_the_example_of_the_rfc() {
        install();
        let key = EncodingKey::from_secret(&secret());
        assert_eq!(sign(MESSAGE.as_bytes(), &key, Algorithm::HS256).unwrap(), SIGNATURE);
    }

    #[test]
    fn verifies_the_whole_signature_of_the_whole_message() {
        assert!(verified(SIGNATURE, MESSAGE, Algorithm::HS256).unwrap());
        assert!(!verified(&SIGNATURE[..20], MESSAGE, Algorithm::HS256).unwrap());
        assert!(!verified("", MESSAGE, Algorithm::HS256).unwrap());
        assert!(!verified(SIGNATURE, &MESSAGE[1..], Algorithm::HS256).unwrap());
    }

    #[test]
    fn refuses_other_algorithms() {
        assert!(verified(SIGNATURE, MESSAGE, Algorithm::HS512).is_err());
        assert!(verified(SIGNATURE, MESSAGE, Algorithm::RS256).is_err());
    }
}
