//! The bodies of accounts: after connecting, when shared, and in the three lists.

use serde_json::{Value, json};

use super::{
    Account,
    answers::{account, email, name, person},
};

pub fn screen_name(uid: usize) -> String {
    format!("Team {uid}")
}

pub fn nickname(shared: bool) -> &'static str {
    if shared { "Pride" } else { "Alone" }
}

pub fn as_created(id: usize, account: &Account) -> Value {
    let shown = if account.owner.is_some() { profile(id, account) } else { in_workspace(id, account) };
    json!({"success": true, "twitter_account": shown})
}

fn profile(id: usize, held: &Account) -> Value {
    json!({
        "id": account(id),
        "social_channel": "Twitter",
        "name": screen_name(held.uid),
        "nickname": held.nickname,
        "logo": "LOGO_URL",
        "twitter_nickname": held.handle,
    })
}

fn in_workspace(id: usize, held: &Account) -> Value {
    json!({
        "id": account(id),
        "screen_name": screen_name(held.uid),
        "logo_url": "LOGO_URL",
        "nickname": held.nickname,
        "teams_count": i32::from(held.shared),
        "account_verified": held.verified,
        "twitter_nickname": held.handle,
    })
}

pub fn as_shared(id: usize, held: &Account) -> Value {
    without(without(in_workspace(id, held), "account_verified"), "twitter_nickname")
}

pub fn personal_page(accounts: &[(usize, &Account)]) -> Value {
    let each = accounts.iter().map(|(id, held)| with(profile(*id, held), &connected()));
    page("twitter_accounts", each)
}

pub fn workspace_page(accounts: &[(usize, &Account)]) -> Value {
    let each = accounts.iter().map(|(id, held)| {
        let teams = if held.shared { json!([{"id": "team", "name": "coaches"}]) } else { json!([]) };
        let connected_by =
            held.connected_by.map(|by| json!({"id": person(by), "email": email(by), "full_name": name(by)}));
        let shown = with(in_workspace(*id, held), &json!({"teams": teams, "connected_by": connected_by}));
        with(shown, &connected())
    });
    page("twitter_accounts", each)
}

pub fn both_pages(accounts: &[(usize, &Account)]) -> Value {
    let each = accounts.iter().map(|(id, held)| without(profile(*id, held), "twitter_nickname"));
    page("accounts", each)
}

fn connected() -> Value {
    json!({"connected_at": "<timestamp>", "auth_failed_at": null, "connection": {
        "by": "token", "state": "ok", "reason": null, "checked_at": null, "expires_at": null,
    }})
}

fn page(name: &str, each: impl Iterator<Item = Value>) -> Value {
    let accounts: Vec<Value> = each.collect();
    json!({name: accounts, "meta": {"total_count": accounts.len()}})
}

fn with(mut shown: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        shown[key] = value.clone();
    }
    shown
}

fn without(mut shown: Value, key: &str) -> Value {
    if let Some(shown) = shown.as_object_mut() {
        shown.shift_remove(key);
    }
    shown
}
