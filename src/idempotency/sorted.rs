//! JSON with the keys of all objects in order, so that bodies which mean the same are written the same.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Serializes what it borrows, without a copy.
#[derive(Debug)]
pub struct Sorted<'a, T>(pub &'a T);

impl Serialize for Sorted<'_, Map<String, Value>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields: Vec<(&String, &Value)> = self.0.iter().collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        serializer.collect_map(fields.into_iter().map(|(name, value)| (name, Sorted(value))))
    }
}

impl Serialize for Sorted<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => Sorted(fields).serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            other => other.serialize(serializer),
        }
    }
}

impl Serialize for Sorted<'_, Vec<Map<String, Value>>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Sorted))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_what_means_the_same_in_the_same_way() {
        let value = json!({"b": [{"z": 1, "a": null}], "a": {"y": "x", "b": 2.5}, "é": true});
        let sorted = serde_json::to_string(&Sorted(&value)).unwrap();
        assert_eq!(sorted, r#"{"a":{"b":2.5,"y":"x"},"b":[{"a":null,"z":1}],"é":true}"#);
        let mut copy = value.clone();
        copy.sort_all_objects();
        assert_eq!(sorted, copy.to_string());
        let Value::Object(fields) = value else { unreachable!() };
        assert_eq!(serde_json::to_string(&Sorted(&vec![fields])).unwrap(), format!("[{sorted}]"));
    }
}
