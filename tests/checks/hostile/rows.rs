//! A valid request for every action that takes a text; each of its texts is a field to test.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{form, workspace::Workspace};
use crate::support::people::{PASSWORD, account, email};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    Nobody,
    Owner,
    /// A person who registers for this one request, because it may delete them.
    Newcomer,
}

#[derive(Clone, Copy)]
pub struct Row {
    pub route: &'static str,
    pub by: By,
    /// Status of the valid request.
    pub status: u16,
    id: fn(&Workspace) -> i64,
    /// Names and values; the values are percent-encoded.
    pub query: &'static [(&'static str, &'static str)],
    pub body: fn(&Workspace) -> Value,
}

impl Row {
    pub fn verb(&self) -> &'static str {
        self.route.split(' ').next().unwrap_or_default()
    }

    pub fn path(&self, workspace: &Workspace) -> String {
        let path = self.route.split(' ').next_back().unwrap_or_default();
        path.replace("{id}", &(self.id)(workspace).to_string())
    }

    pub fn takes_id(&self) -> bool {
        self.route.ends_with("{id}")
    }

    const fn on(self, id: fn(&Workspace) -> i64) -> Self {
        Self { id, ..self }
    }

    const fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    const fn asking(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    const fn sending(self, body: fn(&Workspace) -> Value) -> Self {
        Self { body, ..self }
    }
}

const fn row(route: &'static str, status: u16) -> Row {
    Row { route, by: By::Owner, status, id: |_| 0, query: &[], body: |_| Value::Null }
}

