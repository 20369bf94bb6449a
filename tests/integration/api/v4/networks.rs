//! A network that only these tests have, defined by one constant: its accounts are served, described and checked under
//! the same rules as Twitter's, with its own names.

use reqwest::Method;
use roster::networks::Network;
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{people::Person, server::TestApp},
};

const PITCH: Network = Network {
    name: "pitch",
    aliases: &[],
    label: "Pitch",
    brand: "Pitch & Co",
    a_label: "a Pitch",
    account: "pitch_page",
    accounts: "pitch_pages",
    account_id: "pitch_page_id",
    token: "pitch_token",
    external_id: "pitch_uid",
    handle: "pitch_name",
};

fn start_with_pitch(app: &mut TestApp) -> Person {
    app.networks.push(&PITCH);
    app.restart_with(|_| ());
    Person::owner(app, "olga")
}

fn page(uid: &str) -> Value {
    json!({"pitch_page": {
        "pitch_token": "TOKEN",
        "pitch_uid": uid,
        "screen_name": "Lions",
        "logo_url": "LOGO",
        "pitch_name": "@Lions",
    }})
}

/// The body as sent, to compare the order of its keys.
fn text(person: &Person, method: Method, path: &str, body: Option<&Value>) -> (u16, String) {
    let answer = person.client.send(method, &format!("/api/v4/{path}"), body).expect("an answer");
    (answer.status, answer.body)
}

