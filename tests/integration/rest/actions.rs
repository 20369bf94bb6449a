//! The seven actions of every object, with the bodies of n8n's node: unedited, and with every field filled in.

mod bodies;
mod defaults;
mod filled;
mod partial;
mod special;

use roster::{
    catalogue::{
        catalogue,
        object::{Model, Object},
    },
    models::api_key::Scope,
};
use serde_json::{Map, Value, json};

use crate::{
    rest::caller::{Caller, id},
    support::{people::Person, server::TestApp},
};

/// A program with every scope, or the owner for objects that programs may not write.
struct Callers {
    program: Caller,
    owner: Caller,
}

impl Callers {
    fn create(app: &TestApp) -> Self {
        let olga = Person::owner(app, "olga");
        Self { program: Caller::key(app, &olga, &Scope::ALL), owner: Caller::session(app, &olga) }
    }

    fn for_writing(&self, object: &Object) -> &Caller {
        if object.model == Some(Model::Key) { &self.owner } else { &self.program }
    }

    /// The path of a new record of this object without fields.
    fn plain(&self, object: &'static Object) -> String {
        let record = match object.model {
            Some(Model::Member) => self.owner.found(&object.plural, &[]).remove(0),
            Some(Model::Account) => {
                let body = json!({"handle": "plain", "provider": "plain"});
                self.program.create(&object.plural, &body)
            }
            _ => self.for_writing(object).create(&object.plural, &bodies::required(object).into()),
        };
        format!("{}/{}", object.plural, id(&record))
    }
}

fn objects() -> impl Iterator<Item = &'static Object> {
    catalogue().objects().iter()
}

/// The keys of a record at a depth, in order.
fn keys(object: &Object, depth: u8) -> Vec<String> {
    let own = ["id", "createdAt", "updatedAt", "deletedAt"].map(str::to_owned);
    let fields = object.fields.iter().map(|field| field.name.clone());
    let to_one = object.to_one().map(|relation| relation.name.clone());
    let related = to_one.chain(object.to_many.iter().map(|many| many.name.clone()));
    own.into_iter().chain(fields).chain(related.filter(|_| depth > 0)).collect()
}

fn assert_whole(object: &Object, record: &Value, depth: u8) {
    let found: Vec<_> = record.as_object().expect("a record").keys().cloned().collect();
    assert_eq!(found, keys(object, depth), "{} at depth {depth}", object.plural);
    for relation in object.to_one().filter(|_| depth > 0) {
        let led_to = &record[&relation.name];
        assert_eq!(led_to.get("id").unwrap_or(&Value::Null), &record[&relation.field], "{}", relation.name);
        if !led_to.is_null() {
            let target = catalogue().by_singular(&relation.target).expect("a target");
            assert_whole(target, led_to, depth - 1);
        }
    }
}

/// A record without `updatedAt`.
fn timeless(record: &Value) -> Map<String, Value> {
    let mut fields = record.as_object().expect("a record").clone();
    fields.remove("updatedAt");
    fields
}
