//! Accounts connected through V4 appear at `/rest`.

use serde_json::json;

use super::{Team, connected, path, twitter};
use crate::{on_both_databases, rest::caller::Caller};

on_both_databases! {
    fn what_v4_connects_is_seen_here(app: &mut TestApp) {
        let team = Team::create(app);
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "@NorthsideLions")));
        connected(team.mia.post("twitter_accounts", &twitter("2", "tigers")));
        let (lions, tigers) = match &team.accounts()[..] {
            [one, other] if one["handle"] == json!("NorthsideLions") => (one.clone(), other.clone()),
            [one, other] => (other.clone(), one.clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (&lions["handle"], &lions["provider"], &lions["accountOwnerId"]),
            (&json!("NorthsideLions"), &json!("twitter"), &json!(null))
        );
        assert_eq!(
            (&lions["accessToken"], &lions["refreshToken"], &lions["scopes"]),
            (&json!("V4-TOKEN"), &json!(""), &json!([]))
        );
        assert_eq!(
            (&lions["handleAliases"], &lions["lastSyncHistoryId"], &lions["authFailedAt"]),
            (&json!(""), &json!(""), &json!(null))
        );
        assert_eq!(
            (&tigers["handle"], &tigers["accountOwnerId"], &tigers["accessToken"]),
            (&json!("tigers"), &json!(team.member("mia")), &json!(""))
        );
        let (_, near) = team.program.get(&format!("{}?depth=1", path(&tigers["id"])));
        assert_eq!(near["data"]["connectedAccount"]["accountOwner"]["userEmail"], json!("mia@example.test"));
        assert_eq!(
            (
                &near["data"]["connectedAccount"]["messageChannels"],
                &near["data"]["connectedAccount"]["calendarChannels"]
            ),
            (&json!([]), &json!([]))
        );
        let own = Caller::session(app, &team.mia).found("connectedAccounts", &[]);
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["accessToken"], json!("V4-TOKEN"));
        let failed =
            team.program.update(&path(&lions["id"]), &json!({"authFailedAt": "2026-01-01T00:00:00.000Z"}));
        assert_eq!(failed["authFailedAt"], json!("2026-01-01T00:00:00.000Z"));
        let found = team.program.found("connectedAccounts", &[("filter", "not(authFailedAt[is]:NULL)")]);
        assert_eq!(found.len(), 1);
        let (_, v4) = team.olga.get("workspaces/twitter_accounts");
        assert_eq!(v4["twitter_accounts"][0]["auth_failed_at"], json!("2026-01-01T00:00:00.000Z"));
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "@NorthsideLions")));
        assert_eq!(team.account(&lions["id"])["authFailedAt"], json!(null));
    }

    fn a_member_sees_own_accounts_and_those_of_their_teams(app: &mut TestApp) {
        let team = Team::create(app);
        let lions = connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions")));
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("2", "tigers")));
        connected(team.olga.post("twitter_accounts", &twitter("3", "hawks")));
        connected(team.mia.post("twitter_accounts", &twitter("4", "bears")));
        let mia = Caller::session(app, &team.mia);
        let handles = || {
            let mut handles: Vec<_> = mia
                .found("connectedAccounts", &[])
                .iter()
                .map(|account| account["handle"].as_str().unwrap().to_owned())
                .collect();
            handles.sort();
            handles
        };
        assert_eq!(handles(), ["bears"]);
        let coaches = json!({"team": {"name": "coaches"}, "user_emails": ["mia@example.test"]});
        let (status, answer) = team.olga.post("teams", &coaches);
        assert_eq!(status, 201, "{answer}");
        let shared = json!({"twitter_account": {"team_ids": [answer["team"]["id"]]}});
        let (status, answer) =
            team.olga.put(&format!("workspaces/twitter_accounts/{}", lions["id"]), &shared);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(handles(), ["bears", "lions"]);
        assert_eq!(Caller::session(app, &team.olga).found("connectedAccounts", &[]).len(), 4);
    }
}
