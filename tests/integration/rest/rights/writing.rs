//! Who may create, change and delete which records.

use serde_json::{Value, json};

use super::callers::{Fixture, Held, Who};
use crate::{
    on_both_databases,
    rest::caller::{Caller, bad_request, id},
};

fn expect(who: Who, what: &str, status: u16, may: bool, success: u16) {
    assert_eq!(status, if may { success } else { 403 }, "{who:?} {what}");
}

on_both_databases! {
    fn accounts_are_changed_by_right(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        for (turn, (who, caller)) in fixture.callers.iter().enumerate() {
            for (held, account) in &fixture.accounts {
                let path = format!("connectedAccounts/{account}");
                let (status, _) = caller.patch(&path, &json!({"handleAliases": format!("{turn}")}));
                let refused = if who.may_write() && !who.sees(*held) { 400 } else { 403 };
                assert_eq!(
                    status,
                    if who.changes(*held) { 200 } else { refused },
                    "{who:?} updates {held:?}"
                );
                let body = json!({"handle": format!("{turn} {held:?}"), "provider": "google", "accountOwnerId": fixture.members.get(held)});
                let (status, answer) = caller.post("connectedAccounts", &body);
                expect(*who, &format!("creates {held:?}"), status, who.changes(*held), 201);
                let made = match status {
                    201 => id(&answer["data"]["createConnectedAccount"]).to_owned(),
                    _ => id(&fixture.program.create("connectedAccounts", &body)).to_owned(),
                };
                let (status, _) = caller.delete(&format!("connectedAccounts/{made}"));
                let sees = who.sees(*held) && !(*who == Who::Member && *held == Held::WorkspaceSharedWithMia);
                let refused = if who.may_write() && !sees { 400 } else { 403 };
                assert_eq!(
                    status,
                    if who.changes(*held) { 200 } else { refused },
                    "{who:?} deletes {held:?}"
                );
            }
        }
    }

    fn members_keys_and_webhooks_are_changed_by_admins(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        let member = format!("workspaceMembers/{}", fixture.members[&Held::Adam]);
        let key = Caller::clone(&fixture.callers[8].1).create("apiKeys", &json!({"expiresAt": "2030-01-01"}));
        let key = format!("apiKeys/{}", id(&key));
        for (who, caller) in &fixture.callers {
            let governs = who.governs();
            expect(*who, "updates a member", caller.patch(&member, &json!({"position": 1})).0, governs, 200);
            expect(
                *who,
                "creates a member",
                caller.post("workspaceMembers", &json!({"userId": "x"})).0,
                governs,
                422,
            );
            expect(*who, "updates a key", caller.patch(&key, &json!({"name": "k"})).0, governs, 200);
            let is_person = !matches!(who, Who::Key(_));
            expect(
                *who,
                "creates a key",
                caller.post("apiKeys", &json!({"expiresAt": "2030-01-01"})).0,
                governs && is_person,
                201,
            );
            let (status, answer) = caller.post("webhooks", &json!({"secret": "s"}));
            expect(*who, "creates a webhook", status, who.subscribes(), 201);
            let webhook = format!(
                "webhooks/{}",
                if status == 201 {
                    id(&answer["data"]["createWebhook"]).to_owned()
                } else {
                    id(&fixture.program.create("webhooks", &json!({}))).to_owned()
                }
            );
            expect(
                *who,
                "updates a webhook",
                caller.patch(&webhook, &json!({"targetUrl": "u"})).0,
                who.subscribes(),
                200,
            );
            expect(*who, "deletes a webhook", caller.delete(&webhook).0, governs, 200);
            for (plural, may) in [("webhooks", who.subscribes()), ("apiKeys", governs)] {
                let batch = caller.post(&format!("batch/{plural}"), &json!([{"expiresAt": "2030-01-01"}]));
                assert!(may || batch.0 == 403, "{who:?} {plural} {batch:?}");
            }
        }
    }

    fn other_records_are_changed_by_callers_who_may_write(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        for (who, caller) in &fixture.callers {
            let may = who.may_write();
            let (status, _) = caller.post("people", &json!({"city": "Basel"}));
            expect(*who, "creates a person", status, may, 201);
            expect(*who, "creates people", caller.post("batch/people", &json!([{}])).0, may, 201);
            let person = format!("people/{}", id(&fixture.program.create("people", &json!({}))));
            expect(*who, "updates a person", caller.patch(&person, &json!({"city": "Bern"})).0, may, 200);
            expect(*who, "deletes a person", caller.delete(&person).0, may, 200);
            let (status, _) = caller.post("people/duplicates", &json!({"data": [{}]}));
            expect(*who, "looks for duplicates", status, who.may_read(), 200);
        }
    }

    fn relations_to_hidden_records_may_be_repeated_but_not_set(app: &mut TestApp) {
        let fixture = Fixture::new(app);
        let (_, mia) = fixture.callers.iter().find(|(who, _)| *who == Who::Member).expect("a member");
        let unseen = json!({"connectedAccountId": fixture.accounts[&Held::Workspace]});
        let led = fixture.program.create("messageChannels", &unseen);
        let other = mia.create("messageChannels", &json!({}));
        let path = |channel: &Value| format!("messageChannels/{}", id(channel));
        let mut back = mia.update(&path(&led), &led);
        back["updatedAt"] = led["updatedAt"].clone();
        assert_eq!(back, led);
        let sentence = format!(
            "connectedAccountId: no connectedAccount has the id '{}'",
            fixture.accounts[&Held::Workspace]
        );
        assert_eq!(mia.patch(&path(&other), &unseen), bad_request(&sentence));
        assert_eq!(mia.post("messageChannels", &unseen), bad_request(&sentence));
    }
}
