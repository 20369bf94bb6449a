//! What receivers verify. `tests/n8n/webhooks.test.js` verifies it with the library of Standard Webhooks as well.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use super::{company, subscribe, subscribe_with, with_receiver};
use crate::{
    on_both_databases,
    support::receiver::{Manner, Received},
};

/// Not only ASCII, and no valid base64.
const SECRET: &str = "s\u{e9}cret, 1";

/// As in <https://github.com/twentyhq/twenty>, `verifySignature` of published receivers.
fn is_signed_as_by_twenty(requests: &Received) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
    mac.update(format!("{}:{}", requests.headers["x-twenty-webhook-timestamp"], requests.text).as_bytes());
    hex::encode(mac.finalize().into_bytes()) == requests.headers["x-twenty-webhook-signature"]
}

on_both_databases! {
    fn are_those_of_twenty_and_of_standard_webhooks(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        let webhook = json!({"targetUrl": receiver.url(), "operations": ["company.*"], "secret": SECRET});
        subscribe_with(&olga, &webhook);
        company(&olga, "F\u{e4}lcons \u{1f985}");
        let requests = receiver.received(1).remove(0);
        assert!(is_signed_as_by_twenty(&requests), "{requests:?}");
        assert_eq!(requests.headers["x-twenty-webhook-nonce"].len(), 32);
        assert!(requests.headers["webhook-signature"].starts_with("v1,"));
    }

    fn are_missing_without_a_secret(app: &mut TestApp) {
        let (receiver, olga) = with_receiver(app, Manner::Answer(200));
        subscribe(&olga, &receiver, &["company.*"]);
        company(&olga, "Falcons");
        let requests = receiver.received(1).remove(0);
        assert!(requests.headers.contains_key("webhook-id"));
        assert!(!requests.headers.keys().any(|name| name.contains("signature")), "{requests:?}");
    }
}
