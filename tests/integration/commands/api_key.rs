use roster::crypto::api_key::KeyText;
use serde_json::{Value, json};

use crate::{
    commands::run_beside,
    on_both_databases,
    support::people::{Person, email},
};

const READER: [&str; 6] = ["--name", "n8n", "--scope", "write", "--scope", "read"];

fn create<'a>(workspace: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["api-key", "create", "--workspace", workspace], more].concat()
}

on_both_databases! {
    fn makes_a_key_for_the_workspace_of_somebody(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Red\u{1b}[31mHawks");
        let until = [&READER[..], &["--expires-at", "2099-06-14T17:06:02Z"]].concat();
        let ran = run_beside(app, &create(" Olga@Example.TEST", &until)).expect_success();
        let key = KeyText::parse(ran.out.trim_end()).expect("a key and nothing else");
        let (_, user) = olga.get("workspaces");
        assert_eq!(user["id"].as_i64(), Some(key.workspace_id()), "{user}");
        assert!(ran.err.contains("read, write. It ends at 2099-06-14T17:06:02.000Z."), "{ran:?}");
        assert!(!ran.err.contains('\u{1b}') && !ran.err.contains(key.expose()), "{ran:?}");
        let (_, listed) = olga.get("api_keys");
        let listed = &listed["api_keys"][0];
        assert_eq!((&listed["scopes"], &listed["usable"]), (&json!(["read", "write"]), &json!(true)));
        assert_eq!((&listed["name"], &listed["created_by"]), (&json!("n8n"), &Value::Null));
    }

    fn makes_a_key_for_a_workspace_by_its_id(app: &mut TestApp) {
        Person::owner_of(app, "olga", "Northside");
        let ran = run_beside(app, &create("1", &READER)).expect_success();
        assert_eq!(KeyText::parse(ran.out.trim_end()).map(|key| key.workspace_id()), Some(1));
        assert!(ran.err.contains("It does not end."), "{ran:?}");
    }

    fn makes_none_where_something_is_wrong(app: &mut TestApp) {
        Person::owner_of(app, "olga", "Northside");
        let (olga, refused) = (email("olga"), |arguments: &[&str], saying: &str| {
            run_beside(app, arguments).expect_refusal(saying);
        });
        refused(&create("nobody@example.test", &READER), "There is no workspace \"nobody@example.test\"");
        refused(&create("7", &READER), "There is no workspace \"7\"");
        refused(&create("Southside", &READER), "There is no workspace \"Southside\"");
        refused(&create(&olga, &["--name", " ", "--scope", "read"]), "--name takes 1 to 255 characters");
        let until = |end| create(&olga, &[&READER[..], &["--expires-at", end]].concat());
        refused(&until("tomorrow"), "\"tomorrow\" is no time");
        refused(&until("2020-01-01T00:00:00Z"), "Expires at must be in the future");
        for wrong in [&["--name", "n8n"][..], &["--name", "n8n", "--scope", "all"]] {
            assert_eq!(run_beside(app, &create(&olga, wrong)).code, Some(2), "{wrong:?}");
        }
        assert_eq!(run_beside(app, &create(&olga, &READER)).expect_success().code, Some(0));
    }
}
