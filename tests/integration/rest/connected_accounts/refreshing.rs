//! Repeating a create refreshes the owner's account: the same id, and no field is cleared.

use serde_json::json;

use super::{Team, connected, path, twitter};
use crate::{on_both_databases, rest::caller::bad_request};

on_both_databases! {
    fn a_repeat_answers_the_same_id_and_erases_nothing(app: &mut TestApp) {
        let team = Team::create(app);
        let filled = json!({
            "handle": "lions", "provider": "google", "accessToken": "at", "refreshToken": "rt", "lastSyncHistoryId": "42",
            "authFailedAt": "2025-01-31T08:00:00.000Z", "handleAliases": "a@x.io,b@x.io", "scopes": ["email", "profile"],
        });
        let first = team.connect(&filled);
        for (field, value) in filled.as_object().unwrap() {
            assert_eq!(&first[field], value);
        }
        let blanks = json!({
            "handle": "@Lions ", "provider": "GOOGLE", "accessToken": "", "refreshToken": "", "lastSyncHistoryId": "",
            "authFailedAt": "", "handleAliases": "", "scopes": [null], "accountOwnerId": "",
        });
        let mut again = team.connect(&blanks);
        again["updatedAt"] = first["updatedAt"].clone();
        assert_eq!(again, first);
        let renewed = team.connect(&json!({"handle": "lions", "provider": "google", "accessToken": "new"}));
        assert_eq!(
            (&renewed["id"], &renewed["accessToken"], &renewed["refreshToken"]),
            (&first["id"], &json!("new"), &json!("rt"))
        );
        assert_eq!(renewed["authFailedAt"], json!(null), "a new token is a new start");
        let both = json!({"handle": "lions", "provider": "google", "accessToken": "newer", "authFailedAt": "2025-02-01T00:00:00.000Z"});
        assert_eq!(team.connect(&both)["authFailedAt"], both["authFailedAt"]);
        assert_eq!(team.accounts().len(), 1);
    }

    fn twice_in_one_batch_is_the_same_twice(app: &mut TestApp) {
        let team = Team::create(app);
        let batch = json!([
            {"handle": "lions", "provider": "twitter", "accessToken": "1"},
            {"handle": "tigers", "provider": "twitter"},
            {"handle": "@LIONS", "provider": "x", "accessToken": "2"},
        ]);
        let (status, answer) = team.program.post("batch/connectedAccounts", &batch);
        assert_eq!(status, 201, "{answer}");
        let [lions, tigers, again] = &answer["data"]["createConnectedAccounts"].as_array().unwrap()[..]
        else {
            panic!("{answer}")
        };
        assert_eq!(lions, again);
        assert_ne!(lions["id"], tigers["id"]);
        assert_eq!(lions["accessToken"], json!("2"));
        assert_eq!(team.accounts().len(), 2);
        let half =
            json!([{"handle": "bears", "provider": "twitter"}, {"handle": "@", "provider": "twitter"}]);
        assert_eq!(
            team.program.post("batch/connectedAccounts", &half),
            bad_request("Input [1]: handle: there is no name in it")
        );
        assert_eq!(team.accounts().len(), 2);
    }

    fn what_v4_connected_is_refreshed_from_here_and_back(app: &mut TestApp) {
        let team = Team::create(app);
        let before = connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions")));
        let id = team.accounts()[0]["id"].clone();
        assert_eq!(
            team.connect(&json!({"handle": "Lions", "provider": "twitter", "accessToken": "n8n"}))["id"],
            id
        );
        assert_eq!(team.account(&id)["accessToken"], json!("n8n"));
        let (_, listed) = team.olga.get(&format!("workspaces/twitter_accounts/{}", before["id"]));
        let listed = &listed["twitter_account"];
        assert_eq!(
            (&listed["screen_name"], &listed["logo_url"]),
            (&json!("Northside Lions"), &json!("https://lions.example/logo.png"))
        );
        let tigers = team.connect(&json!({"handle": "tigers", "provider": "twitter"}));
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("2", "tigers")));
        assert_eq!(team.accounts().len(), 2);
        assert_eq!(team.account(&tigers["id"])["accessToken"], json!("V4-TOKEN"));
        // With the same external id it is the same account; with another one it is another account, whatever its
        // handle.
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("3", "tigers")));
        assert_eq!(team.accounts().len(), 3);
        assert_eq!(team.program.get(&path(&tigers["id"])).0, 200);
    }

    fn a_chosen_id_is_kept_and_taken_once(app: &mut TestApp) {
        let team = Team::create(app);
        let chosen = "20202020-0687-4c41-b707-ed1bfca972a7";
        let lions = json!({"id": chosen, "handle": "lions", "provider": "google"});
        for _ in 0..2 {
            assert_eq!(team.connect(&lions)["id"], json!(chosen));
        }
        let another = json!({"id": "20202020-0687-4c41-b707-ed1bfca972a8", "handle": "@lions", "provider": "google"});
        assert_eq!(team.connect(&another)["id"], json!(chosen), "an account keeps its id");
        let exists = bad_request("Record already exists");
        for other in [
            json!({"id": chosen, "handle": "tigers", "provider": "google"}),
            json!({"id": chosen, "handle": "lions", "provider": "imap"}),
            json!({"id": chosen, "handle": "lions", "provider": "google", "accountOwnerId": team.member("mia")}),
        ] {
            assert_eq!(team.program.post("connectedAccounts", &other), exists, "{other}");
        }
        assert_eq!(team.accounts().len(), 1);
        let short = [
            json!({"handle": "lions"}),
            json!({"provider": "google"}),
            json!({"handle": " ", "provider": "google"}),
            json!({"handle": "@\u{200b}", "provider": "google"}),
            json!({"handle": "lions", "provider": " "}),
        ];
        for body in short {
            let (status, answer) = team.program.post("connectedAccounts", &body);
            assert_eq!((status, &answer["error"]), (400, &json!("BadRequestException")), "{body}: {answer}");
        }
        let unknown = json!({"handle": "x", "provider": "google", "accountOwnerId": chosen});
        let message = format!("accountOwnerId: no workspaceMember has the id '{chosen}'");
        assert_eq!(team.program.post("connectedAccounts", &unknown), bad_request(&message));
    }
}
