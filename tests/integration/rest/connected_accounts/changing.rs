//! Changes of handles, networks and tokens.

use serde_json::json;

use super::{Team, connected, held_by, path, twitter, unprocessable};
use crate::{on_both_databases, rest::caller::bad_request};

on_both_databases! {
    fn a_new_handle_moves_the_claim(app: &mut TestApp) {
        let team = Team::create(app);
        let mia = team.member("mia");
        let account = team.connect(&json!({"handle": "lions", "provider": "twitter"}));
        let hers = team.connect(&json!({"handle": "bears", "provider": "twitter", "accountOwnerId": mia}));
        let renamed = team.program.update(&path(&account["id"]), &json!({"handle": "@Tigers"}));
        assert_eq!((&renamed["id"], &renamed["handle"]), (&account["id"], &json!("Tigers")));
        let (_, listed) = team.olga.get("workspaces/twitter_accounts");
        assert_eq!(
            (
                &listed["twitter_accounts"][0]["screen_name"],
                &listed["twitter_accounts"][0]["twitter_nickname"]
            ),
            (&json!("Tigers"), &json!("Tigers"))
        );
        team.connect(&json!({"handle": "lions", "provider": "twitter", "accountOwnerId": mia}));
        assert_eq!(
            team.program.patch(&path(&account["id"]), &json!({"handle": "LIONS"})),
            held_by("mia@example.test")
        );
        let taken =
            "The same holder has an account with this handle already. Disconnect one of the two first.";
        assert_eq!(team.program.patch(&path(&hers["id"]), &json!({"handle": "lions"})), unprocessable(taken));
        assert_eq!(
            team.program.patch(&path(&account["id"]), &json!({"handle": " @ "})),
            bad_request("handle: there is no name in it")
        );
        assert_eq!(
            team.program.update(&path(&account["id"]), &json!({"handle": "TIGERS"}))["handle"],
            json!("TIGERS")
        );
        assert_eq!(team.account(&account["id"])["handle"], json!("TIGERS"));
    }

    fn an_account_keeps_a_name_and_a_network(app: &mut TestApp) {
        let team = Team::create(app);
        let account = team.connect(&json!({"handle": "@@lions", "provider": "google"}));
        assert_eq!(account["handle"], json!("lions"));
        assert_eq!(team.connect(&json!({"handle": "lions", "provider": "google"}))["id"], account["id"]);
        for (body, field) in [
            (json!({"handle": null}), "handle"),
            (json!({"provider": null}), "provider"),
            (json!({"provider": null, "handle": "tigers"}), "provider"),
        ] {
            let message = format!("{field}: an account cannot be without one");
            assert_eq!(team.program.patch(&path(&account["id"]), &body), bad_request(&message), "{body}");
        }
        let blanks = team.program.update(&path(&account["id"]), &json!({"handle": "", "provider": ""}));
        assert_eq!((&blanks["handle"], &blanks["provider"]), (&json!("lions"), &json!("google")));
    }

    fn a_network_changes_unless_it_knows_the_account(app: &mut TestApp) {
        let team = Team::create(app);
        let account = team.connect(&json!({"handle": "lions", "provider": "google"}));
        assert_eq!(
            team.program.update(&path(&account["id"]), &json!({"provider": " Microsoft"}))["provider"],
            json!("microsoft")
        );
        assert_ne!(team.connect(&json!({"handle": "lions", "provider": "google"}))["id"], account["id"]);
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "bears")));
        let known = team.program.found("connectedAccounts", &[("filter", "provider[eq]:twitter")]).remove(0);
        let stays = "The provider of an account that is known by its id there cannot change. Disconnect it and connect the other.";
        assert_eq!(
            team.program.patch(&path(&known["id"]), &json!({"provider": "google"})),
            unprocessable(stays)
        );
        assert_eq!(
            team.program.update(&path(&known["id"]), &json!({"provider": "X", "handle": "cubs"}))["handle"],
            json!("cubs")
        );
        let (_, listed) = team.olga.get("workspaces/twitter_accounts");
        assert_eq!(
            listed["twitter_accounts"][0]["screen_name"],
            json!("Northside Lions"),
            "a name of its own stays"
        );
    }

    fn a_new_token_is_a_new_start(app: &mut TestApp) {
        let team = Team::create(app);
        let failed = "2025-01-31T08:00:00.000Z";
        let account = team.connect(&json!({"handle": "lions", "provider": "google", "accessToken": "1", "refreshToken": "2", "authFailedAt": failed, "scopes": ["a"], "handleAliases": "b", "lastSyncHistoryId": "c"}));
        let path = path(&account["id"]);
        assert_eq!(
            team.program.update(&path, &json!({"refreshToken": "3", "accessToken": ""}))["authFailedAt"],
            json!(failed)
        );
        let renewed = team.program.update(&path, &json!({"accessToken": "4"}));
        assert_eq!(
            (&renewed["authFailedAt"], &renewed["accessToken"], &renewed["refreshToken"]),
            (&json!(null), &json!("4"), &json!("3"))
        );
        assert_eq!(
            team.program.update(&path, &json!({"accessToken": "5", "authFailedAt": failed}))["authFailedAt"],
            json!(failed)
        );
        let cleared = team.program.update(&path, &json!({"accessToken": null, "refreshToken": null, "scopes": [], "handleAliases": null, "lastSyncHistoryId": null}));
        assert_eq!(cleared["authFailedAt"], json!(failed), "no token is no new start");
        assert_eq!(
            (&cleared["accessToken"], &cleared["refreshToken"], &cleared["scopes"]),
            (&json!(""), &json!(""), &json!([]))
        );
        assert_eq!((&cleared["handleAliases"], &cleared["lastSyncHistoryId"]), (&json!(""), &json!("")));
        assert_eq!(team.program.update(&path, &json!({"authFailedAt": null}))["authFailedAt"], json!(null));
        let long = "x".repeat(16 * 1024 + 1);
        assert_eq!(
            team.program.patch(&path, &json!({"accessToken": long})),
            bad_request("accessToken: is longer than 16384 characters")
        );
    }
}
