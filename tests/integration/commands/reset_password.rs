use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    commands::{
        binary,
        service::{PASSWORD, ask, email, register, sign_in},
    },
    on_both_databases,
};

const NEW_PASSWORD: &str = "Field goal from 51 yards";

on_both_databases! {
    fn prints_a_link_that_sets_a_password_once(app: &mut TestApp) {
        let token = register(app, "olga", "Northside");
        let ran = binary::beside(app, &["reset-password", " Olga@Example.TEST"]).expect_success();
        let link = ran.out.lines().last().unwrap();
        let (before, reset_token) = link.split_once("/#/passwords/").expect("a link into the pages");
        assert_eq!(before.trim(), "http://127.0.0.1:3000");
        let body = json!({"user": {"reset_password_token": reset_token, "password": NEW_PASSWORD}});
        assert_eq!(ask(app, &Method::PUT, "passwords", "", &body).0, 200);
        assert_eq!(ask(app, &Method::PUT, "passwords", "", &body).0, 422, "it works once");
        assert_eq!(sign_in(app, &email("olga"), NEW_PASSWORD).0, 200);
        assert_eq!(sign_in(app, &email("olga"), PASSWORD).0, 401);
        assert_eq!(ask(app, &Method::GET, "users", &token, &Value::Null).0, 401, "sessions have ended");
    }

    fn says_that_nobody_has_the_address(app: &mut TestApp) {
        binary::beside(app, &["reset-password", "nobody@example.test"])
            .expect_refusal("Nobody signs in with nobody@example.test");
        binary::beside(app, &["reset-password", "nobody"]).expect_refusal("is no e-mail address");
    }
}

#[test]
fn makes_no_database_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    binary::run(binary::in_folder(folder.path()).args(["reset-password", "ada@example.com"]))
        .expect_refusal("There is no database yet");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
