//! Rack's nesting rules: pairs such as `a[b][]=1` folded into one tree. Names are taken apart into steps
//! first; then each value walks its steps from the root. The last value of a name wins.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

const PAIRS: usize = 2_000;
const DEPTH: usize = 100;

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// `[name]`: the value of a hash. Digits are names too.
    Name(&'a str),
    /// `[]`: one more element of an array.
    Each,
}

/// One object out of all the pairs.
pub fn fold(pairs: Vec<(String, Value)>) -> Result<Value> {
    if pairs.len() > PAIRS {
        return Err(Error::Unreadable(format!("The request has more than {PAIRS} parameters; send fewer")));
    }
    let mut root = Value::Object(Map::new());
    for (name, value) in pairs.into_iter().filter(|(name, _)| !name.is_empty()) {
        let steps = steps(&name);
        if steps.len() > DEPTH {
            return Err(Error::Unreadable(format!("A parameter is nested more than {DEPTH} levels deep")));
        }
        store(&mut root, &steps, value).ok_or_else(|| two_shapes(steps[0]))?;
    }
    Ok(root)
}

/// `a[b][]` is the name `a`, the name `b` and each. What does not pair its brackets is kept as a name.
fn steps(name: &str) -> Vec<Step<'_>> {
    let head = name.char_indices().skip(1).find(|&(_, c)| c == '[').map_or(name.len(), |(at, _)| at);
    if &name[head..] == "[" {
        return vec![Step::Name(name)];
    }
    let mut steps = vec![Step::Name(&name[..head])];
    let mut rest = &name[head..];
    while !rest.is_empty() {
        let (step, after) = next_step(rest);
        steps.push(step);
        rest = after;
    }
    steps
}

fn next_step(rest: &str) -> (Step<'_>, &str) {
    match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((_, "[")) | None => (Step::Name(rest), ""),
        Some(("", after)) => (Step::Each, after),
        Some((name, after)) => (Step::Name(name), after),
    }
}

/// Puts the value where its steps lead, or nothing where an earlier value has another shape.
/// Null is a vacant place.
fn store(place: &mut Value, steps: &[Step<'_>], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *place = value;
        return Some(());
    };
    match step {
        Step::Name(name) => {
            let hash = vacant_or(place, Value::Object(Map::new())).as_object_mut()?;
            store(hash.entry(*name).or_insert(Value::Null), rest, value)
        }
        Step::Each => {
            let array = vacant_or(place, Value::Array(Vec::new())).as_array_mut()?;
            if !array.last().is_some_and(|last| has_room(last, rest)) {
                array.push(Value::Null);
            }
            store(array.last_mut()?, rest, value)
        }
    }
}

fn vacant_or(place: &mut Value, empty: Value) -> &mut Value {
    if place.is_null() {
        *place = empty;
    }
    place
}

/// Whether an array's last hash takes this value too, or a new hash begins with it.
fn has_room(last: &Value, steps: &[Step<'_>]) -> bool {
    let occupant = steps.iter().try_fold(last, |place, step| match step {
        Step::Name(name) => place.get(name),
        Step::Each => None,
    });
    last.is_object() && occupant.is_none()
}

fn two_shapes(name: Step<'_>) -> Error {
    let name = match name {
        Step::Name(name)
            if name.len() <= 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
        {
            name
        }
        _ => "A parameter",
    };
    Error::Unreadable(format!("{name} is sent in two shapes at once, of value, hash and array; send one"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::parameters::form;

    fn read(form: &str) -> Result<Value> {
        fold(form::pairs(form.as_bytes())?)
    }

    #[test]
    fn nests_as_rack_does() {
        for (form, expected) in [
            ("", json!({})),
            ("a=1", json!({ "a": "1" })),
            ("a=1&a=2", json!({ "a": "2" })),
            ("a", json!({ "a": null })),
            ("=1", json!({})),
            ("a[]=1&a[]=2", json!({ "a": ["1", "2"] })),
            ("a[]=", json!({ "a": [""] })),
            ("a[]", json!({ "a": [null] })),
            ("a[0]=1&a[1]=2", json!({ "a": { "0": "1", "1": "2" } })),
            ("a[b]=1&a[c]=2&a[b]=3", json!({ "a": { "b": "3", "c": "2" } })),
            ("a%5Bb%5D%5B%5D=1", json!({ "a": { "b": ["1"] } })),
            ("a[][b]=1&a[][c]=2&a[][b]=3", json!({ "a": [{ "b": "1", "c": "2" }, { "b": "3" }] })),
            ("x[][y]=1&x[][y]=2", json!({ "x": [{ "y": "1" }, { "y": "2" }] })),
            (
                "a[][b][c]=1&a[][b][d]=2&a[][b][c]=3",
                json!({ "a": [{ "b": { "c": "1", "d": "2" } }, { "b": { "c": "3" } }] }),
            ),
            ("a[][b][]=1&a[][b][]=2", json!({ "a": [{ "b": ["1", "2"] }] })),
            ("a[][]=1&a[][]=2", json!({ "a": [["1"], ["2"]] })),
            ("a[]=x&a[][b]=1", json!({ "a": ["x", { "b": "1" }] })),
            ("a&a[b]=1", json!({ "a": { "b": "1" } })),
            ("a[b]=1&a=x", json!({ "a": "x" })),
        ] {
            assert_eq!(read(form).unwrap(), expected, "{form}");
        }
    }

    #[test]
    fn keeps_odd_names() {
        for (form, expected) in [
            ("a[b]c=1", json!({ "a": { "b": { "c": "1" } } })),
            ("a[b=1", json!({ "a": { "[b": "1" } })),
            ("a[=1", json!({ "a[": "1" })),
            ("a[b][=1", json!({ "a": { "[b][": "1" } })),
            ("a]=1", json!({ "a]": "1" })),
            ("[]=1", json!({ "[]": "1" })),
            ("[a]=1", json!({ "[a]": "1" })),
            ("é[ü]=1", json!({ "é": { "ü": "1" } })),
        ] {
            assert_eq!(read(form).unwrap(), expected, "{form}");
        }
    }

    #[test]
    fn refuses_two_shapes() {
        for form in ["a=x&a[b]=1", "a=x&a[]=1", "a[]=1&a[b]=1", "a[b]=1&a[]=1", "a[b]=1&a[b][c]=2"] {
            let refused = read(form).unwrap_err();
            assert!(
                matches!(&refused, Error::Unreadable(sentence) if sentence.starts_with("a is sent")),
                "{form}"
            );
        }
    }

    #[test]
    fn bounds_depth_and_number() {
        let deep = |levels: usize| format!("a{}=1", "[b]".repeat(levels - 1));
        assert!(read(&deep(DEPTH)).is_ok());
        assert!(matches!(read(&deep(DEPTH + 1)), Err(Error::Unreadable(_))));
        assert!(matches!(read(&format!("a{}=1", "[]".repeat(20_000))), Err(Error::Unreadable(_))));
        assert!(read(&"a[]=1&".repeat(PAIRS)).is_ok());
        assert!(matches!(read(&"a[]=1&".repeat(PAIRS + 1)), Err(Error::Unreadable(_))));
    }
}
