//! The bodies that the node sends when the user has not edited a field.

use reqwest::Method;
use roster::catalogue::object::Object;
use serde_json::{Value, json};

use super::{Callers, assert_whole, bodies, filled, objects, timeless};
use crate::{
    on_both_databases,
    rest::caller::{Answer, Caller, bad_request, id, refusal},
};

const FIND_MANY: [(&str, &str); 6] = [
    ("order_by", "id"),
    ("filter", "id[neq]:\"00000000-0000-0000-0000-000000000000\""),
    ("limit", "60"),
    ("depth", "1"),
    ("starting_after", ""),
    ("ending_before", ""),
];

/// Objects that cannot be created from blanks, with the refusal.
fn expected_refusal(object: &Object) -> Option<Answer> {
    match object.singular.as_str() {
        "connectedAccount" => Some(bad_request("handle and provider are required")),
        "workspaceMember" => {
            Some(refusal(422, "UnprocessableEntityException", "People join by invite: POST /api/v4/invites"))
        }
        _ => None,
    }
}

/// Without fields the node sends no body.
fn send(caller: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    if *body == json!({}) {
        caller.send_text(method, path, "")
    } else {
        caller.send(method, path, Some(body))
    }
}

fn untouched(object: &Object) -> Value {
    let mut body = bodies::untouched(object);
    let missing = bodies::required(object).into_iter().filter(|(name, _)| body[name] == json!(""));
    body.extend(missing.collect::<Vec<_>>());
    body.into()
}

on_both_databases! {
    fn create_answers_or_says_what_is_missing(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects() {
            let (caller, body) = (callers.for_writing(object), untouched(object));
            let answer = send(caller, Method::POST, &format!("{}?depth=1", object.plural), &body);
            let many = caller.post(&format!("batch/{}?depth=1", object.plural), &json!([body, body]));
            if let Some(refusal) = expected_refusal(object) {
                let of_first = many.1["messages"][0].as_str().map(|said| said.replacen("Input [0]: ", "", 1));
                assert_eq!((&answer, many.0), (&refusal, refusal.0), "{}", object.plural);
                assert_eq!(of_first.as_deref(), refusal.1["messages"][0].as_str(), "{}", object.plural);
                continue;
            }
            let created = &answer.1["data"][Object::response_key("create", &object.singular)];
            assert_eq!(answer.0, 201, "{} {answer:?}", object.plural);
            assert_whole(object, created, 1);
            assert_eq!(many.0, 201, "{} {many:?}", object.plural);
            let list = many.1["data"][Object::response_key("create", &object.plural)].as_array().expect("a list");
            assert_eq!(list.len(), 2);
            for record in list {
                assert_whole(object, record, 1);
            }
        }
    }

    fn find_and_delete_answer_in_their_envelopes(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects() {
            let path = callers.plain(object);
            let (status, answer) = callers.program.find(&object.plural, &FIND_MANY);
            assert_eq!(status, 200, "{}: {answer}", object.plural);
            let records = answer["data"][&object.plural].as_array().expect("records");
            assert!(!records.is_empty(), "{}", object.plural);
            assert_eq!(answer["totalCount"], json!(records.len()));
            for record in records {
                assert_whole(object, record, 1);
            }
            for depth in 0..=2 {
                let (status, answer) = callers.program.get(&format!("{path}?depth={depth}"));
                assert_eq!(status, 200, "{}: {answer}", object.plural);
                assert_whole(object, &answer["data"][&object.singular], depth);
            }
            let (status, answer) = callers.program.delete(&path);
            if object.singular == "workspaceMember" {
                assert_eq!(status, 403, "an owner is not a program's to remove: {answer}");
            } else {
                let id = path.rsplit('/').next();
                let envelope = json!({"data": {Object::response_key("delete", &object.singular): {"id": id}}});
                assert_eq!((status, answer), (200, envelope), "{}", object.plural);
            }
        }
    }

    fn create_many_and_duplicates_say_how_they_are_asked(app: &mut TestApp) {
        let callers = Callers::create(app);
        for Object { plural, singular, .. } in objects() {
            let program = &callers.program;
            let no_array = bad_request("Body must be an array");
            assert_eq!(program.post(&format!("batch/{plural}?depth=1"), &json!({})), no_array);
            assert_eq!(program.send_text(Method::POST, &format!("batch/{plural}?depth=1"), ""), no_array);
            let path = format!("{plural}/duplicates?depth=1");
            let both = program.post(&path, &json!({"data": [{}], "ids": [null]}));
            assert_eq!(both, bad_request("You cannot provide both \"data\" and \"ids\" arguments"));
            let page_info = json!({"hasNextPage": false, "startCursor": null, "endCursor": null});
            let list = json!({format!("{singular}Duplicates"): [], "pageInfo": page_info, "totalCount": 0});
            let none = program.post(&path, &json!({"data": [{}], "ids": null}));
            assert_eq!(none, (200, json!({"data": [list]})));
        }
    }

    fn update_leaves_what_is_blank_as_it_is(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects() {
            let path = callers.plain(object);
            let filled = filled::body(object, 1);
            let caller = callers.for_writing(object);
            let before = caller.update(&path, &filled.clone().into());
            let untouched = Value::from(bodies::untouched(object));
            let (status, answer) = send(caller, Method::PATCH, &format!("{path}?depth=0"), &untouched);
            assert_eq!(status, 200, "{} {answer}", object.plural);
            let after = &answer["data"][Object::response_key("update", &object.singular)];
            let mut expected = timeless(&before);
            for (name, value) in untouched.as_object().expect("fields") {
                let is_taken_as_sent = value.is_number()
                    || value.is_boolean()
                    || value.as_str().is_some_and(|text| !text.is_empty());
                if is_taken_as_sent {
                    expected[name] = value.clone();
                }
            }
            assert_eq!(timeless(after), expected, "{}", object.plural);
            assert_eq!(id(after), id(&before));
        }
    }
}
