//! A workspace with one record of every object that programs may create; all possible relations are set.

use std::collections::BTreeMap;

use roster::catalogue::{
    catalogue,
    object::{Model, Object},
};
use serde_json::{Map, Value, json};

use crate::rest::caller::{Caller, id};

/// Ids by the singular names of the objects.
pub struct Full {
    pub ids: BTreeMap<&'static str, String>,
}

impl Full {
    pub fn workspace(program: &Caller) -> Self {
        let mut full = Self { ids: BTreeMap::new() };
        for object in objects() {
            let made = match object.model {
                Some(Model::Member | Model::Key) => program.found(&object.plural, &[]).remove(0),
                Some(Model::Account) => {
                    let count = program.found(&object.plural, &[]).len();
                    let handle = format!("account {count}");
                    program.create(
                        &object.plural,
                        &json!({"handle": handle, "provider": "network", "accessToken": "TOKEN"}),
                    )
                }
                None => program.create(&object.plural, &required(object).into()),
            };
            full.ids.insert(&object.singular, id(&made).to_owned());
        }
        for object in objects().filter(|object| object.model.is_none()) {
            program.update(&full.path(object), &full.relations(object).into());
        }
        full
    }

    pub fn path(&self, object: &Object) -> String {
        format!("{}/{}", object.plural, self.id(&object.singular))
    }

    pub fn id(&self, singular: &str) -> &str {
        &self.ids[singular]
    }

    /// A body that sets every relation of an object.
    pub fn relations(&self, object: &Object) -> Map<String, Value> {
        object.to_one().map(|one| (one.field.clone(), json!(self.id(&one.target)))).collect()
    }
}

pub fn objects() -> impl Iterator<Item = &'static Object> {
    catalogue().objects().iter()
}

/// The required fields of an object.
pub fn required(object: &Object) -> Map<String, Value> {
    let value = |name: &String| match name.as_str() {
        "type" => json!("CRON"),
        "settings" => json!({"pattern": "0 0 * * *"}),
        "expiresAt" => json!("2030-01-01T00:00:00.000Z"),
        _ => json!("20202020-0687-4c41-b707-ed1bfca972a7"),
    };
    object.required.iter().map(|name| (name.clone(), value(name))).collect()
}
