//! The pairs of routes that do the same at V4 and at `/rest`.

use serde_json::{Value, json};

use super::world::{Target, What};
use crate::support::people::account;

pub struct Pair {
    pub v4: &'static str,
    pub rest: &'static str,
    pub targets: &'static [What],
    /// The scope that a key needs at `/rest`.
    pub needs: &'static str,
    pub v4_body: fn(&Target) -> Value,
    /// Gets the caller's id as a `workspaceMember`, too.
    pub rest_body: fn(&Target, &str) -> Value,
}

const PERSONAL: &[What] =
    &[What::OwnersAccount, What::AdminsAccount, What::MembersAccount, What::MatesAccount];
const SHARABLE: &[What] = &[What::WorkspaceAccount, What::SharedAccount];
const ALL_ACCOUNTS: &[What] = &[
    What::WorkspaceAccount,
    What::SharedAccount,
    What::OwnersAccount,
    What::AdminsAccount,
    What::MembersAccount,
    What::MatesAccount,
];
const PEOPLE: &[What] = &[What::AnOwner, What::AnAdmin, What::AMate, What::Oneself];

fn pair(v4: &'static str, rest: &'static str, targets: &'static [What], needs: &'static str) -> Pair {
    Pair { v4, rest, targets, needs, v4_body: |_| Value::Null, rest_body: |_, _| Value::Null }
}

impl Pair {
    fn sending(self, v4_body: fn(&Target) -> Value, rest_body: fn(&Target, &str) -> Value) -> Self {
        Self { v4_body, rest_body, ..self }
    }
}

#[rustfmt::skip]
pub fn pairs() -> Vec<Pair> {
    vec![
        pair("GET /api/v4/twitter_accounts", "GET /rest/connectedAccounts", PERSONAL, "read"),
        pair("GET /api/v4/workspaces/twitter_accounts", "GET /rest/connectedAccounts", SHARABLE, "read"),
        pair("GET /api/v4/social_accounts", "GET /rest/connectedAccounts", ALL_ACCOUNTS, "read"),
        pair("GET /api/v4/verify_social_accounts", "GET /rest/connectedAccounts", ALL_ACCOUNTS, "read"),
        pair("GET /api/v4/current_social_accounts", "GET /rest/connectedAccounts", ALL_ACCOUNTS, "read"),
        pair("GET /api/v4/twitter_accounts/{id}", "GET /rest/connectedAccounts/{id}", PERSONAL, "read"),
        pair("GET /api/v4/workspaces/twitter_accounts/{id}", "GET /rest/connectedAccounts/{id}", SHARABLE, "read"),
        pair("GET /api/v4/workspaces", "GET /rest/workspaceMembers", PEOPLE, "read"),
        pair("GET /api/v4/workspaces", "GET /rest/workspaceMembers/{id}", PEOPLE, "read"),
        pair("GET /api/v4/api_keys", "GET /rest/apiKeys", &[What::AKey], "read"),
        pair("GET /api/v4/api_keys", "GET /rest/apiKeys/{id}", &[What::AKey], "read"),

        pair("POST /api/v4/twitter_accounts", "POST /rest/connectedAccounts", &[What::Nothing], "write").sending(
            |target| account(&target.name),
            |target, me| json!({"handle": target.name, "provider": "twitter", "accountOwnerId": me}),
        ),
        pair("POST /api/v4/workspaces/twitter_accounts", "POST /rest/connectedAccounts", &[What::Nothing], "write").sending(
            |target| account(&target.name),
            |target, _| json!({"handle": target.name, "provider": "twitter"}),
        ),
        pair("POST /api/v4/workspaces/twitter_accounts", "POST /rest/batch/connectedAccounts", &[What::Nothing], "write").sending(
            |target| account(&target.name),
            |target, _| json!([{"handle": target.name, "provider": "twitter"}]),
        ),
        pair("PUT /api/v4/twitter_accounts/{id}", "PATCH /rest/connectedAccounts/{id}", PERSONAL, "write").sending(
            |_| json!({"twitter_account": {"nickname": "Cats"}}), |_, _| json!({"handleAliases": "cats"}),
        ),
        pair("PUT /api/v4/workspaces/twitter_accounts/{id}", "PATCH /rest/connectedAccounts/{id}", SHARABLE, "write").sending(
            |target| json!({"twitter_account": {"nickname": "Cats", "team_ids": target.team_ids}}), |_, _| json!({"handleAliases": "cats"}),
        ),
        pair("POST /api/v4/account_transfers", "PATCH /rest/connectedAccounts/{id}", SHARABLE, "write").sending(
            |target| json!({"account_transfer": {"social_account_id": target.v4_id, "to": "personal"}}), |_, me| json!({"accountOwnerId": me}),
        ),
        pair("POST /api/v4/account_transfers", "PATCH /rest/connectedAccounts/{id}", PERSONAL, "write").sending(
            |target| json!({"account_transfer": {"social_account_id": target.v4_id, "to": "workspace"}}), |_, _| json!({"accountOwnerId": null}),
        ),
        pair("DELETE /api/v4/twitter_accounts/{id}", "DELETE /rest/connectedAccounts/{id}", PERSONAL, "write"),
        pair("DELETE /api/v4/workspaces/twitter_accounts/{id}", "DELETE /rest/connectedAccounts/{id}", SHARABLE, "write"),

        pair("PUT /api/v4/users", "PATCH /rest/workspaceMembers/{id}", &[What::Oneself], "admin").sending(
            |_| json!({"user": {"first_name": "Renamed"}}), |_, _| json!({"name": {"firstName": "Renamed"}}),
        ),
        // V4 changes the roles of other people, and `/rest` their profiles.
        pair("PUT /api/v4/workspace_users/{id}", "PATCH /rest/workspaceMembers/{id}", &[What::AnOwner, What::AnAdmin, What::AMate], "admin").sending(
            |_| json!({"workspace_role_id": 3}), |_, _| json!({"name": {"firstName": "Renamed"}}),
        ),
        pair("DELETE /api/v4/workspace_users/{id}", "DELETE /rest/workspaceMembers/{id}", PEOPLE, "admin"),

        pair("POST /api/v4/api_keys", "POST /rest/apiKeys", &[What::Nothing], "admin").sending(
            |target| json!({"api_key": {"name": target.name, "scopes": ["read"]}}),
            |target, _| json!({"name": target.name, "expiresAt": "2099-06-14T17:06:02Z"}),
        ),
        pair("POST /api/v4/api_keys", "POST /rest/batch/apiKeys", &[What::Nothing], "admin").sending(
            |target| json!({"api_key": {"name": target.name, "scopes": ["read"]}}),
            |target, _| json!([{"name": target.name, "expiresAt": "2099-06-14T17:06:02Z"}]),
        ),
        pair("DELETE /api/v4/api_keys/{id}", "PATCH /rest/apiKeys/{id}", &[What::AKey], "admin").sending(
            |_| Value::Null, |_, _| json!({"revokedAt": "2026-06-14T17:06:02Z"}),
        ),
        pair("DELETE /api/v4/api_keys/{id}", "DELETE /rest/apiKeys/{id}", &[What::AKey], "admin"),
    ]
}
