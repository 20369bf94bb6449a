//! What is recorded, and what is forgotten again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    jobs::lines,
    on_both_databases,
    support::{
        client,
        people::{PASSWORD, Person, account},
    },
};

/// The sentences of the latest events, the latest first.
fn summaries(person: &Person, query: &str) -> Vec<String> {
    let (status, answer) = person.get(&format!("events?{query}"));
    assert_eq!(status, 200, "{answer}");
    let events = answer["events"].as_array().expect("a list");
    events.iter().map(|event| event["summary"].as_str().expect("a sentence").to_owned()).collect()
}

fn erase(person: &Person) {
    person.must(Method::DELETE, "users", Some(&json!({"user": {"current_password": PASSWORD}})));
}

on_both_databases! {
    fn a_person_is_forgotten_in_every_workspace(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.admin("mia");
        mia.connect("twitter_accounts", "miasown");
        let team = mia.must(Method::POST, "teams", Some(&json!({"team": {"name": "Coaches"}, "user_emails": [mia.email]})));
        olga.must(Method::POST, "invites", Some(&json!({"user_emails": ["guest@example.test"]})));
        mia.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
        let before = summaries(&olga, "").join("\n");
        for sentence in [
            "olga invited mia@example.test",
            "mia connected @miasown",
            "mia created a team: Coaches",
            "mia added a person to a team: mia, Coaches",
            "mia removed a person: mia",
            "@miasown left the workspace with its owner",
        ] {
            assert!(before.contains(sentence), "{sentence}: {before}");
        }
        erase(&mia);
        let after = olga.get("events").1.to_string();
        assert!(!after.contains("mia"), "{after}");
        assert!(after.contains("guest@example.test") && after.contains("Coaches"), "{after} {team}");
    }

    fn the_events_of_a_workspace_end_with_it(app: &mut TestApp) {
        erase(&Person::owner(app, "olga"));
        assert_eq!(lines(&app.database, "SELECT CAST(count(*) AS text) AS line FROM events"), ["0"]);
    }

    fn a_repeated_create_is_one_change(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        for _ in 0..2 {
            let request = olga.client.request(Method::POST, "/api/v4/workspaces/twitter_accounts");
            let answer = client::json(request.header("Idempotency-Key", "one").json(&account("lions")));
            assert_eq!(answer.0, 201);
        }
        assert_eq!(summaries(&olga, "object=connectedAccount"), ["olga connected @lions"]);
    }

    fn one_request_is_one_event_of_a_record(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        olga.connect("workspaces/twitter_accounts", "lions");
        let listed = |path: &str| client::json(olga.client.request(Method::GET, path)).1;
        let id = listed("/rest/connectedAccounts")["data"]["connectedAccounts"][0]["id"].clone();
        let members = listed("/rest/workspaceMembers?filter=userEmail[eq]:olga@example.test");
        let owner = members["data"]["workspaceMembers"][0]["id"].clone();
        let path = format!("/rest/connectedAccounts/{}", id.as_str().expect("an id"));
        let change = |body: Value| {
            let answer = client::json(olga.client.request(Method::PATCH, &path).json(&body));
            assert_eq!(answer.0, 200, "{answer:?}");
        };
        change(json!({"handle": "tigers", "accountOwnerId": owner, "accessToken": "another"}));
        let latest = &olga.get("events").1["events"][0];
        assert_eq!(latest["summary"], "olga gave @tigers another owner");
        assert_eq!(latest["fields"], json!(["handle", "screen_name", "accountOwnerId", "accessToken"]));
        change(json!({"authFailedAt": "2026-06-14T17:06:02Z"}));
        change(json!({"accessToken": "a third"}));
        change(json!({"authFailedAt": "2026-06-14T17:06:02Z"}));
        change(json!({"authFailedAt": null}));
        let told = summaries(&olga, &format!("object=connectedAccount&record_id={}", id.as_str().expect("an id")));
        assert_eq!(told[..4], [
            "olga noted that @tigers works again",
            "olga noted that @tigers has to be connected again",
            "olga connected @tigers again, and it works",
            "olga noted that @tigers has to be connected again",
        ]);
        assert_eq!(summaries(&mia, ""), Vec::<String>::new());
    }

    fn sessions_that_are_ended_are_told(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        olga.again();
        let user = json!({"user": {"password": "another correct horse", "current_password": PASSWORD}});
        olga.must(Method::PUT, "users", Some(&user));
        assert_eq!(summaries(&olga, "")[..2], ["olga ended a session", "olga changed the password of a person: olga"]);
    }
}
