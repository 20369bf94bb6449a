use chrono::{DurationRound as _, TimeDelta};
use reqwest::Method;
use serde_json::json;

use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        client::{self, Client},
        people::{Person, account, email},
        server::TestApp,
    },
};

fn read_accounts(app: &TestApp, bearer: &str) {
    let program = Client::new(app).with_token(bearer);
    assert_eq!(client::json(program.request(Method::GET, "/rest/connectedAccounts")).0, 200);
}

fn readings(app: &TestApp, more: &[&str]) -> String {
    let olga = email("olga");
    let command = [&["readings", "--workspace", &olga], more].concat();
    run_beside(app, &command).expect_success().out
}

on_both_databases! {
    fn prints_who_read_which_token_and_when(app: &mut TestApp) {
        let (olga, other) = (Person::owner_of(app, "olga", "Northside"), Person::owner_of(app, "other", "Westfield"));
        for owner in [&olga, &other] {
            assert_eq!(owner.post("workspaces/twitter_accounts", &account("lions")).0, 201);
        }
        assert_eq!(readings(app, &[]), "No token was read.\n");
        let key = json!({"api_key": {"name": "n8n\u{1b}[31m", "scopes": ["read", "tokens"]}});
        let (status, made) = olga.post("api_keys", &key);
        assert_eq!(status, 201, "{made}");
        read_accounts(app, other.token());
        read_accounts(app, olga.token());
        read_accounts(app, made["api_key"]["key"].as_str().expect("a key"));
        let printed = readings(app, &[]);
        let [by_key, by_olga] = printed.lines().collect::<Vec<_>>()[..] else { panic!("{printed}") };
        for (line, reader) in [(by_key, "key \"n8n\\u{1b}[31m\""), (by_olga, "olga@example.test")] {
            let columns: Vec<&str> = line.split("  ").collect();
            let [_, by, of, fields] = columns[..] else { panic!("{line}") };
            assert_eq!((by, fields), (reader, "accessToken"), "{line}");
            assert!(of.starts_with("connectedAccount ") && of.ends_with(" \"lions\""), "{line}");
        }
        assert_eq!(readings(app, &["--most", "1"]), format!("{by_key}\n"));
    }

    fn repeats_within_an_hour_are_one_line(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        assert_eq!(olga.post("workspaces/twitter_accounts", &account("lions")).0, 201);
        let into_hour = app.clock.now() - app.clock.now().duration_trunc(TimeDelta::hours(1)).expect("an hour");
        app.clock.advance(TimeDelta::hours(1) - into_hour);
        for _ in 0..5 {
            read_accounts(app, olga.token());
        }
        app.clock.advance(TimeDelta::hours(1));
        read_accounts(app, olga.token());
        let printed = readings(app, &[]);
        let [later, first] = printed.lines().collect::<Vec<_>>()[..] else { panic!("{printed}") };
        assert!(first.ends_with("  accessToken  5 times") && later.ends_with("  accessToken"), "{printed}");
    }

    fn says_that_there_is_no_such_workspace(app: &mut TestApp) {
        let asked = ["readings", "--workspace", "nobody@example.test"];
        run_beside(app, &asked).expect_refusal("There is no workspace \"nobody@example.test\"");
    }
}
