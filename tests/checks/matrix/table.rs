//! The table of permissions. A row is a route, what the request names, and the status for each of the eight callers:
//! anonymous, signed out, owner, admin, member, removed, invited, stranger. The removed, the invited and the stranger
//! own a workspace of their own.

use serde_json::{Value, json};
use uuid::Uuid;

use super::actors::Things;
use crate::support::people::{PASSWORD, account, email};

pub struct Row {
    pub route: &'static str,
    id: Named,
    query: fn(&Things) -> String,
    pub body: fn(&Things) -> Value,
    pub expected: [u16; 8],
    /// Whether a success deletes something that other rows need.
    pub disturbs: bool,
}

/// What the path names.
enum Named {
    Number(fn(&Things) -> i64),
    Uuid(fn(&Things) -> Uuid),
}

impl Row {
    pub fn path(&self, things: &Things) -> String {
        let path = self.route.split(' ').next_back().unwrap_or_default();
        let id = match self.id {
            Named::Number(number) => number(things).to_string(),
            Named::Uuid(uuid) => uuid(things).to_string(),
        };
        let path = path.replace("{id}", &id);
        let path = path.replace("{delivery_id}", &Uuid::nil().to_string());
        path + &(self.query)(things)
    }

    fn on(self, id: fn(&Things) -> i64) -> Self {
        Self { id: Named::Number(id), ..self }
    }

    fn on_key(self, id: fn(&Things) -> Uuid) -> Self {
        Self { id: Named::Uuid(id), ..self }
    }

    fn asking(self, query: fn(&Things) -> String) -> Self {
        Self { query, ..self }
    }

    fn sending(self, body: fn(&Things) -> Value) -> Self {
        Self { body, ..self }
    }

    fn disturbing(self) -> Self {
        Self { disturbs: true, ..self }
    }
}

fn row(route: &'static str, expected: [u16; 8]) -> Row {
    let disturbs = route.starts_with("DELETE ");
    Row {
        route,
        id: Named::Number(|_| 0),
        query: |_| String::new(),
        body: |_| Value::Null,
        expected,
        disturbs,
    }
}

const EVERYBODY: [u16; 8] = [200; 8];
const SIGNED_IN: [u16; 8] = [401, 401, 200, 200, 200, 200, 200, 200];
/// A new object in the caller's own workspace.
const MAKERS: [u16; 8] = [401, 401, 201, 201, 201, 201, 201, 201];
const MEMBERS: [u16; 8] = [401, 401, 200, 200, 200, 404, 404, 404];
const ADMINS: [u16; 8] = [401, 401, 200, 200, 403, 404, 404, 404];
const ADMINS_SEE: [u16; 8] = [401, 401, 200, 200, 404, 404, 404, 404];
const ADMINS_MAKE: [u16; 8] = [401, 401, 201, 201, 403, 404, 404, 404];
/// There is no such delivery.
const ADMINS_SEND: [u16; 8] = [401, 401, 404, 404, 403, 404, 404, 404];
const HOLDER: [u16; 8] = [401, 401, 404, 404, 200, 404, 404, 404];

