//! A sealed value that does not open: its row says so, everything around it goes on, and doctor counts it.

use reqwest::Method;
use serde_json::{Value, json};

use super::execute;
use crate::{
    commands::run_beside,
    jobs::eventually,
    on_both_databases,
    support::{
        client::Answer,
        mailbox::{Mailbox, Manner},
        people::{Person, Ticket, email},
        server::TestApp,
    },
};

fn damage(app: &TestApp, table: &str, column: &str, condition: &str) {
    let sql = format!(
        "UPDATE {table} SET {column} = substr({column}, 1, length({column}) - 4) || 'AAAA' WHERE {condition}"
    );
    assert_eq!(execute(&app.database, &sql), 1, "{sql}");
}

fn records(olga: &Person, path: &str) -> Value {
    let answer = olga.client.send(Method::GET, path, None).expect("an answer");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn named<'a>(list: &'a Value, handle: &str) -> &'a Value {
    list.as_array().expect("a list").iter().find(|record| record["handle"] == handle).expect("a record")
}

on_both_databases! {
    fn of_an_account_leaves_the_lists_whole(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        for uid in ["hawks", "lions"] {
            olga.connect("workspaces/twitter_accounts", uid);
        }
        let sound = records(&olga, "/rest/connectedAccounts")["data"]["connectedAccounts"].clone();
        assert!(named(&sound, "hawks").get("damagedSecrets").is_none());
        damage(app, "social_accounts", "access_token", "handle = 'hawks'");
        let listed = records(&olga, "/rest/connectedAccounts")["data"]["connectedAccounts"].clone();
        let hawks = named(&listed, "hawks");
        assert_eq!((&hawks["accessToken"], &hawks["damagedSecrets"]), (&json!(""), &json!(["accessToken"])));
        assert_eq!(named(&listed, "lions"), named(&sound, "lions"));
        let path = format!("/rest/connectedAccounts/{}", hawks["id"].as_str().unwrap());
        assert_eq!(records(&olga, &path)["data"]["connectedAccount"]["damagedSecrets"], json!(["accessToken"]));
        assert_eq!(olga.get("workspaces/twitter_accounts").1["meta"]["total_count"], 2);

        let ran = run_beside(app, &["doctor"]);
        assert!(ran.line("FAIL secrets: 1 of ").contains("social_accounts.access_token"), "{ran:#?}");
        let changed = olga.client.send(Method::PATCH, &path, Some(&json!({"damagedSecrets": [], "accessToken": "new"})));
        assert_eq!(changed.unwrap().status, 200);
        assert_eq!(records(&olga, &path)["data"]["connectedAccount"]["accessToken"], "new");
        run_beside(app, &["doctor"]).line("ok   secrets: all ");
    }

    fn of_a_webhook_leaves_the_list_whole(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        for name in ["one", "two"] {
            let body = json!({"targetUrl": format!("https://example.com/{name}"), "secret": name});
            assert_eq!(olga.client.send(Method::POST, "/rest/webhooks", Some(&body)).unwrap().status, 201);
        }
        damage(app, "webhooks", "secret", "target_url LIKE '%two'");
        let listed = records(&olga, "/rest/webhooks")["data"]["webhooks"].clone();
        let shown: Vec<_> = listed.as_array().unwrap().iter().map(|it| (&it["secret"], &it["damagedSecrets"])).collect();
        assert_eq!(shown, [(&json!("one"), &Value::Null), (&json!(""), &json!(["secret"]))]);
    }

    fn of_an_account_does_not_keep_its_owner_from_moving(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        let mia = Person::owner_of(app, "mia", "Southside");
        mia.connect("twitter_accounts", "lions");
        mia.connect("twitter_accounts", "hawks");
        for column in ["external_id", "access_token"] {
            damage(app, "social_accounts", column, "handle = 'lions'");
        }
        let Ticket { id, token } = olga.invite("mia");
        let (status, answer) = mia.put(&format!("invites/{id}"), &json!({"invite": {"token": token}}));
        assert_eq!((status, answer), (200, json!({"success": true})));
        let moved = records(&mia, "/rest/connectedAccounts")["data"]["connectedAccounts"].clone();
        let lions = named(&moved, "lions");
        assert_eq!((&lions["accessToken"], lions["authFailedAt"].is_string()), (&json!(""), true));
        assert_eq!(named(&moved, "hawks")["authFailedAt"], Value::Null);
        assert_eq!(mia.post("twitter_accounts", &crate::support::people::account("lions")).0, 200, "the same account");
    }

    fn of_an_invite_is_told_to_who_sent_it(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        let (guest, friend) = (olga.invite("guest"), olga.invite("friend"));
        damage(app, "invites", "token", "email LIKE 'guest@%'");
        let ran = run_beside(app, &["invites"]).expect_success();
        assert!(ran.out.contains("Its link is damaged; invite the address again."), "{ran:#?}");
        assert!(ran.out.contains(&friend.token), "{ran:#?}");
        let shown = |ticket: &Ticket| olga.get(&format!("invites/{}?token={}", ticket.id, ticket.token)).0;
        assert_eq!([shown(&guest), shown(&friend)], [404, 200]);

        let mailbox = Mailbox::open(Manner::Refuse(451));
        app.restart_with(|settings| mailbox.set_up(settings));
        let (status, answer) = olga.post("invites", &json!({"user_emails": [email("nina")]}));
        assert_eq!(status, 201, "{answer}");
        let is_one = |jobs: &[String]| jobs.len() == 1;
        eventually(&app.database, "kind = 'letter' AND failing_since IS NOT NULL", is_one);
        damage(app, "invites", "token", "email LIKE 'nina@%'");
        app.clock.advance(chrono::TimeDelta::minutes(5));
        let given_up = eventually(&app.database, "kind = 'letter' AND given_up_at IS NOT NULL", is_one);
        assert!(given_up[0].contains("the stored link of its invite is damaged"), "{given_up:?}");
        let listed = olga.get("invites").1["invites"].clone();
        let nina = listed.as_array().unwrap().iter().find(|invite| invite["email"] == email("nina")).unwrap();
        assert!(nina["delivery_failed_at"].is_string(), "{nina}");
    }

    fn of_a_stored_answer_is_told_to_who_repeats(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        let create = || {
            let request = olga.client.request(Method::POST, "/api/v4/teams").header("Idempotency-Key", "once");
            crate::support::client::send(request.json(&json!({"team": {"name": "coaches"}}))).expect("an answer")
        };
        assert_eq!(create().status, 201);
        damage(app, "idempotency_keys", "answer", "1 = 1");
        let Answer { status, body, .. } = create();
        assert!(status == 422 && body.contains("its stored answer is damaged"), "{status} {body}");
    }

    fn of_a_repeated_job_does_not_stop_it(app: &mut TestApp) {
        let is_one = |jobs: &[String]| jobs.len() == 1;
        let done = "kind = 'sweep' AND lease IS NULL AND failing_since IS NULL AND due_at > created_at";
        eventually(&app.database, done, is_one);
        damage(app, "jobs", "payload", "kind = 'sweep'");
        execute(&app.database, "UPDATE jobs SET due_at = created_at WHERE kind = 'sweep'");
        app.clock.advance(chrono::TimeDelta::seconds(1));
        eventually(&app.database, done, is_one);
    }
}
