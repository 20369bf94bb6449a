//! A response whose keys are renamed for a network: defined with general keys such as `account`, sent with the
//! network's, such as `twitter_account`.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::networks::Network;

/// A body that is serialized with the keys of a network.
#[derive(Debug)]
pub struct Named<T> {
    network: &'static Network,
    body: T,
}

impl<T> Named<T> {
    pub fn new(network: &'static Network, body: T) -> Self {
        Self { network, body }
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = serde_json::to_value(&self.body).map_err(S::Error::custom)?;
        rename(body, self.network).serialize(serializer)
    }
}

fn rename(value: Value, network: &Network) -> Value {
    match value {
        Value::Object(pairs) => {
            let pairs = pairs.into_iter();
            let pairs: Map<String, Value> = pairs
                .map(|(key, value)| (network.name_for(&key).to_owned(), rename(value, network)))
                .collect();
            pairs.into()
        }
        Value::Array(items) => items.into_iter().map(|item| rename(item, network)).collect(),
        other => other,
    }
}

/// With the general names; the route of the action renames them for its network.
impl<T: PartialSchema> PartialSchema for Named<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: ToSchema> ToSchema for Named<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
