//! An object among the parameters, read by name, and the problems that all objects of a request share.
//! Every sentence that refuses a parameter is made here.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::{
    inspect::inspect,
    kind::Parameter,
    redact::{self, FILTERED},
    rule::Rule,
};
use crate::{
    clock::Moment,
    error::{Error, Problem, Result},
    networks::Network,
};

/// An object of the request, and where it is.
pub struct Object<'a> {
    pairs: &'a Map<String, Value>,
    path: String,
    request: &'a Request,
}

/// What all parameters of a request share.
struct Request {
    now: Moment,
    /// The network in whose words they are sent.
    network: Option<&'static Network>,
    problems: RefCell<Vec<Problem>>,
}

/// Parses a root; all its problems, in the order they were found, are the error.
pub fn parse<T>(
    root: &Map<String, Value>,
    now: Moment,
    network: Option<&'static Network>,
    parse: impl FnOnce(&Object<'_>) -> Option<T>,
) -> Result<T> {
    let request = Request { now, network, problems: RefCell::default() };
    let parsed = parse(&Object { pairs: root, path: String::new(), request: &request });
    match (parsed, request.problems.into_inner()) {
        (Some(parsed), problems) if problems.is_empty() => Ok(parsed),
        (None, problems) if problems.is_empty() => {
            Err(Error::ours("a parameter was refused without a problem"))
        }
        (_, problems) => Err(Error::Invalid(problems)),
    }
}

impl Object<'_> {
    /// The value of one parameter; `None` where it was refused.
    pub fn parse<P: Parameter>(&self, name: &str) -> Option<P::Value> {
        P::parse(self, name)
    }

    /// As [`Object::parse`], without noting any problem.
    pub fn peek<P: Parameter>(&self, name: &str) -> Option<P::Value> {
        let request = Request { problems: RefCell::default(), ..*self.request };
        P::parse(&Object { pairs: self.pairs, path: String::new(), request: &request }, name)
    }

    /// What was sent under a name.
    pub fn field<'o>(&'o self, name: &'o str) -> Option<Field<'o>> {
        let name = self.word(name);
        let value = self.pairs.get(name)?;
        Some(Field {
            value,
            object: self,
            name,
            path: self.path_of(name),
            is_secret: redact::is_secret(name),
        })
    }

    /// Notes that a required parameter is missing.
    pub fn note_missing(&self, name: &str) {
        let name = self.word(name);
        self.note(Problem::new(self.path_of(name), "missing", format!("Missing parameter {name}")));
    }

    /// When the request arrived.
    pub fn now(&self) -> Moment {
        self.request.now
    }

    /// What a parameter is called where it is sent.
    fn word<'n>(&self, name: &'n str) -> &'n str {
        self.request.network.map_or(name, |network| network.word(name))
    }

    fn note(&self, problem: Problem) {
        self.request.problems.borrow_mut().push(problem);
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A value as sent, its name, and the object it was found in.
#[derive(Clone)]
pub struct Field<'a> {
    pub value: &'a Value,
    pub object: &'a Object<'a>,
    name: &'a str,
    path: String,
    is_secret: bool,
}

impl<'a> Field<'a> {
    /// The same value, quoted in no sentence.
    pub fn secret(&self) -> Self {
        Self { is_secret: true, ..self.clone() }
    }

    /// One element of a value that is an array. It shares the name, which the sentences say.
    pub fn element(&self, index: usize, value: &'a Value) -> Self {
        Self { value, path: format!("{}[{index}]", self.path), ..self.clone() }
    }

    /// The value as an object of its own.
    pub fn as_object(&self) -> Option<Object<'a>> {
        let pairs = self.checked(self.value.as_object().ok_or(Rule::Hash))?;
        Some(Object { pairs, path: self.path.clone(), request: self.object.request })
    }

    /// Whether the value stands for none: null or `""`.
    pub fn is_empty(&self) -> bool {
        self.value.is_null() || *self.value == ""
    }

    /// The outcome of a check; a broken rule is noted.
    pub fn checked<T>(&self, outcome: std::result::Result<T, Rule>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(rule) => {
                let message =
                    format!("Invalid parameter '{}' value {}: {rule}", self.name, self.quoted(&rule));
                self.note(rule.code(), message);
                None
            }
        }
    }

    /// Notes a problem that has a sentence of its own.
    pub fn note(&self, code: &'static str, message: impl Into<String>) {
        self.object.note(Problem::new(self.path.clone(), code, message));
    }

    fn quoted(&self, rule: &Rule) -> String {
        // An object sent as a text holds its children's secrets.
        let holds_secret = *rule == Rule::Hash && self.value.as_str().is_some_and(redact::is_secret);
        if self.is_secret || holds_secret { FILTERED.into() } else { inspect(self.value) }
    }
}

#[cfg(test)]
pub mod tests;
