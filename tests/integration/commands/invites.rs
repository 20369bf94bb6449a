use serde_json::json;

use crate::{
    commands::run_beside,
    on_both_databases,
    support::people::{Person, email},
};

on_both_databases! {
    fn prints_the_links_again(app: &mut TestApp) {
        assert_eq!(run_beside(app, &["invites"]).expect_success().out, "No invite is pending.\n");
        let olga = Person::owner_of(app, "olga", "Red\u{1b}[31mHawks");
        let body = json!({"user_emails": [email("guest"), email("friend")]});
        let (status, answer) = olga.post("invites", &body);
        assert_eq!(status, 201, "{answer}");
        let ran = run_beside(app, &["invites"]).expect_success();
        for link in answer["links"].as_array().unwrap() {
            let path = link["url"].as_str().unwrap().split_once("/#/").unwrap().1;
            assert!(ran.out.contains(path), "{path} is not in {}", ran.out);
        }
        ran.line("guest@example.test into ");
        assert!(!ran.out.contains('\u{1b}'), "a name steers the terminal: {ran:?}");
        let ran = run_beside(app, &["invites", "--public-url", "https://roster.example.com/"]);
        ran.line("  https://roster.example.com/#/invites/");
    }

    fn leaves_out_what_has_expired(app: &mut TestApp) {
        app.clock.advance(chrono::TimeDelta::days(-8));
        let olga = Person::owner_of(app, "olga", "Northside");
        olga.post("invites", &json!({"user_emails": [email("guest")]}));
        assert_eq!(run_beside(app, &["invites"]).expect_success().out, "No invite is pending.\n");
    }
}
