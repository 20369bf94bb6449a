//! Rack's nesting rules: builds one tree of pairs such as `a[b][]=1`. Each name is split into steps, which lead from
//! the root to the place of the value. The last value of a name is used.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

const MAX_PAIRS: usize = 2_000;
const MAX_DEPTH: usize = 100;

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// `name` or `[name]`: the key of an object. Digits are keys, too.
    Name(&'a str),
    /// `[]`: an element at the end of an array.
    Append,
}

/// Builds one object of all pairs.
pub fn fold(pairs: Vec<(String, Value)>) -> Result<Value> {
    if pairs.len() > MAX_PAIRS {
        return Err(Error::Unreadable(format!(
            "The request has more than {MAX_PAIRS} parameters; send fewer"
        )));
    }
    let mut root = Value::Object(Map::new());
    for (name, value) in pairs.into_iter().filter(|(name, _)| !name.is_empty()) {
        let steps = steps(&name);
        if steps.len() > MAX_DEPTH {
            return Err(Error::Unreadable(format!(
                "A parameter is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        store(&mut root, &steps, value).ok_or_else(|| shape_conflict(steps[0]))?;
    }
    Ok(root)
}

/// `a[b][]` has the steps `a`, `b` and [`Step::Append`]. A part with an unmatched bracket is one step, unchanged.
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
        Some(("", after)) => (Step::Append, after),
        Some((name, after)) => (Step::Name(name), after),
    }
}

/// Stores the value at the place of its steps; `None` if an earlier value there has another shape.
/// A null is replaced by any shape.
fn store(place: &mut Value, steps: &[Step<'_>], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *place = value;
        return Some(());
    };
    match step {
        Step::Name(name) => {
            let hash = fill_if_null(place, Value::Object(Map::new())).as_object_mut()?;
            store(hash.entry(*name).or_insert(Value::Null), rest, value)
        }
        Step::Append => {
            let array = fill_if_null(place, Value::Array(Vec::new())).as_array_mut()?;
            if !array.last().is_some_and(|last| accepts_value(last, rest)) {
                array.push(Value::Null);
            }
            store(array.last_mut()?, rest, value)
        }
    }
}

fn fill_if_null(place: &mut Value, empty: Value) -> &mut Value {
    if place.is_null() {
        *place = empty;
    }
    place
}

/// Whether the value belongs into the last object of an array; if not, it begins a new element.
fn accepts_value(last: &Value, steps: &[Step<'_>]) -> bool {
    let earlier_value = steps.iter().try_fold(last, |place, step| match step {
        Step::Name(name) => place.get(name),
        Step::Append => None,
    });
    last.is_object() && earlier_value.is_none()
}

fn shape_conflict(name: Step<'_>) -> Error {
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

    fn parse(form: &str) -> Result<Value> {
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
            assert_eq!(parse(form).unwrap(), expected, "{form}");
        }
    }

    #[test]
    fn keeps_names_with_unmatched_brackets() {
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
            assert_eq!(parse(form).unwrap(), expected, "{form}");
        }
    }

    #[test]
    fn refuses_conflicting_shapes() {
        for form in ["a=x&a[b]=1", "a=x&a[]=1", "a[]=1&a[b]=1", "a[b]=1&a[]=1", "a[b]=1&a[b][c]=2"] {
            let refused = parse(form).unwrap_err();
            assert!(
                matches!(&refused, Error::Unreadable(sentence) if sentence.starts_with("a is sent")),
                "{form}"
            );
        }
    }

    #[test]
    fn limits_depth_and_number_of_pairs() {
        let deep = |levels: usize| format!("a{}=1", "[b]".repeat(levels - 1));
        assert!(parse(&deep(MAX_DEPTH)).is_ok());
        assert!(matches!(parse(&deep(MAX_DEPTH + 1)), Err(Error::Unreadable(_))));
        assert!(matches!(parse(&format!("a{}=1", "[]".repeat(20_000))), Err(Error::Unreadable(_))));
        assert!(parse(&"a[]=1&".repeat(MAX_PAIRS)).is_ok());
        assert!(matches!(parse(&"a[]=1&".repeat(MAX_PAIRS + 1)), Err(Error::Unreadable(_))));
    }
}