#[rustfmt::skip]
pub fn table() -> Vec<Row> {
    vec![
        row("POST /api/v4/registrations", [201; 8]).sending(|things| json!({"user": {"email": new_email(things), "password": PASSWORD}})),
        row("POST /api/v4/sessions", EVERYBODY).sending(|things| json!({"user": {"email": things.owner_email, "password": PASSWORD}})),
        row("GET /api/v4/sessions", SIGNED_IN),
        row("DELETE /api/v4/sessions", SIGNED_IN),
        row("DELETE /api/v4/sessions/{id}", HOLDER).on(|things| things.session),
        row("POST /api/v4/passwords", EVERYBODY).sending(|things| json!({"user": {"email": things.owner_email}})),
        row("PUT /api/v4/passwords", [422; 8]).sending(|_| json!({"user": {"reset_password_token": "guessed", "password": PASSWORD}})),
        row("GET /api/v4/users", SIGNED_IN),
        row("PUT /api/v4/users", SIGNED_IN).sending(|_| json!({"user": {"first_name": "Olga"}})),
        // The only owner cannot leave while there are other members.
        row("DELETE /api/v4/users", [401, 401, 422, 200, 200, 200, 200, 422]).sending(|_| json!({"user": {"current_password": PASSWORD}})),

        row("GET /api/v4/walkthrough", SIGNED_IN),
        row("PUT /api/v4/walkthrough", SIGNED_IN).sending(|_| json!({"walkthrough": {"hidden": true}})),

        row("GET /api/v4/twitter_accounts", SIGNED_IN),
        row("POST /api/v4/twitter_accounts", MAKERS).sending(|things| account(&things.number.to_string())),
        row("GET /api/v4/twitter_accounts/{id}", HOLDER).on(|things| things.personal_account),
        row("PUT /api/v4/twitter_accounts/{id}", HOLDER).on(|things| things.personal_account).sending(|_| json!({"twitter_account": {"nickname": "Cats"}})),
        row("DELETE /api/v4/twitter_accounts/{id}", HOLDER).on(|things| things.personal_account),
        row("GET /api/v4/social_accounts", SIGNED_IN),
        row("GET /api/v4/verify_social_accounts", SIGNED_IN).asking(|_| "?type=twitter&page=1".to_owned()),
        row("GET /api/v4/current_social_accounts", SIGNED_IN).asking(|_| "?type=twitter&ids[]=1".to_owned()),
        // Both accounts have a pasted token; who may change them is decided first.
        row("PUT /api/v4/current_social_accounts/{id}/refresh_avatar", [401, 401, 422, 422, 404, 404, 404, 404]).on(|things| things.account).sending(|_| json!({"type": "twitter"})),
        row("PUT /api/v4/current_social_accounts/{id}/refresh_avatar", [401, 401, 404, 404, 422, 404, 404, 404]).on(|things| things.personal_account).sending(|_| json!({"type": "twitter"})),
        row("GET /api/v4/networks", SIGNED_IN),

        row("GET /api/v4/workspaces/twitter_accounts", SIGNED_IN),
        row("POST /api/v4/workspaces/twitter_accounts", [401, 401, 201, 201, 403, 201, 201, 201]).sending(|things| account(&things.number.to_string())),
        row("GET /api/v4/workspaces/twitter_accounts/{id}", ADMINS_SEE).on(|things| things.account),
        row("PUT /api/v4/workspaces/twitter_accounts/{id}", ADMINS).on(|things| things.account).sending(|_| json!({"twitter_account": {"team_ids": []}})),
        row("DELETE /api/v4/workspaces/twitter_accounts/{id}", ADMINS).on(|things| things.account),
        row("POST /api/v4/account_transfers", ADMINS).sending(|things| json!({"account_transfer": {"social_account_id": things.account, "to": "personal"}})).disturbing(),
        // The account has a token that was pasted; who may ask is decided first.
        row("POST /api/v4/account_checks", [401, 401, 422, 422, 404, 404, 404, 404]).sending(|things| json!({"account_check": {"account_id": things.account}})),

        // No app is set up, and no consent has this id; who may begin one is decided first.
        row("POST /api/v4/consents", [401, 401, 404, 404, 403, 404, 404, 404]).sending(|_| json!({"consent": {"network": "twitter", "side": "workspace"}})),
        row("PUT /api/v4/consents/{id}", [401, 401, 404, 404, 404, 404, 404, 404]).on_key(|_| Uuid::nil()).sending(|_| json!({"consent": {"state": "1-guessed", "code": "guessed"}})),
        row("GET /api/v4/consents/{id}", [401, 401, 404, 404, 404, 404, 404, 404]).on_key(|_| Uuid::nil()),

        row("GET /api/v4/workspaces", SIGNED_IN),
        row("PUT /api/v4/workspaces", [401, 401, 200, 200, 403, 200, 200, 200]).sending(|_| json!({"workspace": {"name": "Northside High"}})),
        row("GET /api/v4/events", SIGNED_IN),
        row("PUT /api/v4/workspace_users/{id}", ADMINS).on(|things| things.mate).sending(|_| json!({"workspace_role_id": 3})),
        row("DELETE /api/v4/workspace_users/{id}", ADMINS).on(|things| things.mate),

        row("GET /api/v4/invites", SIGNED_IN),
        row("POST /api/v4/invites", MAKERS).sending(|things| json!({"user_emails": [new_email(things)]})),
        // The token alone shows an invite; only the invited person may accept it.
        row("GET /api/v4/invites/{id}", EVERYBODY).on(|things| things.invite.id).asking(|things| format!("?token={}", things.invite.token)),
        row("PUT /api/v4/invites/{id}", [401, 401, 422, 422, 422, 422, 200, 422]).on(|things| things.invite.id).sending(|things| json!({"invite": {"token": things.invite.token}})).disturbing(),
        row("DELETE /api/v4/invites/{id}", EVERYBODY).on(|things| things.invite.id).sending(|things| json!({"invite": {"token": things.invite.token}})),
        row("DELETE /api/v4/invites/{id}", ADMINS).on(|things| things.invite.id),

        row("GET /api/v4/teams", SIGNED_IN),
        row("POST /api/v4/teams", MAKERS).sending(|_| json!({"team": {"name": "Captains"}, "user_emails": []})),
        row("GET /api/v4/teams/{id}", MEMBERS).on(|things| things.team),
        row("PUT /api/v4/teams/{id}", ADMINS).on(|things| things.team).sending(|_| json!({"team": {"name": "Trainers"}})),
        row("DELETE /api/v4/teams/{id}", ADMINS).on(|things| things.team),
        row("POST /api/v4/team_users", ADMINS_MAKE).sending(|things| json!({"team_id": things.team, "user_emails": [new_email(things)]})),
        row("PUT /api/v4/team_users", ADMINS).sending(|things| json!({"team_id": things.team, "id": things.mate, "role": "member"})),
        row("DELETE /api/v4/team_users", ADMINS).sending(|things| json!({"team_id": things.team, "id": things.mate})),
        row("PUT /api/v4/team_users/{id}", ADMINS).on(|things| things.mate).sending(|things| json!({"team_id": things.team, "role": "member"})),
        row("DELETE /api/v4/team_users/{id}", ADMINS).on(|things| things.mate).sending(|things| json!({"team_id": things.team})),

        row("GET /api/v4/api_keys", [401, 401, 200, 200, 403, 200, 200, 200]),
        row("POST /api/v4/api_keys", [401, 401, 201, 201, 403, 201, 201, 201]).sending(|_| json!({"api_key": {"name": "n8n", "scopes": ["read"]}})),
        row("DELETE /api/v4/api_keys/{id}", ADMINS).on_key(|things| things.key),
        row("GET /api/v4/webhooks", [401, 401, 200, 200, 403, 200, 200, 200]),
        row("GET /api/v4/webhooks/{id}/deliveries", ADMINS).on_key(|things| things.webhook),
        row("POST /api/v4/webhooks/{id}/deliveries", ADMINS_MAKE).on_key(|things| things.webhook),
        row("POST /api/v4/webhooks/{id}/deliveries/{delivery_id}/attempts", ADMINS_SEND).on_key(|things| things.webhook),

        row("GET /health/live", EVERYBODY),
        row("GET /health/ready", EVERYBODY),
        row("GET /openapi.json", EVERYBODY),
    ]
}

fn new_email(things: &Things) -> String {
    email(&format!("new{}", things.number))
}
