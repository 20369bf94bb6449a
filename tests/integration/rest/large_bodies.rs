//! Bodies over 64 KB are read for known callers only, and may have so many values.

use reqwest::Method;
use roster::{crypto::api_key::KeyText, models::api_key::Scope};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    rest::caller::{Caller, refusal},
    support::people::Person,
};

/// JSON of about ten megabytes, of which every other byte is a value.
fn hostile() -> String {
    format!("[{}0]", "0,".repeat(5_000_000))
}

fn unknown_key() -> String {
    KeyText::generate(1).expose().to_owned()
}

on_both_databases! {
    fn a_large_body_of_a_stranger_is_not_parsed(app: &mut TestApp) {
        let stranger = Caller::with(app, &unknown_key());
        for path in ["batch/people", "people", "people/duplicates"] {
            let body = if path == "batch/people" { hostile() } else { "[".repeat(100_000) };
            let answer = stranger.send_text(Method::POST, path, body);
            assert_eq!(answer, refusal(401, "UNAUTHENTICATED", "Token invalid."), "{path}");
        }
    }

    fn a_large_body_with_too_many_values_is_refused(app: &mut TestApp) {
        let program = Caller::program(app);
        let (status, answer) = program.send_text(Method::POST, "batch/people", hostile());
        let sentence = "The body has 5000002 values. Send at most 100000 at a time.";
        assert_eq!((status, &answer["messages"]), (400, &json!([sentence])));
        let (status, answer) = program.send_text(Method::POST, "people", "[".repeat(100_000));
        assert_eq!((status, &answer["statusCode"]), (400, &json!(400)), "{answer}");
    }

    fn a_large_body_is_created_once(app: &mut TestApp) {
        let program = Caller::program(app);
        let note = |at: usize| json!({"title": format!("Note {at}"), "bodyV2": {"markdown": "long ".repeat(100)}});
        let body = Value::Array((0..1_000).map(note).collect());
        assert!(body.to_string().len() > 500_000);
        let (first, again) =
            (program.post_once("batch/notes", "notes", &body), program.post_once("batch/notes", "notes", &body));
        assert_eq!((first.0, again.0), (201, 201));
        assert_eq!(first.1, again.1);
        assert_eq!(program.find("notes", &[("limit", "1")]).1["totalCount"], 1_000);
    }

    fn unknown_keys_are_throttled_by_address(app: &mut TestApp) {
        app.restart_with(|settings| settings.sign_in_per_address = 3);
        let known = Caller::key(app, &Person::owner(app, "olga"), &[Scope::Read]);
        for _ in 0..3 {
            assert_eq!(Caller::with(app, &unknown_key()).get("people").0, 401);
        }
        let (status, answer) = Caller::with(app, &unknown_key()).get("people");
        assert_eq!((status, &answer["error"]), (429, &json!("ThrottlerException")), "{answer}");
        assert_eq!(known.get("people").0, 200);
        app.clock.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(Caller::with(app, &unknown_key()).get("people").0, 401);
    }
}
