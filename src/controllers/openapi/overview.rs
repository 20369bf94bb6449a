//! The head of the description: title, address, tags and how to authenticate.

use serde_json::{Value, json};

const INTRODUCTION: &str = include_str!("introduction.md");

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
        tag("people", "Register, sign in, and look after yourself."),
        tag(
            "personal accounts",
            "Accounts you connected for yourself. Nobody else in the workspace posts from them."
        ),
        tag(
            "workspace accounts",
            "Accounts of the workspace. Admins connect them and share them with teams; members see what their teams share."
        ),
        tag("workspace", "The workspace you belong to, and its people."),
        tag("teams", "Groups of people that accounts are shared with."),
        tag("invites", "How somebody joins a workspace."),
        tag("API keys", "What programs come in with, at `/rest`."),
        tag("walkthrough", "The first steps, and how many of them are taken."),
        tag("service", "Is it up, and what can it do."),
    ])
}

pub fn security_schemes() -> Value {
    json!({
        "Authorization": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `auth_token` that registering and signing in answer with.",
        },
        "Authentication": {
            "type": "apiKey",
            "in": "header",
            "name": "Authentication",
            "description": "The same token under Gipper's name for the header; the value is `Bearer` and the token. Send either header, not both.",
        },
    })
}
