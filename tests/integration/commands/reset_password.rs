use std::fs;

use serde_json::json;

use crate::{
    commands::run_beside,
    on_both_databases,
    support::{
        people::{PASSWORD, Person, email, sign_in},
        process,
    },
};

const NEW_PASSWORD: &str = "Field goal from 51 yards";

on_both_databases! {
    fn prints_a_link_that_sets_a_password_once(app: &mut TestApp) {
        let olga = Person::owner_of(app, "olga", "Northside");
        let ran = run_beside(app, &["reset-password", " Olga@Example.TEST"]).expect_success();
        let link = ran.out.lines().last().unwrap();
        let (before, reset_token) = link.split_once("/#/passwords/").expect("a link into the pages");
        assert_eq!(before.trim(), "http://127.0.0.1:3000");
        let body = json!({"user": {"reset_password_token": reset_token, "password": NEW_PASSWORD}});
        assert_eq!(Person::nobody(app).put("passwords", &body).0, 200);
        assert_eq!(Person::nobody(app).put("passwords", &body).0, 422, "it works once");
        assert_eq!(sign_in(app, &email("olga"), NEW_PASSWORD).0, 200);
        assert_eq!(sign_in(app, &email("olga"), PASSWORD).0, 401);
        assert_eq!(olga.get("users").0, 401, "sessions have ended");
    }

    fn names_the_cause_to_the_operator(app: &mut TestApp) {
        Person::owner(app, "olga");
        crate::damage::execute(&app.database, "ALTER TABLE reset_links RENAME TO gone");
        let ran = run_beside(app, &["reset-password", &email("olga")]).expect_refusal("The database failed: ");
        assert!(ran.err.contains("reset_links") && !ran.err.contains("Tell the operator"), "{ran:#?}");
    }

    fn says_that_nobody_has_the_address(app: &mut TestApp) {
        run_beside(app, &["reset-password", "nobody@example.test"])
            .expect_refusal("Nobody signs in with nobody@example.test");
        run_beside(app, &["reset-password", "nobody"]).expect_refusal("is no e-mail address");
    }
}

#[test]
fn makes_no_database_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    process::run(process::command(folder.path(), None).args(["reset-password", "ada@example.com"]))
        .expect_refusal("There is no database yet");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