on_both_databases! {
    fn connects_in_the_words_of_the_network(app: &mut TestApp) {
        let olga = start_with_pitch(app);
        let (status, body) = text(&olga, Method::POST, "workspaces/pitch_pages", Some(&page("7")));
        assert_eq!((status, body.as_str()), (201, concat!(
            r#"{"success":true,"pitch_page":{"id":1,"screen_name":"Lions","logo_url":"LOGO","nickname":"","#,
            r#""teams_count":0,"account_verified":false,"pitch_name":"@Lions"}}"#,
        )));
        assert_eq!(olga.post("workspaces/pitch_pages", &page("7")).0, 200);
        let (status, body) = text(&olga, Method::POST, "pitch_pages", Some(&page("8")));
        assert_eq!((status, body.as_str()), (201, concat!(
            r#"{"success":true,"pitch_page":{"id":2,"social_channel":"Pitch","name":"Lions","nickname":"","#,
            r#""logo":"LOGO","pitch_name":"@Lions"}}"#,
        )));
    }

    fn refuses_in_the_words_of_the_network(app: &mut TestApp) {
        let olga = start_with_pitch(app);
        let (status, refused) = olga.post("pitch_pages", &json!({"pitch_page": {"pitch_token": "T", "pitch_name": "@"}}));
        assert_eq!(status, 422);
        assert_eq!(refused["message"], json!([
            "Missing parameter pitch_uid",
            "Missing parameter screen_name",
            "Missing parameter logo_url",
            "Invalid parameter 'pitch_name' value \"@\": can't be blank",
        ]));
        assert_eq!(refused["errors"][0]["field"], "pitch_page.pitch_uid");
        let twitter = json!({"twitter_account": page("7")["pitch_page"]});
        assert_eq!(olga.post("pitch_pages", &twitter).1["message"], json!(["Missing parameter pitch_page"]));
    }

    fn has_accounts_of_its_own(app: &mut TestApp) {
        let olga = start_with_pitch(app);
        let twitter = olga.connect("twitter_accounts", "7");
        let (status, connected) = olga.post("workspaces/pitch_pages", &page("7"));
        assert_eq!(status, 201, "another network's account with this id is another account: {connected}");
        let id = &connected["pitch_page"]["id"];
        let listed = olga.get("workspaces/pitch_pages").1;
        assert_eq!((&listed["pitch_pages"][0]["id"], &listed["meta"]), (id, &json!({"total_count": 1})));
        assert_eq!(olga.get("workspaces/twitter_accounts").1["meta"], json!({"total_count": 0}));
        assert_eq!(olga.get(&format!("workspaces/twitter_accounts/{id}")).0, 404);
        assert_eq!(olga.get(&format!("pitch_pages/{twitter}")).0, 404);
        let all = olga.get("social_accounts").1;
        let channels: Vec<&Value> = all["accounts"].as_array().unwrap().iter().map(|one| &one["social_channel"]).collect();
        assert_eq!(channels, ["Twitter", "Pitch"]);
    }

    fn holds_to_the_rule_of_one_owner(app: &mut TestApp) {
        let olga = start_with_pitch(app);
        let mia = olga.colleague("mia");
        let id = mia.post("pitch_pages", &page("7")).1["pitch_page"]["id"].clone();
        let (status, refused) = olga.post("workspaces/pitch_pages", &page("7"));
        assert_eq!(status, 422);
        assert_eq!(refused["errors"][0]["code"], "held_by_members");
        assert_eq!(refused["errors"][0]["field"], "pitch_page.pitch_uid");
        assert_eq!(mia.delete(&format!("pitch_pages/{id}")), (200, json!({"success": true, "pitch_page_id": id})));
        assert_eq!(olga.post("workspaces/pitch_pages", &page("7")).0, 201);
        assert_eq!(mia.post("pitch_pages", &page("7")).1["errors"][0]["code"], "held_by_workspace");
    }

    fn transfers_and_shares(app: &mut TestApp) {
        let olga = start_with_pitch(app);
        let id = olga.post("pitch_pages", &page("7")).1["pitch_page"]["id"].clone();
        let transfer = |to: &str| json!({"account_transfer": {"social_account_id": id, "to": to}});
        let (status, moved) = olga.post("account_transfers", &transfer("workspace"));
        assert_eq!((status, &moved["pitch_page"]["teams_count"]), (200, &json!(0)));
        let team = olga.post("teams", &json!({"team": {"name": "Coaches"}})).1["team"]["id"].clone();
        let sharing = json!({"pitch_page": {"nickname": "Home", "team_ids": [team]}});
        let (status, shared) = olga.put(&format!("workspaces/pitch_pages/{id}"), &sharing);
        assert_eq!((status, &shared["teams_count"]), (200, &json!(1)));
        let unknown = json!({"pitch_page": {"team_ids": [0]}});
        let refused = olga.put(&format!("workspaces/pitch_pages/{id}"), &unknown).1;
        assert_eq!(refused["errors"][0]["field"], "pitch_page.team_ids[0]");
        let moved = olga.post("account_transfers", &transfer("personal")).1;
        assert_eq!((&moved["pitch_page"]["social_channel"], &moved["pitch_page"]["nickname"]), (&json!("Pitch"), &json!("Home")));
    }

    fn is_described_in_its_words(app: &mut TestApp) {
        start_with_pitch(app);
        let nobody = Person::nobody(app);
        let document = nobody.client.send(Method::GET, "/openapi.json", None).expect("a description").json();
        let create = &document["paths"]["/api/v4/workspaces/pitch_pages"]["post"];
        assert_eq!(create["summary"], "Connect a Pitch account to the workspace");
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["NewPitchAccount"]["required"], json!(["pitch_page"]));
        assert!(schemas["PitchAccountParams"]["properties"]["pitch_uid"].is_object());
        assert!(schemas["PitchAccount"]["properties"]["pitch_name"].is_object());
        let transferred = schemas["TransferredAccount"]["oneOf"].as_array().expect("alternatives");
        assert_eq!(transferred.len(), 4);
        // `GET /networks` answers for all networks, so its schemas have general names.
        let text = document.to_string().replace("SocialNetworks\"", "").replace("SocialNetwork\"", "");
        assert!(!text.contains("Network"), "a general word is left");
        assert!(schemas["PitchCandidate"]["properties"]["pitch_name"].is_object());
    }
}
