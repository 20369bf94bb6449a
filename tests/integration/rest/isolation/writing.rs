//! Creating, updating and deleting in another workspace.

use roster::catalogue::object::Model;
use serde_json::{Value, json};

use super::Worlds;
use crate::{
    on_both_databases,
    rest::{
        caller::no_entity,
        full_workspace::{objects, required},
    },
};

on_both_databases! {
    fn foreign_records_cannot_be_changed(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        let before = worlds.snapshot();
        for us in &worlds.us {
            for object in objects() {
                let path = worlds.theirs.path(object);
                let refused = no_entity(&object.singular, worlds.theirs.id(&object.singular));
                for body in
                    [json!({}), Value::from(worlds.ours.relations(object)), Value::from(required(object))]
                {
                    assert_eq!(us.patch(&format!("{path}?depth=2"), &body), refused, "{path}");
                }
                assert_eq!(us.delete(&path), refused, "{path}");
            }
        }
        assert_eq!(worlds.snapshot(), before);
    }

    fn relations_to_foreign_records_are_refused(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        let before = worlds.snapshot();
        for us in &worlds.us {
            for object in
                objects().filter(|object| object.model.is_none() || object.model == Some(Model::Account))
            {
                for one in object.to_one() {
                    let theirs = worlds.theirs.id(&one.target);
                    let message = json!([format!("{}: no {} has the id '{theirs}'", one.field, one.target)]);
                    let mut body = required(object);
                    body.insert(one.field.clone(), json!(theirs));
                    if object.model.is_some() {
                        body.extend([
                            ("handle".to_owned(), json!("new")),
                            ("provider".to_owned(), json!("network")),
                        ]);
                    }
                    let body = Value::from(body);
                    for (status, answer) in [
                        us.post(&object.plural, &body),
                        us.post(&format!("batch/{}", object.plural), &json!([body])),
                        us.patch(&worlds.ours.path(object), &body),
                    ] {
                        assert_eq!(
                            (status, &answer["messages"]),
                            (400, &message),
                            "{}.{}",
                            object.plural,
                            one.field
                        );
                    }
                }
            }
        }
        assert_eq!(worlds.snapshot(), before);
    }

    fn the_same_id_in_two_workspaces_is_two_records(app: &mut TestApp) {
        let worlds = Worlds::apart(app);
        let before = worlds.snapshot();
        let us = &worlds.us[0];
        for object in
            objects().filter(|object| object.model.is_none() || object.model == Some(Model::Account))
        {
            let mut body = required(object);
            body.insert("id".to_owned(), json!(worlds.theirs.id(&object.singular)));
            if object.model.is_some() {
                body.extend([("handle".to_owned(), json!("new")), ("provider".to_owned(), json!("network"))]);
            }
            let (status, answer) = us.post(&format!("{}?depth=2", object.plural), &body.into());
            assert_eq!(status, 201, "{}: {answer}", object.plural);
            let created = crate::rest::caller::only(&answer["data"]);
            for many in &object.to_many {
                assert_eq!(created[&many.name], json!([]), "{}.{}", object.plural, many.name);
            }
        }
        assert_eq!(worlds.snapshot(), before);
        for object in
            objects().filter(|object| object.model.is_none() || object.model == Some(Model::Account))
        {
            assert_eq!(us.delete(&worlds.theirs.path(object)).0, 200, "{}", object.plural);
        }
        assert_eq!(worlds.snapshot(), before);
    }
}
