//! Changing the owner is a transfer and follows the same rules.

use roster::models::api_key::Scope;
use serde_json::{Value, json};

use super::{Team, connected, held_by, held_by_the_workspace, path, twitter, unprocessable};
use crate::{
    on_both_databases,
    rest::caller::{Caller, bad_request, refusal},
};

on_both_databases! {
    fn an_account_changes_hands_and_keeps_the_rest(app: &mut TestApp) {
        let team = Team::create(app);
        let (mia, olga) = (team.member("mia"), team.member("olga"));
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions")));
        let id = team.accounts()[0]["id"].clone();
        let hers = team.program.update(&path(&id), &json!({"accountOwnerId": mia}));
        assert_eq!(
            (&hers["accountOwnerId"], &hers["accessToken"], &hers["handle"]),
            (&json!(mia), &json!(""), &json!("lions"))
        );
        let (_, listed) = team.mia.get("twitter_accounts");
        assert_eq!(listed["twitter_accounts"][0]["name"], json!("Northside Lions"));
        assert_eq!(team.olga.get("workspaces/twitter_accounts").1["meta"]["total_count"], json!(0));
        assert_eq!(
            team.program.update(&path(&id), &json!({"accountOwnerId": ""}))["accountOwnerId"],
            json!(mia)
        );
        assert_eq!(
            team.program.update(&path(&id), &json!({"accountOwnerId": olga}))["accountOwnerId"],
            json!(olga)
        );
        let ours = team.program.update(&path(&id), &json!({"accountOwnerId": null}));
        assert_eq!(ours["accountOwnerId"], json!(null));
        assert_eq!(team.olga.get("workspaces/twitter_accounts").1["meta"]["total_count"], json!(1));
        let nobody = "20202020-0687-4c41-b707-ed1bfca972a7";
        let message = format!("accountOwnerId: no workspaceMember has the id '{nobody}'");
        assert_eq!(team.program.patch(&path(&id), &json!({"accountOwnerId": nobody})), bad_request(&message));
    }

    fn a_program_hands_over_no_token_of_a_member(app: &mut TestApp) {
        let team = Team::create(app);
        let (mia, olga) = (team.member("mia"), team.member("olga"));
        connected(team.mia.post("twitter_accounts", &twitter("1", "lions")));
        let id = team.accounts()[0]["id"].clone();
        let owner = Caller::session(app, &team.olga);
        for holder in [json!(olga), json!(mia), json!(null)] {
            let handed = team.program.update(&path(&id), &json!({"accountOwnerId": holder}));
            assert_eq!((&handed["accountOwnerId"], &handed["accessToken"]), (&holder, &json!("")));
            assert_ne!(handed["authFailedAt"], json!(null), "it has to be connected anew");
            assert_eq!(owner.get(&path(&id)).1["data"]["connectedAccount"]["accessToken"], json!(""));
        }
        let again = team.program.update(&path(&id), &json!({"accessToken": "NEW"}));
        assert_eq!((&again["accessToken"], &again["authFailedAt"]), (&json!("NEW"), &json!(null)));
        let hers = team.program.update(&path(&id), &json!({"accountOwnerId": mia, "accessToken": "HERS"}));
        assert_eq!(hers["authFailedAt"], json!(null));
        let member = Caller::session(app, &team.mia);
        assert_eq!(member.get(&path(&id)).1["data"]["connectedAccount"]["accessToken"], json!("HERS"));
        let own = member.patch(&path(&id), &json!({"accountOwnerId": null}));
        assert_eq!(own.0, 403);
    }

    fn a_program_hands_over_a_token_of_the_workspace_only_if_it_has_the_scope_for_tokens(app: &mut TestApp) {
        let team = Team::create(app);
        let (mia, adam) = (team.member("mia"), Caller::session(app, &team.olga.admin("adam")));
        let member = Caller::session(app, &team.mia);
        let scopes: [(&[Scope], &str); 4] = [
            (&[Scope::Write], ""),
            (&[Scope::Read, Scope::Write, Scope::Admin], ""),
            (&[Scope::Write, Scope::Tokens], "OURS"),
            (&Scope::ALL, "OURS"),
        ];
        for (at, (scopes, token)) in scopes.into_iter().enumerate() {
            let program = Caller::key(app, &team.olga, scopes);
            let ours = team.connect(&json!({
                "handle": format!("lions{at}"), "provider": "google", "accessToken": "OURS", "refreshToken": "OURS",
            }));
            assert_eq!(program.patch(&path(&ours["id"]), &json!({"accountOwnerId": mia})).0, 200);
            let hers = member.get(&path(&ours["id"])).1["data"]["connectedAccount"].clone();
            assert_eq!(
                (&hers["accessToken"], &hers["refreshToken"], hers["authFailedAt"] == Value::Null),
                (&json!(token), &json!(token), !token.is_empty()),
                "{scopes:?}"
            );
        }
        let ours = team.connect(&json!({"handle": "tigers", "provider": "google", "accessToken": "OURS"}));
        let his = adam.update(&path(&ours["id"]), &json!({"accountOwnerId": team.member("adam")}));
        assert_eq!((&his["accessToken"], &his["authFailedAt"]), (&json!("OURS"), &json!(null)));
    }

    fn transfers_are_refused_on_a_conflict(app: &mut TestApp) {
        let team = Team::create(app);
        let (mia, olga) = (team.member("mia"), team.member("olga"));
        let body = |owner: &str| json!({"handle": "lions", "provider": "google", "accountOwnerId": owner});
        let (hers, mine) = (team.connect(&body(&mia)), team.connect(&body(&olga)));
        assert_eq!(
            team.program.patch(&path(&hers["id"]), &json!({"accountOwnerId": null})),
            held_by("olga@example.test")
        );
        let already = unprocessable("They hold this account already. Disconnect one of the two first.");
        assert_eq!(team.program.patch(&path(&hers["id"]), &json!({"accountOwnerId": olga})), already);
        assert_eq!(team.program.delete(&path(&mine["id"])).0, 200);
        assert_eq!(
            team.program.update(&path(&hers["id"]), &json!({"accountOwnerId": null}))["accountOwnerId"],
            json!(null)
        );
        assert_eq!(team.program.post("connectedAccounts", &body(&olga)), held_by_the_workspace());
        assert_eq!(team.accounts().len(), 1);
    }

    fn a_person_transfers_only_accounts_they_may_transfer(app: &mut TestApp) {
        let team = Team::create(app);
        let (mia, olga) = (team.member("mia"), team.member("olga"));
        let hers = team.connect(&json!({"handle": "lions", "provider": "google", "accountOwnerId": mia}));
        let ours = team.connect(&json!({"handle": "tigers", "provider": "google"}));
        let (owner, member) = (Caller::session(app, &team.olga), Caller::session(app, &team.mia));
        let forbidden = |message| refusal(403, "ForbiddenException", message);
        let personal = forbidden(
            "Only its holder, or an API key with the scope \"write\", can change a personal account",
        );
        for body in [json!({"accountOwnerId": olga}), json!({"accessToken": "stolen"}), json!({})] {
            assert_eq!(owner.patch(&path(&hers["id"]), &body), personal);
        }
        assert_eq!(owner.delete(&path(&hers["id"])), personal);
        assert_eq!(owner.patch(&path(&ours["id"]), &json!({"accountOwnerId": mia})), personal);
        let admins = forbidden("Only workspace admins can manage workspace accounts");
        assert_eq!(member.patch(&path(&hers["id"]), &json!({"accountOwnerId": null})), admins);
        assert_eq!(
            member.post("connectedAccounts", &json!({"handle": "bears", "provider": "google"})),
            admins
        );
        assert_eq!(member.patch(&path(&ours["id"]), &json!({})).0, 400, "a member does not see it");
        assert_eq!(
            owner.update(&path(&ours["id"]), &json!({"accountOwnerId": olga}))["accountOwnerId"],
            json!(olga)
        );
        assert_eq!(
            member.update(&path(&hers["id"]), &json!({"accessToken": "own"}))["accessToken"],
            json!("own")
        );
    }
}
