use roster::crypto::api_key::KeyText;
use serde_json::json;

use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        client::{self, Client},
        people::{Person, sign_in},
    },
};
use reqwest::Method;

const PASSWORD: &str = "Hail Mary from midfield";

on_both_databases! {
    fn fills_a_department_everybody_can_sign_in_to(app: &mut TestApp) {
        let ran = run_beside(app, &["demo"]).expect_success();
        let password = ran.line("The password of each is ").rsplit(' ').next().unwrap();
        let emails = ran.out.lines().filter_map(|line| line.trim().split_once(' '));
        let emails = emails.map(|(first, _)| first).filter(|first| first.contains("@northfield.example"));
        let people: Vec<&str> = emails.filter(|email| !email.starts_with("sam@")).collect();
        assert_eq!(people.len(), 6, "{ran:#?}");
        for email in &people {
            assert_eq!(sign_in(app, email, password).0, 200, "{email}");
        }
        assert!(ran.out.contains("/#/invites/"), "{ran:#?}");
        assert!(KeyText::parse(ran.out.lines().last().unwrap().trim()).is_some(), "{ran:#?}");
    }

    fn looks_like_a_place_where_people_work(app: &mut TestApp) {
        run_beside(app, &["demo", "--password", PASSWORD]).expect_success();
        let (_, owner) = sign_in(app, "dana@northfield.example", PASSWORD);
        assert_eq!(owner["user"]["workspace_role"]["name"], "owner");
        let client = Client::new(app).with_token(owner["user"]["auth_token"].as_str().unwrap());
        let get = |path: &str| client::json(client.request(Method::GET, &format!("/api/v4/{path}"))).1;
        let accounts = get("workspaces/twitter_accounts");
        let accounts = accounts["twitter_accounts"].as_array().unwrap();
        assert_eq!(accounts.len(), 5);
        assert_eq!(accounts.iter().filter(|account| !account["auth_failed_at"].is_null()).count(), 1);
        assert_eq!(accounts.iter().filter(|account| account["nickname"] != "").count(), 1);
        assert_eq!(accounts[0]["teams_count"], 3);
        assert_eq!(get("twitter_accounts")["meta"]["total_count"], 1);
        assert_eq!(get("teams?filter=workspace").as_array().map(Vec::len), Some(3));
        assert_eq!(get("sessions")["sessions"].as_array().map(Vec::len), Some(1), "only this one");
        let invites = get("invites");
        assert_eq!(invites["invites"][0]["email"], "sam@northfield.example", "{invites}");
        let keys = get("api_keys");
        assert_eq!((&keys["api_keys"][0]["name"], &keys["meta"]["total_count"]), (&json!("n8n"), &json!(1)));
        let (_, admin) = sign_in(app, "marcus@northfield.example", PASSWORD);
        assert_eq!(admin["user"]["workspace_role"]["name"], "admin");
    }

    fn refuses_a_database_that_people_use(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        run_beside(app, &["demo"]).expect_refusal("name a fresh one");
        assert_eq!(sign_in(app, "dana@northfield.example", PASSWORD).0, 401);
        assert_eq!(olga.get("users").0, 200);
    }

    fn refuses_a_password_anybody_guesses(app: &mut TestApp) {
        run_beside(app, &["demo", "--password", "password1"]).expect_refusal("Password is too common");
        run_beside(app, &["demo"]).expect_success();
    }
}
