//! What V4 and `/rest` share has one rule: each caller sees and changes the same at both.

use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Caller, id, refusal},
    support::people::Person,
};

const ONLY_ADMINS: &str =
    "Only workspace admins, and API keys with the scope \"admin\", can change members, API keys and webhooks";

/// The names that a caller finds in a list of `/rest`.
fn names(caller: &Caller, plural: &str, field: &str) -> Vec<String> {
    let found = caller.found(plural, &[]);
    found.iter().map(|record| record[field].as_str().expect("a text").to_owned()).collect()
}

on_both_databases! {
    fn keys_and_webhooks_are_seen_by_admins_at_both(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let people = [olga.clone(), olga.admin("adam"), olga.colleague("mia")];
        let key = json!({"api_key": {"name": "n8n", "scopes": ["read", "write"]}});
        assert_eq!(olga.post("api_keys", &key).0, 201);
        let owner = Caller::session(app, &olga);
        let hook = owner.create("webhooks", &json!({"targetUrl": "https://hooks.example/secret-path"}));
        for person in &people {
            let caller = Caller::session(app, person);
            let (status, listed) = person.get("api_keys");
            let at_v4: Vec<Value> = listed["api_keys"].as_array().cloned().unwrap_or_default();
            let is_admin = status == 200;
            assert_eq!(names(&caller, "apiKeys", "name").len(), at_v4.len(), "{}", person.id);
            assert_eq!(names(&caller, "webhooks", "targetUrl").len(), usize::from(is_admin));
            let (status, _) = caller.get(&format!("webhooks/{}", id(&hook)));
            assert_eq!(status, if is_admin { 200 } else { 400 });
            let (_, several) = caller.find("webhooks", &[("filter", "targetUrl[like]:%secret%")]);
            assert_eq!(several["totalCount"], json!(usize::from(is_admin)));
        }
    }

    fn an_owner_is_changed_by_owners_at_both(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (adam, mia) = (olga.admin("adam"), olga.colleague("mia"));
        let program = Caller::key(app, &olga, &Scope::ALL);
        let of_admin = Caller::key(app, &adam, &Scope::ALL);
        let members = program.found("workspaceMembers", &[]);
        let path = |person: &Person| {
            let member = members.iter().find(|member| member["userEmail"] == json!(person.email)).expect("one");
            format!("workspaceMembers/{}", id(member))
        };
        let renamed = json!({"name": {"firstName": "Renamed"}});
        let forbidden = refusal(403, "ForbiddenException", "Only owners can change the profile of an owner");
        for caller in [Caller::session(app, &adam), of_admin] {
            assert_eq!(caller.patch(&path(&olga), &renamed), forbidden);
            assert_eq!(caller.patch(&path(&adam), &renamed).0, 200);
            assert_eq!(caller.patch(&path(&mia), &renamed).0, 200);
        }
        assert_eq!(adam.put(&format!("workspace_users/{}", olga.id), &json!({"workspace_role_id": 3})).0, 403);
        for caller in [Caller::session(app, &olga), program] {
            assert_eq!(caller.patch(&path(&olga), &renamed).0, 200);
        }
    }

    fn people_change_and_remove_themselves_at_both(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (mia, max) = (olga.colleague("mia"), olga.colleague("max"));
        let caller = Caller::session(app, &mia);
        let members = caller.found("workspaceMembers", &[]);
        let path = |person: &Person| {
            let member = members.iter().find(|member| member["userEmail"] == json!(person.email)).expect("one");
            format!("workspaceMembers/{}", id(member))
        };
        let renamed = json!({"name": {"firstName": "Renamed"}});
        let forbidden = refusal(403, "ForbiddenException", ONLY_ADMINS);
        assert_eq!(caller.patch(&path(&max), &renamed), forbidden);
        assert_eq!(caller.delete(&path(&max)), forbidden);
        assert_eq!(caller.update(&path(&mia), &renamed)["name"]["firstName"], json!("Renamed"));
        assert_eq!(caller.delete(&path(&mia)).0, 200);
        let mut left = names(&Caller::session(app, &olga), "workspaceMembers", "userEmail");
        left.sort_unstable();
        assert_eq!(left, [max.email, olga.email]);
    }
}