/// Names such as `POST /api/v4/teams team.name` of the texts of all rows.
pub fn fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for row in ROWS {
        let texts = form::leaves(&(row.body)(&Workspace::empty())).into_iter().map(|leaf| leaf.name());
        fields.extend(
            texts
                .chain(row.query.iter().map(|(name, _)| (*name).to_owned()))
                .map(|name| format!("{} {name}", row.route)),
        );
    }
    fields
}

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("POST /api/v4/registrations", 201).by(By::Nobody).sending(|workspace| json!({"user": {
        "email": new_email(workspace), "password": PASSWORD, "first_name": "Nina", "last_name": "Noll", "workspace_name": "Northside",
    }})),
    row("POST /api/v4/registrations", 404).by(By::Nobody).sending(|workspace| json!({
        "user": {"email": new_email(workspace), "password": PASSWORD}, "invite": {"id": text(workspace.invite.id), "token": "guessed"},
    })),
    row("POST /api/v4/registrations", 201).by(By::Nobody).sending(|workspace| json!({"user": {"email": new_email(workspace), "password": PASSWORD}, "invite": ""})),
    row("POST /api/v4/sessions", 200).by(By::Nobody).sending(|workspace| json!({"user": {"email": workspace.owner.email, "password": PASSWORD}})),
    row("POST /api/v4/passwords", 200).by(By::Nobody).sending(|workspace| json!({"user": {"email": workspace.owner.email}})),
    row("PUT /api/v4/passwords", 422).by(By::Nobody).sending(|_| json!({"user": {"reset_password_token": "guessed", "password": PASSWORD}})),
    row("PUT /api/v4/users", 200).by(By::Newcomer).sending(|workspace| json!({"user": {
        "first_name": "Nina", "last_name": "Noll", "role_in_organization": "Coach", "state": "Ohio", "city": "Dayton",
        "avatar_image": "https://example.com/nina.png", "mode": "dark", "email": format!("other-{}", new_email(workspace)),
        "password": PASSWORD, "password_confirmation": PASSWORD, "current_password": PASSWORD,
    }})),
    row("PUT /api/v4/users", 200).by(By::Newcomer).sending(|_| json!({"user": {"password": PASSWORD, "current_password": PASSWORD}})),
    row("DELETE /api/v4/users", 200).by(By::Newcomer).sending(|_| json!({"user": {"current_password": PASSWORD}})),

    row("POST /api/v4/twitter_accounts", 201).sending(connection),
    // No consent has this id.
    row("POST /api/v4/twitter_accounts", 422).sending(consented),
    row("POST /api/v4/workspaces/twitter_accounts", 422).sending(consented),
    row("PUT /api/v4/walkthrough", 200).sending(|_| json!({"walkthrough": {"skip": "check_personal", "unskip": "check_personal"}})),
    row("PUT /api/v4/twitter_accounts/{id}", 200).on(|workspace| workspace.personal_account).sending(|_| json!({"twitter_account": {"nickname": "Cats"}})),
    row("GET /api/v4/twitter_accounts", 200).asking(&[("page", "1"), ("name", "c")]),
    row("GET /api/v4/social_accounts", 200).asking(&[("page", "1")]),
    row("GET /api/v4/verify_social_accounts", 200).asking(&[("type", "twitter"), ("page", "1"), ("date", "2027-06-14")]),
    row("GET /api/v4/current_social_accounts", 200).asking(&[("type", "twitter"), ("ids[]", "1")]),
    // The token of the account was pasted.
    row("PUT /api/v4/current_social_accounts/{id}/refresh_avatar", 422).on(|workspace| workspace.account).sending(|_| json!({"type": "twitter"})),
    row("POST /api/v4/workspaces/twitter_accounts", 201).sending(connection),
    row("PUT /api/v4/workspaces/twitter_accounts/{id}", 200).on(|workspace| workspace.account).sending(|_| json!({"twitter_account": {"nickname": "Cats", "team_ids": []}})),
    row("PUT /api/v4/workspaces/twitter_accounts/{id}", 200).on(|workspace| workspace.account).sending(|workspace| json!({"twitter_account": {"team_ids": [text(workspace.team)]}})),
    row("GET /api/v4/workspaces/twitter_accounts", 200).asking(&[("page", "1"), ("name", "c")]),
    row("POST /api/v4/account_transfers", 200).sending(|workspace| json!({"account_transfer": {"social_account_id": text(workspace.account), "to": "workspace"}})),

    row("POST /api/v4/account_checks", 422).sending(|workspace| json!({"account_check": {"account_id": text(workspace.account)}})),

    // No app is set up, and no consent has this id.
    row("POST /api/v4/consents", 404).sending(|workspace| json!({"consent": {
        "network": "twitter", "side": "personal", "account_id": text(workspace.account), "location": "signUpForm",
        "return_url": "https://front.example.com/",
    }})),
    row("PUT /api/v4/consents/{id}", 404).sending(|_| json!({"consent": {"state": "1-guessed", "code": "guessed", "error": "access_denied"}})),

    row("GET /api/v4/workspaces", 200).asking(&[("sort_by", "name"), ("sort_to", "asc"), ("page", "1"), ("name", "o"), ("invited", "false")]),
    row("PUT /api/v4/workspaces", 200).sending(|_| json!({"workspace": {
        "name": "Northside", "organization_type": "Public High School", "custom_organization_type": "Band",
    }})),

    row("GET /api/v4/events", 200).asking(&[("page", "1"), ("object", "team"), ("record_id", "1"), ("user_id", "1"), ("since", "2026-06-14T17%3A06%3A02Z")]),

    row("PUT /api/v4/workspace_users/{id}", 200).on(|workspace| workspace.mate).sending(|_| json!({"workspace_role_id": "3"})),

    row("POST /api/v4/invites", 201).sending(|workspace| json!({"user_emails": [new_email(workspace)], "location": "signUpForm"})),
    row("GET /api/v4/invites", 200).asking(&[("page", "1"), ("name", "o")]),
    row("GET /api/v4/invites/{id}", 404).on(|workspace| workspace.invite.id).by(By::Nobody).asking(&[("token", "guessed")]),
    row("PUT /api/v4/invites/{id}", 422).on(|workspace| workspace.invite.id).sending(|workspace| json!({"invite": {"token": workspace.invite.token}})),
    row("DELETE /api/v4/invites/{id}", 404).on(|workspace| workspace.invite.id).by(By::Nobody).sending(|_| json!({"invite": {"token": "1-guessed"}, "token": "1-again"})),
    row("DELETE /api/v4/invites/{id}", 404).on(|workspace| workspace.invite.id).by(By::Nobody).sending(|_| json!({"invite": "", "token": "1-again"})),

    row("GET /api/v4/teams", 200).asking(&[("name", "coa"), ("filter", "user"), ("sort_type", "name"), ("sort_to", "asc"), ("page", "1")]),
    row("POST /api/v4/teams", 201).sending(|workspace| json!({"team": {"name": "Captains"}, "user_emails": [new_email(workspace)]})),
    row("GET /api/v4/teams/{id}", 200).on(|workspace| workspace.team).asking(&[("sort_by", "email"), ("sort_to", "asc"), ("page", "1"), ("name", "o")]),
    row("PUT /api/v4/teams/{id}", 200).on(|workspace| workspace.team).sending(|_| json!({"team": {"name": "Coaches"}})),
    row("GET /api/v4/api_keys", 200).asking(&[("page", "1")]),
    row("GET /api/v4/webhooks", 200).asking(&[("page", "1")]),
    row("GET /api/v4/webhooks/{id}/deliveries", 404).asking(&[("page", "1")]),
    row("POST /api/v4/api_keys", 201).sending(|_| json!({"api_key": {"name": "n8n", "scopes": ["read"], "expires_at": "2099-06-14T17:06:02Z"}})),
    row("POST /api/v4/team_users", 201).sending(|workspace| json!({"team_id": text(workspace.team), "user_emails": [new_email(workspace)], "sort_by": "email", "sort_to": "asc"})),
    row("PUT /api/v4/team_users", 200).sending(|workspace| json!({"team_id": text(workspace.team), "id": text(workspace.mate), "role": "member"})),
    row("PUT /api/v4/team_users/{id}", 200).on(|workspace| workspace.mate).sending(|workspace| json!({"team_id": text(workspace.team), "role": "member"})),
    row("DELETE /api/v4/team_users", 404).sending(|workspace| json!({"team_id": text(workspace.team), "id": "999999999"})),
    row("DELETE /api/v4/team_users/{id}", 404).on(|_| 999_999_999).sending(|workspace| json!({"team_id": text(workspace.team)})),
];

/// An integer as a form sends it.
fn text(id: i64) -> String {
    id.to_string()
}

fn new_email(workspace: &Workspace) -> String {
    email(&format!("new{}", workspace.number))
}

fn consented(_: &Workspace) -> Value {
    json!({"twitter_account": {"consent_id": "018f0c1e-7b7a-7c3e-8a53-0b5f6b1a2c3d", "location": "signUpForm"}})
}

fn connection(workspace: &Workspace) -> Value {
    let mut connection = account(&workspace.number.to_string());
    connection["twitter_account"]["location"] = json!("signUpForm");
    connection
}
