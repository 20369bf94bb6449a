//! An account is either personal or the workspace's, whichever API connected it.

use serde_json::json;

use super::{Team, connected, held_by, held_by_the_workspace, twitter, unprocessable};
use crate::{on_both_databases, rest::caller::Caller};

on_both_databases! {
    fn personal_accounts_are_refused_for_the_workspace(app: &mut TestApp) {
        let team = Team::create(app);
        connected(team.mia.post("twitter_accounts", &twitter("1", "lions")));
        app.clock.advance(chrono::TimeDelta::seconds(1));
        connected(team.olga.post("twitter_accounts", &twitter("1", "lions")));
        let ours = json!({"handle": "@Lions", "provider": "x"});
        assert_eq!(
            team.program.post("connectedAccounts", &ours),
            held_by("mia@example.test, olga@example.test")
        );
        assert_eq!(
            team.program.post("batch/connectedAccounts", &json!([ours])),
            held_by("mia@example.test, olga@example.test")
        );
        let own = "To connect this social media account to your Workspace, you must first remove it from your Personal accounts";
        assert_eq!(Caller::session(app, &team.olga).post("connectedAccounts", &ours), unprocessable(own));
        assert_eq!(team.accounts().len(), 2);
        let adam = team.olga.colleague("adam");
        let (status, answer) =
            team.olga.put(&format!("workspace_users/{}", adam.id), &json!({"workspace_role_id": 2}));
        assert_eq!(status, 200, "{answer}");
        assert_eq!(
            Caller::session(app, &adam).post("connectedAccounts", &ours),
            held_by("mia@example.test, olga@example.test")
        );
    }

    fn workspace_accounts_are_refused_for_members(app: &mut TestApp) {
        let team = Team::create(app);
        connected(team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions")));
        let (mia, olga) = (team.member("mia"), team.member("olga"));
        let hers = json!({"handle": "lions", "provider": "twitter", "accountOwnerId": mia});
        assert_eq!(team.program.post("connectedAccounts", &hers), held_by_the_workspace());
        let own = json!({"handle": "lions", "provider": "twitter", "accountOwnerId": olga});
        assert_eq!(Caller::session(app, &team.olga).post("connectedAccounts", &own), held_by_the_workspace());
        let ask = "This social account is already connected to your Workspace! Please ask olga@example.test for access";
        assert_eq!(Caller::session(app, &team.mia).post("connectedAccounts", &hers), unprocessable(ask));
        assert_eq!(team.accounts().len(), 1);
    }

    fn v4_meets_the_rule_for_what_came_in_here(app: &mut TestApp) {
        let team = Team::create(app);
        let mia = team.member("mia");
        team.connect(&json!({"handle": "lions", "provider": "twitter", "accountOwnerId": mia}));
        team.connect(&json!({"handle": "tigers", "provider": "twitter"}));
        let (status, answer) = team.olga.post("workspaces/twitter_accounts", &twitter("1", "lions"));
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("held_by_members")));
        let (status, answer) = team.olga.post("twitter_accounts", &twitter("2", "tigers"));
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("held_by_workspace")));
    }

    fn another_network_or_workspace_is_another_world(app: &mut TestApp) {
        let team = Team::create(app);
        let mia = team.member("mia");
        team.connect(&json!({"handle": "lions", "provider": "google", "accountOwnerId": mia}));
        team.connect(&json!({"handle": "lions", "provider": "microsoft"}));
        assert_eq!(
            team.program.post("connectedAccounts", &json!({"handle": "lions", "provider": "Google "})).0,
            422
        );
        let program =
            Caller::key(app, &crate::support::people::Person::owner(app, "zoe"), &roster::models::api_key::Scope::ALL);
        program.create("connectedAccounts", &json!({"handle": "lions", "provider": "google"}));
    }
}
