//! Values of a wrong kind, for each field.

use roster::catalogue::object::{Kind as FieldKind, Model, Object};
use serde_json::{Map, Value, json};

use super::{Transcript, same_on_both};
use crate::rest::{
    caller::{Caller, id},
    full_workspace::{objects, required},
};

/// One JSON value of every kind, and values that are nearly valid for some kind.
fn wrong(kind: &FieldKind) -> Vec<Value> {
    let mut values = vec![json!(-12.5), json!(true), json!([1]), json!({"a": 1}), json!("\0"), json!("NULL")];
    values.extend(match kind {
        FieldKind::DateTime => {
            vec![json!("0000-01-01"), json!("10000-01-01T00:00:00Z"), json!("2025-02-30"), json!("now")]
        }
        FieldKind::Integer => vec![json!(9_007_199_254_740_992_i64), json!(1e300), json!(0.5), json!("1")],
        FieldKind::Number => vec![json!("1"), json!("Infinity")],
        FieldKind::Boolean => vec![json!(1), json!("true")],
        FieldKind::Uuid | FieldKind::Relation(_) => {
            vec![json!("x"), json!("20202020-0687-4c41-b707-ed1bfca972a7' OR 1=1")]
        }
        FieldKind::Array | FieldKind::MultiSelect(_) => {
            vec![json!(["a\0b"]), json!(["\0"]), json!([["a"]]), json!([null, "a"]), json!("a,b")]
        }
        FieldKind::Json => vec![json!(["\0"]), json!("{")],
        FieldKind::Composite(_, parts) => {
            let part = |value: Value| {
                parts.iter().map(|part| (part.name.clone(), value.clone())).collect::<Map<_, _>>()
            };
            vec![
                json!("x"),
                part(json!(true)).into(),
                part(json!("\0")).into(),
                part(json!(["\0"])).into(),
                part(json!(1e300)).into(),
            ]
        }
        FieldKind::Text | FieldKind::Enum(_) => vec![json!("x".repeat(20_000))],
    });
    values
}

fn target(program: &Caller, object: &'static Object) -> String {
    let record = match object.model {
        Some(Model::Member | Model::Key) => program.found(&object.plural, &[]).remove(0),
        Some(Model::Account) => program.create(&object.plural, &json!({"handle": "h", "provider": "p"})),
        None => program.create(&object.plural, &required(object).into()),
    };
    format!("{}/{}", object.plural, id(&record))
}

#[test]
fn no_field_takes_what_it_cannot_hold() {
    same_on_both("no_field_takes_what_it_cannot_hold", |program| {
        let mut transcript: Transcript = Vec::new();
        for object in objects() {
            let path = target(program, object);
            for field in &object.fields {
                for value in wrong(&field.kind) {
                    let (status, answer) = program.patch(&path, &json!({field.name.clone(): value}));
                    let shown: String = value.to_string().chars().take(60).collect();
                    let what = format!("{}.{} {shown}", object.plural, field.name);
                    if status >= 400 {
                        let sentence = answer["messages"][0].as_str().expect("a sentence");
                        assert!(sentence.starts_with(&field.name), "{what}: {sentence}");
                    }
                    transcript.push((what, (status, answer)));
                }
            }
            // Every accepted value is read back.
            let (status, answer) = program.get(&format!("{path}?depth=1"));
            transcript.push((format!("{} afterwards", object.plural), (status, answer)));
        }
        transcript
    });
}
