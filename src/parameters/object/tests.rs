#![allow(dead_code, reason = "the tests only parse these structs")]

use serde_json::json;

use super::*;
use crate::parameters::{Choices, Fields, OneOf, Parameters, Secret, Text, parameters};

fn parse_x<P: Parameter>(root: &Value) -> Result<P::Value> {
    super::parse(root.as_object().unwrap(), Moment::MIN, None, |root| root.parse::<P>("x"))
}

/// Parses `{"x": sent}`.
pub fn value<P: Parameter>(sent: Value) -> P::Value {
    parse_x::<P>(&Value::from_iter([("x", sent)])).unwrap()
}

/// Parses `{}`.
pub fn absent<P: Parameter>() -> P::Value {
    parse_x::<P>(&json!({})).unwrap()
}

/// The message of the only problem with `{"x": sent}`.
pub fn refusal<P: Parameter>(sent: Value) -> String {
    let mut problems = expect_problems(&Value::Null, parse_x::<P>(&Value::from_iter([("x", sent)])));
    assert_eq!(problems.len(), 1);
    problems.remove(0).message
}

/// All problems with a root object.
pub fn problems<T: Fields>(root: &Value) -> Vec<Problem> {
    expect_problems(root, parse::<T>(root))
}

fn expect_problems<T>(root: &Value, parsed: Result<T>) -> Vec<Problem> {
    match parsed.map(drop) {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("{root} {other:?}"),
    }
}

fn parse<T: Fields>(root: &Value) -> Result<T> {
    Parameters::from(root.clone()).parse(None, Moment::MIN)
}

parameters! {
    struct Connect {
        twitter_account: NewAccount,
    }

    struct NewAccount {
        twitter_token: Secret<4096>,
        twitter_uid: Secret<4096>,
        screen_name: Text<255>,
        account_verified: Option<bool>,
        location: Option<OneOf<Locations>>,
    }

    struct Invited {
        invite: Option<Invite>,
    }

    struct Invite {
        id: i64,
    }

    struct Reset {
        reset_password_token: Text<9>,
    }
}

struct Locations;

impl Choices for Locations {
    type Value = &'static str;
    const ALL: &'static [&'static str] = &["signUpForm", "progressMeter"];
}

fn messages(root: &Value) -> Vec<String> {
    problems::<Connect>(root).into_iter().map(|problem| problem.message).collect()
}

#[test]
fn reports_all_problems_in_the_order_of_the_definition() {
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
fn each_problem_has_a_path_and_a_code() {
    let sent = json!({ "twitter_account": { "twitter_uid": "", "screen_name": "x".repeat(256) } });
    let noted = problems::<Connect>(&sent);
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
fn a_value_that_is_no_object_has_one_problem() {
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
fn an_empty_object_lacks_its_required_parameters() {
    assert_eq!(
        messages(&json!({ "twitter_account": {} })),
        ["Missing parameter twitter_token", "Missing parameter twitter_uid", "Missing parameter screen_name"]
    );
}

#[test]
fn optional_objects_may_be_missing() {
    let id = |root: &Value| parse(root).map(|Invited { invite }| invite.map(|invite| invite.id));
    for sent in [json!({}), json!({ "invite": null }), json!({ "invite": "" })] {
        assert_eq!(id(&sent).unwrap(), None);
    }
    assert_eq!(id(&json!({ "invite": { "id": 7 } })).unwrap(), Some(7));
    assert_eq!(problems::<Invited>(&json!({ "invite": {} }))[0].field, "invite.id");
    assert_eq!(
        problems::<Invited>(&json!({ "invite": 5 }))[0].message,
        "Invalid parameter 'invite' value [FILTERED]: Must be a Hash"
    );
}

#[test]
fn secret_names_are_redacted_by_any_kind() {
    let noted = problems::<Reset>(&json!({ "reset_password_token": ["s3cret"] }));
    assert_eq!(
        noted[0].message,
        "Invalid parameter 'reset_password_token' value [FILTERED]: Must be a String"
    );
}
