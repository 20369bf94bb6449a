//! Bodies that are not records, and bodies that are too large.

use reqwest::Method;
use serde_json::{Value, json};

use super::same_on_both;
use crate::{
    on_both_databases,
    rest::caller::{Answer, Caller, bad_request},
};

fn texts() -> Vec<Vec<u8>> {
    let deep = |depth: usize| format!("{{\"properties\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    let mut texts: Vec<Vec<u8>> = [
        "{",
        "}",
        "[",
        "[]",
        "{}",
        "null",
        "true",
        "1",
        "\"x\"",
        "{\"name\":}",
        "{\"name\":\"x\",}",
        "{name:\"x\"}",
        "{'name':'x'}",
        "{\"name\":\"x\"} x",
        "\u{feff}{}",
        " \n ",
        "{\"name\":\"\\u0000\"}",
        "{\"name\":\"a\\u0000b\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\\ud800\"}",
        "{\"name\":\"\\ud83e\\udd81\"}",
        "{\"a\\u0000\":1}",
        "{\"\":1}",
        "{\"name\":\"x\",\"name\":\"y\"}",
        "{\"name\":1e400}",
        "{\"name\":NaN}",
        "{\"name\":-}",
        "{\"properties\":{\"a\":1e400}}",
        "{\"properties\":{\"a\":123456789012345678901234567890}}",
        "{\"properties\":{\"a\":\"\\u0000\"}}",
        "{\"properties\":{\"\\u0000\":1}}",
        "{\"properties\":\"{\\\"a\\\":1\"}",
        "{\"properties\":\"\\\"\\\\u0000\\\"\"}",
        "{\"properties\":\"x\"}",
        "{\"id\":\"x\"}",
        "{\"id\":1}",
        "{\"createdAt\":\"x\"}",
        "{\"createdAt\":\"0000-01-01\"}",
        "{\"deletedAt\":\"x\"}",
        "{\"__proto__\":{}}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    texts.extend([deep(100), deep(200), deep(100_000)].map(String::into_bytes));
    texts.extend([b"{\"name\":\"\xff\"}".to_vec(), b"\xff\xfe{}".to_vec(), b"{\"name\":\"\0\"}".to_vec()]);
    texts
}

#[test]
fn what_is_no_record_is_told_so() {
    same_on_both("what_is_no_record_is_told_so", |program| {
        let record = program.create("timelineActivities", &json!({}));
        let path = format!("timelineActivities/{}", record["id"].as_str().expect("an id"));
        let mut transcript = Vec::new();
        for text in texts() {
            for (method, path) in [
                (Method::POST, "timelineActivities"),
                (Method::PATCH, &path),
                (Method::POST, "batch/timelineActivities"),
                (Method::POST, "timelineActivities/duplicates"),
                (Method::POST, "connectedAccounts"),
            ] {
                let shown: String = String::from_utf8_lossy(&text).chars().take(60).collect();
                let what = format!("{method} {} {shown}", path.split('/').next().unwrap_or_default());
                let answer = program.send_text(method, path, text.clone());
                transcript.push((what, without_ids(answer, &path.replace("timelineActivities/", ""))));
            }
        }
        transcript
    });
}

fn without_ids((status, answer): Answer, id: &str) -> Answer {
    let text = answer.to_string().replace(id, "ID");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// A batch of this many records, padded to about this many bytes.
fn batch(records: usize, bytes: usize) -> Value {
    let padding = "x".repeat(bytes / records);
    vec![json!({"name": padding}); records].into()
}

on_both_databases! {
    fn malformed_json_is_refused_with_its_position(app: &mut TestApp) {
        let program = Caller::program(app);
        let (status, answer) = program.send_text(Method::POST, "people", "{\"city\": }");
        assert_eq!(
            (status, &answer["statusCode"], &answer["error"]),
            (400, &json!(400), &json!("Bad Request"))
        );
        assert_eq!(answer["message"], json!("The body is no JSON: expected value at line 1 column 10"));
        assert_eq!(program.send_text(Method::POST, "people", "").0, 201);
        assert_eq!(program.send_text(Method::POST, "people", "[]"), bad_request("Body must be an object"));
        assert_eq!(
            program.send_text(Method::POST, "batch/people", "{}"),
            bad_request("Body must be an array")
        );
    }

    fn nul_is_refused_at_every_depth(app: &mut TestApp) {
        let program = Caller::program(app);
        for (plural, field, value) in [
            ("webhooks", "operations", json!(["a", "b\0"])),
            ("timelineActivities", "properties", json!({"a": [{"b": "\0"}]})),
            ("timelineActivities", "properties", json!({"a\0": 1})),
            ("timelineActivities", "properties", json!("[\"\\u0000\"]")),
            ("people", "emails", json!({"additionalEmails": ["\0"]})),
            ("connectedAccounts", "scopes", json!(["\0"])),
        ] {
            let (status, answer) = program.post(plural, &json!({field: value}));
            let named = answer["messages"][0].as_str().is_some_and(|sentence| sentence.starts_with(field));
            assert!(status == 400 && named, "{plural} {value}: {status} {answer}");
        }
        let kept = program.create("webhooks", &json!({"operations": ["\\u0000"]}));
        assert_eq!(kept["operations"], json!(["\\u0000"]));
        assert_eq!(
            program.found("webhooks", &[("filter", "operations[containsAny]:[\"\\u0000\"]")]).len(),
            1
        );
    }

    fn a_body_has_a_size(app: &mut TestApp) {
        let program = Caller::program(app);
        let too_large: Answer = (413, json!({"statusCode": 413, "message": "request entity too large"}));
        let mega = |bytes: usize| json!({"name": "x".repeat(bytes)}).to_string();
        assert_eq!(program.send_text(Method::POST, "timelineActivities", mega(1_100_000)), too_large);
        assert_eq!(
            program.send_text(Method::POST, "timelineActivities/duplicates", mega(1_100_000)),
            too_large
        );
        assert_eq!(program.send_text(Method::POST, "timelineActivities", mega(1_000_000)).0, 201);
        assert_eq!(program.post("batch/timelineActivities", &batch(10, 11_000_000)), too_large);
        assert_eq!(program.post("batch/timelineActivities", &batch(10, 5_000_000)).0, 201);
        let message = "Input has 1001 records. Send at most 1000 at a time.";
        assert_eq!(program.post("batch/timelineActivities", &batch(1_001, 1_001)), bad_request(message));
        let (status, answer) = program.post("batch/timelineActivities", &batch(1_000, 1_000));
        assert_eq!(status, 201);
        assert_eq!(answer["data"]["createTimelineActivities"].as_array().map(Vec::len), Some(1_000));
        let ids = vec![json!("20202020-0687-4c41-b707-ed1bfca972a7"); 1_001];
        let message = "\"ids\" has 1001 entries. Send at most 1000.";
        assert_eq!(program.post("people/duplicates", &json!({"ids": ids})), bad_request(message));
    }
}
