//! Every answer that X is known to give, and some that stand between it and us.

use super::{Death, Failure, Presented, sort};
use crate::networks::consent::http::Reply;

#[derive(Debug, PartialEq, Eq)]
enum Sorted {
    Result,
    Refused,
    Suspended,
    Ours,
    Wait,
}

fn sorted(presented: Presented, status: u16, body: &str) -> Sorted {
    let reply = Reply { status, retry_after: None, body: body.as_bytes().to_vec() };
    match sort(presented, &reply) {
        Ok(_) => Sorted::Result,
        Err(Failure::Dead(Death::Refused)) => Sorted::Refused,
        Err(Failure::Dead(Death::Suspended)) => Sorted::Suspended,
        Err(Failure::Ours(_)) => Sorted::Ours,
        Err(Failure::Wait { .. }) => Sorted::Wait,
        Err(Failure::NotLasting) => panic!("a reply alone does not say that"),
    }
}

fn error(name: &str, description: &str) -> String {
    serde_json::json!({ "error": name, "error_description": description }).to_string()
}

fn problem(name: &str, title: &str) -> String {
    serde_json::json!({
        "title": title, "detail": title, "type": format!("https://api.x.com/2/problems/{name}"), "status": 403,
    })
    .to_string()
}

#[test]
fn the_token_endpoint() {
    use Presented::{Code, RefreshToken};
    let pair = r#"{"token_type":"bearer","expires_in":7200,"access_token":"a","refresh_token":"r"}"#;
    let code_invalid = error("invalid_request", "Value passed for the authorization code was invalid.");
    let no_match = "Value passed for the code verifier did not match the code challenge.";
    let verifier_missing = error("invalid_request", "Missing required parameter [code_verifier].");
    let token_invalid = error("invalid_request", "Value passed for the token was invalid.");
    let no_header = error("unauthorized_client", "Missing valid authorization header");
    let cases = [
        (Code, 200, pair.to_owned(), Sorted::Result),
        (RefreshToken, 200, pair.to_owned(), Sorted::Result),
        (Code, 400, code_invalid.clone(), Sorted::Refused),
        (Code, 400, error("invalid_request", no_match), Sorted::Refused),
        (Code, 400, error("invalid_grant", "the code is spent"), Sorted::Refused),
        (Code, 400, verifier_missing.clone(), Sorted::Ours),
        (Code, 400, error("invalid_request", ""), Sorted::Ours),
        (RefreshToken, 400, token_invalid, Sorted::Refused),
        (RefreshToken, 400, error("invalid_grant", ""), Sorted::Refused),
        (RefreshToken, 400, verifier_missing, Sorted::Ours),
        (RefreshToken, 400, code_invalid, Sorted::Ours),
        (RefreshToken, 401, no_header.clone(), Sorted::Ours),
        (Code, 401, no_header, Sorted::Ours),
        (Code, 401, error("invalid_client", ""), Sorted::Ours),
        (Code, 400, error("invalid_scope", ""), Sorted::Ours),
        (Code, 400, error("unsupported_grant_type", ""), Sorted::Ours),
        (RefreshToken, 402, problem("credits", "CreditsDepleted"), Sorted::Ours),
        (RefreshToken, 402, "no balance".to_owned(), Sorted::Ours),
        (RefreshToken, 403, problem("app-suspended", "Forbidden"), Sorted::Ours),
        (RefreshToken, 403, problem("client-forbidden", "Forbidden"), Sorted::Ours),
        (RefreshToken, 403, problem("usage-capped", "UsageCapExceeded"), Sorted::Ours),
        (RefreshToken, 403, problem("user-suspended", "Forbidden"), Sorted::Suspended),
        (RefreshToken, 429, error("rate_limited", ""), Sorted::Wait),
        (RefreshToken, 429, "{}".to_owned(), Sorted::Wait),
        (RefreshToken, 503, error("temporarily_unavailable", ""), Sorted::Wait),
        (RefreshToken, 500, error("invalid_grant", ""), Sorted::Wait),
        (RefreshToken, 200, "{}".to_owned(), Sorted::Wait),
        (RefreshToken, 200, r#"{"access_token":""}"#.to_owned(), Sorted::Wait),
        (RefreshToken, 200, "<html>".to_owned(), Sorted::Wait),
        (RefreshToken, 200, String::new(), Sorted::Wait),
        (RefreshToken, 400, "<html>".to_owned(), Sorted::Wait),
        (RefreshToken, 401, "{}".to_owned(), Sorted::Wait),
        (RefreshToken, 401, r#"{"errors":[{"code":32}]}"#.to_owned(), Sorted::Wait),
        (RefreshToken, 403, r#"{"errors":[{"code":326}]}"#.to_owned(), Sorted::Wait),
        (RefreshToken, 403, "<html>a firewall</html>".to_owned(), Sorted::Wait),
        (RefreshToken, 302, String::new(), Sorted::Wait),
    ];
    for (presented, status, body, expected) in cases {
        assert_eq!(sorted(presented, status, &body), expected, "{presented:?} {status} {body}");
    }
}

#[test]
fn the_revocation_endpoint() {
    use Presented::Revocation;
    let token_invalid = error("invalid_request", "Value passed for the token was invalid.");
    let cases = [
        (200, r#"{"revoked":true}"#.to_owned(), Sorted::Result),
        (200, String::new(), Sorted::Result),
        (400, token_invalid, Sorted::Refused),
        (401, error("unauthorized_client", "Missing valid authorization header"), Sorted::Ours),
        (429, "{}".to_owned(), Sorted::Wait),
        (503, "<html>".to_owned(), Sorted::Wait),
    ];
    for (status, body, expected) in cases {
        assert_eq!(sorted(Revocation, status, &body), expected, "{status} {body}");
    }
}

#[test]
fn the_api() {
    let unauthorized =
        r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
    let suspended_in_200 = r#"{"errors":[{"type":"https://api.x.com/2/problems/user-suspended"}]}"#;
    let old_host = r#"{"type":"https://api.twitter.com/2/problems/user-suspended","status":403}"#;
    let old = |code: i64| format!(r#"{{"errors":[{{"code":{code},"message":"…"}}]}}"#);
    let cases = [
        (200, r#"{"data":{"id":"1"}}"#.to_owned(), Sorted::Result),
        (401, unauthorized.to_owned(), Sorted::Refused),
        (403, problem("user-suspended", "Forbidden"), Sorted::Suspended),
        (403, old_host.to_owned(), Sorted::Suspended),
        (403, problem("app-suspended", "Forbidden"), Sorted::Ours),
        (403, problem("client-forbidden", "Client Forbidden"), Sorted::Ours),
        (403, problem("client-not-enrolled", "Client Forbidden"), Sorted::Ours),
        (403, problem("unsupported-authentication", "Unsupported Authentication"), Sorted::Ours),
        (403, r#"{"title":"Unsupported Authentication","type":"about:blank"}"#.to_owned(), Sorted::Ours),
        (402, r#"{"title":"CreditsDepleted","type":"about:blank"}"#.to_owned(), Sorted::Ours),
        (403, problem("usage-capped", "UsageCapExceeded"), Sorted::Ours),
        (429, problem("usage-capped", "UsageCapExceeded"), Sorted::Ours),
        (429, r#"{"title":"Too Many Requests","type":"about:blank","status":429}"#.to_owned(), Sorted::Wait),
        (401, old(32), Sorted::Refused),
        (401, old(89), Sorted::Refused),
        (403, old(63), Sorted::Suspended),
        (403, old(64), Sorted::Suspended),
        (403, old(326), Sorted::Suspended),
        (403, old(415), Sorted::Ours),
        (403, r#"{"title":"Forbidden","type":"about:blank"}"#.to_owned(), Sorted::Wait),
        (200, suspended_in_200.to_owned(), Sorted::Suspended),
        (200, r#"{"errors":[{"title":"Not Found"}]}"#.to_owned(), Sorted::Wait),
        (200, "{}".to_owned(), Sorted::Wait),
        (401, "<html>".to_owned(), Sorted::Wait),
        (403, "<html>a firewall</html>".to_owned(), Sorted::Wait),
        (500, unauthorized.to_owned(), Sorted::Wait),
        (503, String::new(), Sorted::Wait),
    ];
    for (status, body, expected) in cases {
        assert_eq!(sorted(Presented::AccessToken, status, &body), expected, "{status} {body}");
    }
}
