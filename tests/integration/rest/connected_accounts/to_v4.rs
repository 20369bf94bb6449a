//! Accounts connected through `/rest` appear in V4.

use serde_json::{Value, json};

use super::Team;
use crate::on_both_databases;

on_both_databases! {
    fn an_account_connected_here_is_listed_in_v4(app: &mut TestApp) {
        let team = Team::create(app);
        let mia = team.member("mia");
        let ours = team.connect(&json!({"handle": "@NorthsideLions", "provider": " Twitter "}));
        assert_eq!((&ours["handle"], &ours["provider"]), (&json!("NorthsideLions"), &json!("twitter")));
        team.connect(&json!({"handle": "tigers", "provider": "X", "accountOwnerId": mia}));
        team.connect(&json!({"handle": "lions@example.test", "provider": "Google"}));
        team.connect(&json!({"handle": "mia@example.test", "provider": "google", "accountOwnerId": mia}));
        let (_, workspace) = team.olga.get("workspaces/twitter_accounts");
        assert_eq!(workspace["meta"]["total_count"], json!(1));
        let listed = &workspace["twitter_accounts"][0];
        assert_eq!(
            (&listed["screen_name"], &listed["twitter_nickname"]),
            (&json!("NorthsideLions"), &json!("NorthsideLions"))
        );
        assert_eq!(
            (&listed["logo_url"], &listed["nickname"], &listed["connected_by"]),
            (&json!(""), &json!(""), &Value::Null)
        );
        let (_, own) = team.mia.get("twitter_accounts");
        assert_eq!(own["meta"]["total_count"], json!(1));
        assert_eq!(
            (&own["twitter_accounts"][0]["name"], &own["twitter_accounts"][0]["twitter_nickname"]),
            (&json!("tigers"), &json!("tigers"))
        );
        assert_eq!(team.olga.get("social_accounts").1["meta"]["total_count"], json!(2), "every provider");
        assert_eq!(team.mia.get("social_accounts").1["meta"]["total_count"], json!(2));
        let (status, _) = team.olga.delete(&format!("workspaces/twitter_accounts/{}", listed["id"]));
        assert_eq!(status, 200);
        assert_eq!(team.accounts().len(), 3);
    }
}
