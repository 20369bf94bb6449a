//! The general part of the document: title, address, tags and how to authenticate.

use serde_json::{Value, json};

const INTRODUCTION: &str = include_str!("introduction.md");

/// The document without paths and components.
pub fn head(public_url: Option<&str>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Roster",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": env!("CARGO_PKG_DESCRIPTION"),
            "description": INTRODUCTION,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": public_url.unwrap_or("/") }],
        "tags": tags(),
    })
}

fn tags() -> Value {
    let tag = |name: &str, description: &str| json!({ "name": name, "description": description });
    json!([
        tag("people", "Register, sign in, and manage your profile and sessions."),
        tag(
            "personal accounts",
            "Accounts that you connected for yourself. Nobody else in the workspace can post from them."
        ),
        tag(
            "workspace accounts",
            "Accounts of the workspace. Admins connect them and share them with teams; members see those shared with their teams."
        ),
        tag("consents", "Connect accounts on a network's own page, so that nobody pastes tokens."),
        tag("workspace", "The workspace you belong to, and its people."),
        tag("teams", "Groups of people that accounts are shared with."),
        tag("invites", "Invite people into a workspace, and accept or decline an invite."),
        tag("API keys", "Keys with which programs use `/rest`."),
        tag("webhooks", "Addresses that are called when records change, and what came of the calls."),
        tag("walkthrough", "The first steps in Roster, and how many of them are done."),
        tag("service", "The state of the service, and this description."),
    ])
}

/// The `components/securitySchemes`.
pub fn security_schemes() -> Value {
    json!({
        "Authorization": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `auth_token` from the response to a registration or a sign-in.",
        },
        "Authentication": {
            "type": "apiKey",
            "in": "header",
            "name": "Authentication",
            "description": "The same token in the header that Gipper uses; the value is `Bearer` and the token. Send one of the two headers.",
        },
    })
}
