//! Tests of the runner itself: files that it must refuse, and differences that it must report.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use crate::{files, matching, names::Names, world::World};

pub fn trials(world: &Arc<World>) -> Vec<Trial> {
    let mut trials: Vec<_> = REFUSED
        .iter()
        .map(|(name, text, because)| {
            let world = Arc::clone(world);
            Trial::test(format!("meta::refuses {name}"), move || refuses(text, because, &world))
        })
        .collect();
    trials.extend(comparisons().into_iter().map(|(name, expected, got, found)| {
        Trial::test(format!("meta::{name}"), move || finds(&expected, &got, found))
    }));
    trials.push(Trial::test("meta::a copy is filled, and its changes stay in their place", copies));
    trials
}

fn copies() -> Result<(), Failed> {
    let mut names = Names::under(Some("run.example.test".to_owned()));
    names.introduce("ann", &json!({"id": 1, "memberId": "${mia.id}", "city": "Basel"}));
    names.set("mia", json!({"email": "mia@run.example.test"}));
    names.set("mia.id", json!("m"));
    for (expected, written) in [
        (json!({"id": 1, "memberId": "m", "city": "Basel"}), json!({"$like": "ann"})),
        (json!({"id": 2, "city": "Basel"}), json!({"$like": "ann", "memberId": "<absent>", "id": 2})),
        (json!({"email": "mia@run.example.test"}), json!({"$like": "mia"})),
        (json!("to ann@run.example.test m"), json!("to ann@example.test ${mia.id}")),
    ] {
        // Compared as text, because the order of keys counts.
        let (filled, expected) = (names.fill(&written)?.to_string(), expected.to_string());
        if filled != expected {
            return Err(format!("{written} should be {expected}, and is {filled}").into());
        }
    }
    Ok(())
}

/// A name, the wrong part of the file, and a word of the error message.
const REFUSED: [(&str, &str, &str); 7] = [
    ("a file without examples", "examples: []", "examples"),
    (
        "an unknown key",
        "exmaples: [], examples: [{name: n, request: {}, answer: {status: 200, json: {}}}]",
        "exmaples",
    ),
    (
        "an unknown key of a request",
        "examples: [{name: n, request: {jsno: {}}, answer: {status: 200, json: {}}}]",
        "jsno",
    ),
    ("an answer without a status", "examples: [{name: n, request: {}, answer: {json: {}}}]", "status"),
    ("an answer without a body", "examples: [{name: n, request: {}, answer: {status: 200}}]", "whole body"),
    (
        "an answer that any body would fit",
        "examples: [{name: n, request: {}, answer: {status: 200, json: <string>}}]",
        "whole body",
    ),
    (
        "settings that are not declared",
        "examples: [{name: n, settings: {sign_up: open}, request: {}, answer: {status: 200, json: {}}}]",
        "settings",
    ),
];

fn refuses(text: &str, because: &str, world: &World) -> Result<(), Failed> {
    let text = format!("{{endpoint: GET /x, about: x, as: nobody, {text}}}");
    match files::parse("meta", &text, world) {
        Err(reason) if reason.contains(because) => Ok(()),
        Err(reason) => Err(format!("refused {text}, but because {reason}").into()),
        Ok(_) => Err(format!("accepted {text}").into()),
    }
}

type Comparison = (&'static str, Value, Value, Option<&'static str>);

fn comparisons() -> Vec<Comparison> {
    vec![
        ("the same body matches", json!({"a": [1, "x", null]}), json!({"a": [1, "x", null]}), None),
        ("the order of keys matters", json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), Some("$: ")),
        ("a key too many is seen", json!({"a": 1}), json!({"a": 1, "b": 2}), Some("$: ")),
        ("a missing key is seen", json!({"a": 1, "b": 2}), json!({"a": 1}), Some("$: ")),
        (
            "a nested difference names its path",
            json!({"a": [{"b": 1}]}),
            json!({"a": [{"b": 2}]}),
            Some("$.a[0].b: "),
        ),
        ("a number is not its text", json!({"a": 1}), json!({"a": "1"}), Some("$.a: ")),
        ("a text is not its number", json!({"a": "1"}), json!({"a": 1}), Some("$.a: ")),
        ("a missing element is seen", json!([1, 2]), json!([1]), Some("$: ")),
        ("an id is an integer", json!("<id>"), json!(7), None),
        ("a text is no id", json!("<id>"), json!("7"), Some("$: ")),
        ("zero is no id", json!("<id>"), json!(0), Some("$: ")),
        ("null is no string", json!("<string>"), json!(null), Some("$: ")),
        ("a timestamp has milliseconds", json!("<timestamp>"), json!("2023-06-14T17:06:02Z"), Some("$: ")),
        ("a timestamp matches", json!("<timestamp>"), json!("2023-06-14T17:06:02.456Z"), None),
        ("a placeholder inside a text", json!("in <integer> seconds."), json!("in 12 seconds."), None),
        ("the text around it counts", json!("in <integer> seconds."), json!("in 12 hours."), Some("$: ")),
        ("a uuid matches", json!("<uuid>"), json!("67e55044-10b1-426f-9247-bb680e5fe0c8"), None),
        ("another text is no uuid", json!("<uuid>"), json!("67e5504410b1426f9247bb680e5fe0c8"), Some("$: ")),
        ("a short word is no token", json!("<token>"), json!("abc"), Some("$: ")),
    ]
}

fn finds(expected: &Value, got: &Value, found: Option<&str>) -> Result<(), Failed> {
    let differences = matching::differences(expected, got, &mut Names::default());
    match (found, differences.as_slice()) {
        (None, []) => Ok(()),
        (Some(path), [first, ..]) if first.starts_with(path) => Ok(()),
        (wanted, seen) => Err(format!("expected {wanted:?}, saw {seen:?}").into()),
    }
}
