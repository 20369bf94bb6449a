use serde_json::{Value, json};

use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        people::{Person, email},
        server::TestApp,
    },
};

fn events(app: &TestApp, more: &[&str]) -> String {
    let olga = email("olga");
    run_beside(app, &[&["events", "--workspace", &olga], more].concat()).expect_success().out
}

on_both_databases! {
    fn prints_what_happened_and_who_did_it(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let team = json!({"team": {"name": "Coaches\u{1b}[31m"}, "user_emails": []});
        assert_eq!(olga.post("teams", &team).0, 201);
        let printed = events(app, &[]);
        let sentences: Vec<&str> = printed.lines().filter_map(|line| Some(line.split_once("  ")?.1)).collect();
        assert_eq!(sentences[0], "olga added a person to a team: olga, Coaches [31m");
        assert_eq!(sentences[1], "olga created a team: Coaches [31m");
        let listed = olga.get("events").1;
        let lines = events(app, &["--json", "--most", "2"]);
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines, listed["events"].as_array().expect("a list")[..2]);
    }

    fn commands_are_told_as_the_operators(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let olga_email = email("olga");
        let create = ["api-key", "create", "--workspace", &olga_email, "--name", "n8n", "--scope", "read"];
        run_beside(app, &create).expect_success();
        run_beside(app, &["sessions", "end", "--user", &olga_email]).expect_success();
        let printed = events(app, &["--most", "2"]);
        assert!(printed.contains("The operator created an API key: n8n"), "{printed}");
        assert!(printed.contains("The operator ended a session"), "{printed}");
        assert_eq!(olga.get("users").0, 401);
    }
}
