//! Every field with a value: what was written is read back unchanged.

use roster::catalogue::{
    catalogue,
    object::{Kind as FieldKind, Model, Object, PartKind},
};
use serde_json::{Map, Value, json};

use super::{Callers, assert_whole, bodies, objects};
use crate::{on_both_databases, rest::caller::id};

/// A body with every field that an update may set, except relations. The service fills in `createdBy`.
pub fn body(object: &Object, seed: usize) -> Map<String, Value> {
    let mut body = bodies::filled(object, seed);
    object.fields.iter().filter(|field| field.is_actor()).for_each(|field| drop(body.remove(&field.name)));
    match object.model {
        Some(Model::Member) => {
            body.remove("userEmail");
            body.remove("userId");
        }
        Some(Model::Account) => {
            // Providers have one spelling, and handles have no leading @.
            body.insert("provider".to_owned(), json!(format!("network {seed}")));
        }
        // `revokedAt` is the same for every seed; `expiresAt` gets earlier with each seed.
        Some(Model::Key) => {
            body.insert("revokedAt".to_owned(), json!("2027-05-06T07:08:09.010Z"));
            body.insert("expiresAt".to_owned(), json!(format!("20{:02}-05-06T07:08:09.010Z", 28 - seed)));
        }
        None => {}
    }
    body
}

fn assert_holds(object: &Object, record: &Value, body: &Map<String, Value>) {
    for (name, sent) in body {
        assert_eq!(record[name].to_string(), sent.to_string(), "{}.{name}", object.plural);
    }
}

on_both_databases! {
    fn a_created_record_is_read_back(app: &mut TestApp) {
        let callers = Callers::create(app);
        let targets: Map<String, Value> = objects()
            .map(|object| (object.singular.clone(), json!(callers.plain(object).rsplit('/').next())))
            .collect();
        for object in objects().filter(|object| object.model != Some(Model::Member)) {
            let mut body = body(object, 0);
            if object.model.is_none() {
                let relations = object.to_one().map(|one| (one.field.clone(), targets[&one.target].clone()));
                body.extend(relations);
            }
            let caller = callers.for_writing(object);
            let (status, answer) = caller.post(&format!("{}?depth=1", object.plural), &body.clone().into());
            assert_eq!(status, 201, "{}: {answer}", object.plural);
            let created = &answer["data"][Object::response_key("create", &object.singular)];
            assert_whole(object, created, 1);
            assert_holds(object, created, &body);
            let (_, read) = callers.program.get(&format!("{}/{}?depth=1", object.plural, id(created)));
            assert_eq!(read["data"][&object.singular], *created, "{}", object.plural);
            for relation in object.to_one().filter(|_| object.model.is_none()) {
                let target = catalogue().by_singular(&relation.target).expect("a target");
                let path =
                    format!("{}/{}?depth=1", target.plural, targets[&target.singular].as_str().unwrap());
                let (_, back) = callers.program.get(&path);
                let led_here = back["data"][&target.singular][&relation.inverse].as_array().expect("a list");
                assert!(
                    led_here.iter().any(|record| record["id"] == created["id"]),
                    "{}.{}",
                    target.plural,
                    relation.inverse
                );
            }
            if object.model.is_none() {
                let mut list = Vec::new();
                for seed in 1..4 {
                    list.push(Value::from(super::body(object, seed)));
                }
                let (status, answer) = caller.post(&format!("batch/{}", object.plural), &json!(list));
                assert_eq!(status, 201, "{}: {answer}", object.plural);
                let created =
                    answer["data"][Object::response_key("create", &object.plural)].as_array().expect("a list");
                for (record, sent) in created.iter().zip(&list) {
                    assert_holds(object, record, sent.as_object().expect("a body"));
                }
            }
        }
    }

    fn an_updated_record_is_read_back_and_found(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects() {
            let path = callers.plain(object);
            for seed in 0..2 {
                let body = body(object, seed);
                let updated =
                    callers.for_writing(object).update(&format!("{path}?depth=1"), &body.clone().into());
                assert_whole(object, &updated, 1);
                assert_holds(object, &updated, &body);
                let (_, read) = callers.program.get(&format!("{path}?depth=1"));
                assert_eq!(read["data"][&object.singular], updated, "{}", object.plural);
            }
            let body = body(object, 1);
            for field in
                object.fields.iter().filter(|field| !field.is_secret && body.contains_key(&field.name))
            {
                let text = match (&field.kind, &body[&field.name]) {
                    (FieldKind::Composite(..) | FieldKind::Json, _) => continue,
                    (FieldKind::Array | FieldKind::MultiSelect(_), list) => {
                        format!("{}[containsAny]:[{}]", field.name, list[0])
                    }
                    (_, Value::String(text)) => {
                        format!("{}[eq]:\"{}\"", field.name, text.replace('"', "\"\""))
                    }
                    (_, value) => format!("{}[eq]:{value}", field.name),
                };
                let found = callers.program.found(&object.plural, &[("filter", &text)]);
                assert_eq!(found.len(), 1, "{} {text}", object.plural);
            }
        }
    }

    fn null_clears_and_an_empty_list_is_a_value(app: &mut TestApp) {
        let callers = Callers::create(app);
        for object in objects().filter(|object| object.model.is_none()) {
            let path = callers.plain(object);
            callers.program.update(&path, &body(object, 0).into());
            for field in object.fields.iter().filter(|field| !field.is_actor()) {
                let cleared = callers.program.update(&path, &json!({field.name.clone(): null}));
                let expected = match &field.kind {
                    FieldKind::Text => json!(""),
                    FieldKind::Composite(_, parts) => {
                        let empty = |part: &roster::catalogue::object::Part| {
                            let is_text = part.kind == PartKind::Text && !part.nullable;
                            (part.name.clone(), if is_text { json!("") } else { Value::Null })
                        };
                        parts.iter().map(empty).collect::<Map<_, _>>().into()
                    }
                    _ => Value::Null,
                };
                assert_eq!(cleared[&field.name], expected, "{}.{}", object.plural, field.name);
                if let FieldKind::Array | FieldKind::MultiSelect(_) | FieldKind::Json = field.kind {
                    let emptied = callers.program.update(&path, &json!({field.name.clone(): []}));
                    assert_eq!(emptied[&field.name], json!([]), "{}.{}", object.plural, field.name);
                }
            }
        }
    }
}
