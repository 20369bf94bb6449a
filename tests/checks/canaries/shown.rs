//! The answers that show a secret to its owner, as the contract documents: the only exceptions.

use serde_json::Value;

/// Routes whose answers hold a new secret, and the names of its fields.
const SHOWN: [(&str, &[&str]); 8] = [
    ("POST /api/v4/registrations", &["auth_token"]),
    ("POST /api/v4/sessions", &["auth_token"]),
    ("GET /api/v4/users", &["auth_token"]),
    ("PUT /api/v4/users", &["auth_token"]),
    ("POST /api/v4/api_keys", &["key"]),
    ("POST /api/v4/invites", &["url"]),
    ("POST /api/v4/teams", &["url"]),
    ("POST /api/v4/team_users", &["url"]),
];

/// Routes whose answers hold stored secrets, and the names of their fields.
const READ: [(&str, &[&str]); 1] =
    [("GET /api/v4/verify_social_accounts", &["twitter_token", "twitter_uid"])];

/// Takes the secrets that an answer may show out of its body, and returns the new ones.
pub fn take(route: &str, body: &mut Value) -> Vec<String> {
    take_fields(&READ, route, body);
    take_fields(&SHOWN, route, body)
}

fn take_fields(fields: &[(&str, &[&str])], route: &str, body: &mut Value) -> Vec<String> {
    let names = fields.iter().find(|(shown, _)| *shown == route).map_or(&[][..], |(_, names)| names);
    let mut taken = Vec::new();
    descend(body, names, &mut taken);
    taken
}

fn descend(value: &mut Value, names: &[&str], taken: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| descend(item, names, taken)),
        Value::Object(pairs) => pairs.iter_mut().for_each(|(name, value)| {
            if names.contains(&name.as_str()) && value.is_string() {
                let text = value.as_str().unwrap_or_default();
                // The token of a link is its last part.
                taken.push(text.rsplit('/').next().unwrap_or_default().to_owned());
                *value = Value::Null;
            } else {
                descend(value, names, taken);
            }
        }),
        _ => {}
    }
}
