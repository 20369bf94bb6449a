use serde_json::json;

use super::*;

/// Reads `{"x": sent}`.
pub fn value<T>(sent: Value, action: impl FnOnce(&Hash<'_>) -> T) -> T {
    read(&Value::from_iter([("x", sent)]), action).unwrap()
}

/// The one sentence that refuses `{"x": sent}`.
pub fn refusal<T>(sent: Value, action: impl FnOnce(&Hash<'_>) -> T) -> String {
    let mut problems = problems(&Value::from_iter([("x", sent)]), action);
    assert_eq!(problems.len(), 1);
    problems.remove(0).message
}

/// All that is wrong with a root.
pub fn problems<T>(root: &Value, action: impl FnOnce(&Hash<'_>) -> T) -> Vec<Problem> {
    match read(root, action).map(drop) {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("{root} {other:?}"),
    }
}

fn connect(root: &Hash<'_>) {
    let account = root.hash("twitter_account");
    account.secret("twitter_token", 4096);
    account.secret("twitter_uid", 4096);
    account.string("screen_name", 255);
    account.optional_boolean("account_verified");
    account.optional_one_of("location", &["signUpForm", "progressMeter"]);
}

fn messages(root: &Value) -> Vec<String> {
    problems(root, connect).into_iter().map(|problem| problem.message).collect()
}

#[test]
fn reports_all_problems_in_the_order_of_reading() {
    let sent = json!({ "twitter_account": { "location": "x", "account_verified": "yes", "twitter_uid": 5 } });
    assert_eq!(
        messages(&sent),
        [
            "Missing parameter twitter_token",
            "Invalid parameter 'twitter_uid' value [FILTERED]: Must be a String",
            "Missing parameter screen_name",
            "Invalid parameter 'account_verified' value \"yes\": Must be one of: true, false, 1, 0.",
            "Invalid parameter 'location' value \"x\": Must be one of: signUpForm, progressMeter.",
        ]
    );
}

#[test]
fn places_and_codes_each_problem() {
    let sent = json!({ "twitter_account": { "twitter_uid": "", "screen_name": "x".repeat(256) } });
    let noted = problems(&sent, connect);
    let places: Vec<_> = noted.iter().map(|problem| (problem.field.as_str(), problem.code)).collect();
    assert_eq!(
        places,
        [
            ("twitter_account.twitter_token", "missing"),
            ("twitter_account.twitter_uid", "blank"),
            ("twitter_account.screen_name", "too_long"),
        ]
    );
}

#[test]
fn a_hash_that_is_none_silences_its_children() {
    assert_eq!(messages(&json!({})), ["Missing parameter twitter_account"]);
    for (sent, quoted) in [
        (json!(null), "nil"),
        (json!("x"), "\"x\""),
        (json!(5), "5"),
        (json!([1]), "[1]"),
        (json!([{ "twitter_token": "s3cret" }]), "[{\"twitter_token\" => [FILTERED]}]"),
        (json!("{\"twitter_token\": \"s3cret\"}"), "[FILTERED]"),
    ] {
        let expected = format!("Invalid parameter 'twitter_account' value {quoted}: Must be a Hash");
        assert_eq!(messages(&json!({ "twitter_account": sent })), [expected]);
    }
}

#[test]
fn an_empty_hash_misses_its_children() {
    assert_eq!(
        messages(&json!({ "twitter_account": {} })),
        ["Missing parameter twitter_token", "Missing parameter twitter_uid", "Missing parameter screen_name"]
    );
}

#[test]
fn optional_hashes_may_be_left_out() {
    let id = |root: &Hash<'_>| root.optional_hash("invite").map(|invite| invite.integer("id"));
    for sent in [json!({}), json!({ "invite": null }), json!({ "invite": "" })] {
        assert_eq!(read(&sent, id).unwrap(), None);
    }
    assert_eq!(read(&json!({ "invite": { "id": 7 } }), id).unwrap(), Some(7));
    assert_eq!(problems(&json!({ "invite": {} }), id)[0].field, "invite.id");
    assert_eq!(
        problems(&json!({ "invite": 5 }), id)[0].message,
        "Invalid parameter 'invite' value [FILTERED]: Must be a Hash"
    );
}

#[test]
fn secret_names_are_filtered_by_any_reader() {
    let noted = problems(&json!({ "reset_password_token": ["s3cret"] }), |root| {
        root.string("reset_password_token", 9)
    });
    assert_eq!(
        noted[0].message,
        "Invalid parameter 'reset_password_token' value [FILTERED]: Must be a String"
    );
}
