//! Members, keys and webhooks, which have rules of their own.

use roster::models::api_key::Scope;
use serde_json::json;

use crate::{
    on_both_databases,
    rest::caller::{Answer, Caller, id, refusal},
    support::people::Person,
};

fn unprocessable(message: &str) -> Answer {
    refusal(422, "UnprocessableEntityException", message)
}

on_both_databases! {
    fn a_member_changes_their_name_but_not_their_identity(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let program = Caller::key(app, &olga, &Scope::ALL);
        let member = program.found("workspaceMembers", &[]).remove(0);
        assert_eq!(member["userEmail"], json!("olga@example.test"));
        let path = format!("workspaceMembers/{}", id(&member));
        let same =
            json!({"userEmail": "OLGA@example.test", "userId": member["userId"], "colorScheme": "Dark"});
        assert_eq!(program.update(&path, &same)["colorScheme"], json!("Dark"));
        for (field, other) in
            [("userEmail", "mia@example.test"), ("userId", "20202020-0687-4c41-b707-ed1bfca972a7")]
        {
            let message =
                format!("{field} is the person's own: it changes in their profile, PUT /api/v4/users");
            for value in [json!(other), json!(null)] {
                assert_eq!(program.patch(&path, &json!({field: value})), unprocessable(&message));
            }
        }
        let renamed = program.update(&path, &json!({"name": {"firstName": "Olga", "lastName": "Owens"}, "avatarUrl": "https://x.example/o.png", "position": 1.5}));
        assert_eq!((&renamed["name"]["lastName"], &renamed["position"]), (&json!("Owens"), &json!(1.5)));
        let (_, user) = olga.get("users");
        assert_eq!(
            (&user["last_name"], &user["avatar_image"]),
            (&json!("Owens"), &json!("https://x.example/o.png"))
        );
        let cleared = program.update(&path, &json!({"name": null, "avatarUrl": null, "locale": null, "timeZone": null, "dateFormat": null, "timeFormat": null, "colorScheme": null, "position": null}));
        assert_eq!(cleared["name"], json!({"firstName": "", "lastName": ""}));
        assert_eq!(
            (&cleared["locale"], &cleared["timeFormat"], &cleared["position"]),
            (&json!("en"), &json!("SYSTEM"), &json!(0))
        );
    }

    fn deleting_a_member_follows_the_rules_of_removal(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let program = Caller::key(app, &olga, &Scope::ALL);
        let mia = olga.colleague("mia");
        let me = olga.get("workspaces").1["workspace_users"].as_array().map(Vec::len);
        assert_eq!(me, Some(2));
        let find = |email: &str| {
            let filter = format!("userEmail[eq]:{email}");
            format!("workspaceMembers/{}", id(&program.found("workspaceMembers", &[("filter", &filter)])[0]))
        };
        let (owner, member) = (find("olga@example.test"), find("mia@example.test"));
        assert_eq!(
            program.delete(&owner),
            refusal(403, "ForbiddenException", "Only owners can give or take the role owner")
        );
        assert_eq!(Caller::session(app, &olga).delete(&owner).0, 422, "the only owner has a colleague");
        assert_eq!(Caller::session(app, &mia).delete(&owner).0, 403);
        assert_eq!(program.delete(&member).0, 200);
        assert_eq!(program.found("workspaceMembers", &[]).len(), 1);
        assert_ne!(mia.get("users").1["workspace"]["id"], olga.get("users").1["workspace"]["id"]);
    }

    fn a_key_created_here_cannot_be_used_and_may_only_expire_earlier(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let (session, program) = (Caller::session(app, &olga), Caller::key(app, &olga, &Scope::ALL));
        let body = json!({"name": "for the record", "expiresAt": "2030-01-01T00:00:00.000Z"});
        let message = "API keys cannot create API keys. Sign in and use POST /api/v4/api_keys.";
        assert_eq!(program.post("apiKeys", &body), refusal(403, "ForbiddenException", message));
        assert_eq!(session.post("apiKeys", &json!({"name": "x", "expiresAt": ""})).0, 400);
        let key = session.create("apiKeys", &body);
        assert_eq!((&key["expiresAt"], &key["revokedAt"]), (&body["expiresAt"], &json!(null)));
        let path = format!("apiKeys/{}", id(&key));
        let nearer = "expiresAt can only come nearer";
        assert_eq!(program.patch(&path, &json!({"expiresAt": "2031-01-01"})), unprocessable(nearer));
        assert_eq!(program.patch(&path, &json!({"expiresAt": null})), unprocessable(nearer));
        assert_eq!(
            program.update(&path, &json!({"expiresAt": "2029-01-01"}))["expiresAt"],
            json!("2029-01-01T00:00:00.000Z")
        );
        let revoked = json!({"revokedAt": "2027-01-01T00:00:00.000Z"});
        assert_eq!(program.update(&path, &revoked)["revokedAt"], revoked["revokedAt"]);
        let for_good = "revokedAt can be set once, and not be changed or cleared";
        assert_eq!(program.patch(&path, &json!({"revokedAt": null})), unprocessable(for_good));
        assert_eq!(program.patch(&path, &json!({"revokedAt": "2026-12-31"})), unprocessable(for_good));
        assert_eq!(program.update(&path, &json!({"revokedAt": "", "name": "done"}))["name"], json!("done"));
        assert_eq!(program.update(&path, &revoked)["revokedAt"], revoked["revokedAt"]);
    }
}
