//! Sorts the answers of a network: what was presented is dead, the mistake is ours, or it helps to wait. Only the
//! network's own word makes a grant dead; an account never changes because of anything else.

use std::time::Duration;

use serde_json::Value;

use super::http::Reply;
use crate::networks::Network;

/// What was presented to the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// A code, at the token endpoint.
    Code,
    /// A refresh token, at the token endpoint.
    RefreshToken,
    /// A token, at the revocation endpoint.
    Revocation,
    /// An access token, at the API.
    AccessToken,
}

/// Why there is no result. The texts are for the log and contain no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// What was presented does not work and never will again.
    #[error("the network has refused what was presented: {0:?}")]
    Dead(Death),
    /// The operator has to do something about the app at the network; no account changes.
    #[error("{0}")]
    Ours(String),
    /// The network is unwell; the same request may succeed later.
    #[error("{reason}")]
    Wait { retry_after: Option<Duration>, reason: String },
    /// The grant could not be refreshed, because the person or the app did not allow it.
    #[error("the grant cannot be refreshed")]
    NotLasting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It is unknown, spent, revoked or too late.
    Refused,
    /// The network has suspended or locked the account.
    Suspended,
}

impl Failure {
    pub fn wait(reason: impl Into<String>) -> Self {
        Self::Wait { retry_after: None, reason: reason.into() }
    }

    /// How long to wait, if the network says so.
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Wait { retry_after, .. } = self { *retry_after } else { None }
    }

    /// Tells the operator; people only read that the network cannot be reached.
    pub fn log(&self, network: &Network) {
        let network = network.brand;
        match self {
            Self::Ours(reason) => log::error!(
                "{network} does not serve this service's app ({reason}); check its credentials, scopes and balance"
            ),
            Self::Wait { reason, .. } => log::warn!("{network} is unwell: {reason}"),
            Self::Dead(_) | Self::NotLasting => log::debug!("{network} has refused a consent: {self}"),
        }
    }
}

/// The sentences with which X refuses a code or a refresh token; its error code is the same for faults of the request.
const REFUSED_CODES: [&str; 2] =
    ["value passed for the authorization code was invalid", "did not match the code challenge"];
const REFUSED_REFRESH_TOKENS: [&str; 1] = ["value passed for the token was invalid"];
/// Of error documents: the last segment of `type`.
const PROBLEMS_OF_THE_APP: [&str; 5] = [
    "app-suspended",
    "client-forbidden",
    "client-not-enrolled",
    "usage-capped",
    "unsupported-authentication",
];
const SUSPENDED: &str = "user-suspended";
/// Codes of X's older API.
const OLD_REFUSED: [i64; 2] = [32, 89];
const OLD_SUSPENDED: [i64; 3] = [63, 64, 326];
const OLD_OF_THE_APP: [i64; 1] = [415];

/// Whether a reply is a result; otherwise, what it means. A pure function of its arguments.
pub fn sort(presented: Presented, reply: &Reply) -> Result<Value, Failure> {
    if presented == Presented::Revocation && reply.status == 200 {
        return Ok(Value::Null);
    }
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        return Err(sort_unreadable(reply));
    };
    match presented {
        Presented::Code => sort_token_answer(reply, body, &REFUSED_CODES),
        Presented::RefreshToken | Presented::Revocation => {
            sort_token_answer(reply, body, &REFUSED_REFRESH_TOKENS)
        }
        Presented::AccessToken => sort_api_answer(reply, body),
    }
}

/// Such as the page of a firewall: it says nothing about accounts.
fn sort_unreadable(reply: &Reply) -> Failure {
    if reply.status == 402 { ours(reply, "the balance is used up") } else { wait(reply, "not JSON") }
}

fn sort_token_answer(reply: &Reply, body: Value, refused: &[&str]) -> Result<Value, Failure> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let description = text("error_description").to_ascii_lowercase();
    match (reply.status, text("error")) {
        (200, _) if text("access_token").is_empty() => Err(wait(reply, "no access token")),
        (200, _) => Ok(body),
        (402, _) => Err(ours(reply, "the balance is used up")),
        (429 | 500.., _) | (_, "rate_limited" | "temporarily_unavailable" | "server_error") => {
            Err(wait(reply, "unavailable"))
        }
        (400, "invalid_grant") => Err(Failure::Dead(Death::Refused)),
        (400, "invalid_request") if refused.iter().any(|sentence| description.contains(sentence)) => {
            Err(Failure::Dead(Death::Refused))
        }
        (_, "") => Err(sort_problem(reply, &body, &[], None)),
        (_, error) => Err(ours(reply, known_error(error))),
    }
}

fn sort_api_answer(reply: &Reply, body: Value) -> Result<Value, Failure> {
    if reply.status == 200 && body["data"].is_object() {
        return Ok(body);
    }
    let dead = (reply.status == 401).then_some(Death::Refused);
    let codes: Vec<i64> = problems(&body).filter_map(|problem| problem["code"].as_i64()).collect();
    Err(sort_problem(reply, &body, &codes, dead))
}

fn problems(body: &Value) -> impl Iterator<Item = &Value> {
    [body].into_iter().chain(body["errors"].as_array().into_iter().flatten())
}

/// Sorts by the problem that the body names, and else by the status; `dead` is what a 401 means. Codes are those of the
/// API: at the token endpoint they would blame a grant for the credentials of the app.
fn sort_problem(reply: &Reply, body: &Value, codes: &[i64], dead: Option<Death>) -> Failure {
    let all = || problems(body);
    let names: Vec<&str> = all().filter_map(|problem| problem["type"].as_str()?.rsplit('/').next()).collect();
    let titles: Vec<&str> = all().filter_map(|problem| problem["title"].as_str()).collect();
    if reply.status == 402 || titles.contains(&"CreditsDepleted") {
        return ours(reply, "the balance is used up");
    }
    if let Some(problem) = PROBLEMS_OF_THE_APP.iter().find(|problem| names.contains(problem)) {
        return ours(reply, problem);
    }
    if titles.contains(&"Unsupported Authentication")
        || codes.iter().any(|code| OLD_OF_THE_APP.contains(code))
    {
        return ours(reply, "the app may not do this");
    }
    if names.contains(&SUSPENDED) || codes.iter().any(|code| OLD_SUSPENDED.contains(code)) {
        return Failure::Dead(Death::Suspended);
    }
    let refused = codes.iter().any(|code| OLD_REFUSED.contains(code)).then_some(Death::Refused);
    match refused.or(dead).filter(|_| reply.status < 429) {
        Some(death) => Failure::Dead(death),
        None => wait(reply, "an unknown answer"),
    }
}

/// The names of RFC 6749; the log shows no other text of a network.
fn known_error(error: &str) -> &'static str {
    const KNOWN: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "access_denied",
    ];
    KNOWN.into_iter().find(|known| *known == error).unwrap_or("an unknown error")
}

fn ours(reply: &Reply, what: &str) -> Failure {
    Failure::Ours(format!("status {}, {what}", reply.status))
}

fn wait(reply: &Reply, what: &str) -> Failure {
    Failure::Wait { retry_after: reply.retry_after, reason: format!("status {}, {what}", reply.status) }
}

#[cfg(test)]
mod tests;
