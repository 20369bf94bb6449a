//! Reading by name: a [`Hash`] is asked for each parameter in the order the contract documents them,
//! and notes every problem with the sentence apipie would give. What each type accepts is in the files below.
//!
//! A reader of a refused or missing parameter returns a stand-in; [`read`] lets none of them out.

mod choice;
mod integer;
mod list;
mod moment;
mod text;

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::{
    redact::{self, FILTERED},
    inspect::inspect,
    rule::Rule,
};
use crate::error::{Error, Problem};

/// Runs the readers over a root; any problem they noted is the answer.
pub fn read<T>(root: &Value, action: impl FnOnce(&Hash<'_>) -> T) -> Result<T, Error> {
    let problems = RefCell::default();
    let outcome = action(&Hash { pairs: root.as_object(), path: String::new(), problems: &problems });
    match problems.into_inner() {
        none if none.is_empty() => Ok(outcome),
        problems => Err(Error::Invalid(problems)),
    }
}

/// An object among the parameters, and the notebook of problems all objects of a request share.
pub struct Hash<'a> {
    /// None where there is no object: a problem is noted already, and the children stay silent.
    pairs: Option<&'a Map<String, Value>>,
    path: String,
    problems: &'a RefCell<Vec<Problem>>,
}

/// What a parameter is called among its siblings, and whether its value may be quoted.
#[derive(Clone, Copy)]
struct Name<'n> {
    text: &'n str,
    is_secret: bool,
}

impl<'n> Name<'n> {
    fn secret(text: &'n str) -> Self {
        Self { text, is_secret: true }
    }
}

impl<'n> From<&'n str> for Name<'n> {
    fn from(text: &'n str) -> Self {
        Self { text, is_secret: redact::is_secret(text) }
    }
}

impl<'a> Hash<'a> {
    /// A required object. An empty one is there, and misses its children.
    #[must_use]
    pub fn hash(&self, name: &str) -> Hash<'a> {
        self.child(name, self.required(name.into(), object))
    }

    /// An object that may be left out; null and `""` leave it out too.
    pub fn optional_hash(&self, name: &str) -> Option<Hash<'a>> {
        self.optional(name.into(), object).map(|pairs| self.child(name, Some(pairs)))
    }

    fn child(&self, name: &str, pairs: Option<&'a Map<String, Value>>) -> Hash<'a> {
        Hash { pairs, path: self.field(name), problems: self.problems }
    }

    /// The value, if it is there and passes the check; a note, if not.
    fn required<T>(&self, name: Name<'_>, check: impl FnOnce(&'a Value) -> Result<T, Rule>) -> Option<T> {
        let Some(value) = self.pairs?.get(name.text) else {
            let missing = format!("Missing parameter {}", name.text);
            self.note(Problem::new(self.field(name.text), "missing", missing));
            return None;
        };
        self.checked(name, value, check)
    }

    /// The value, if it is there; null and `""` are not. A note, if it is there and fails the check.
    fn optional<T>(&self, name: Name<'_>, check: impl FnOnce(&'a Value) -> Result<T, Rule>) -> Option<T> {
        let value = self.pairs?.get(name.text).filter(|value| !value.is_null() && *value != "")?;
        self.checked(name, value, check)
    }

    fn checked<T>(
        &self,
        name: Name<'_>,
        value: &'a Value,
        check: impl FnOnce(&'a Value) -> Result<T, Rule>,
    ) -> Option<T> {
        match check(value) {
            Ok(passed) => Some(passed),
            Err(rule) => {
                self.refuse(name, self.field(name.text), value, &rule);
                None
            }
        }
    }

    fn refuse(&self, name: Name<'_>, field: String, value: &Value, rule: &Rule) {
        // A hash sent as a text holds its children's secrets.
        let holds_secret = *rule == Rule::Hash && value.as_str().is_some_and(redact::is_secret);
        let quoted = if name.is_secret || holds_secret { FILTERED.into() } else { inspect(value) };
        let message = format!("Invalid parameter '{}' value {quoted}: {rule}", name.text);
        self.note(Problem::new(field, rule.code(), message));
    }

    /// Notes what a rule beyond these readers has against a value, unless something is noted about it already.
    pub fn object_to(&self, name: &str, code: &'static str, message: impl Into<String>) {
        let field = self.field(name);
        let told = self.problems.borrow().iter().any(|problem| problem.field == field);
        if self.pairs.is_some() && !told {
            self.note(Problem::new(field, code, message));
        }
    }

    fn note(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    fn field(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

fn object(value: &Value) -> Result<&Map<String, Value>, Rule> {
    value.as_object().ok_or(Rule::Hash)
}

#[cfg(test)]
mod tests;
