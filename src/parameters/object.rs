//! A JSON object among the parameters, and the list of problems that all objects of a request share.
//! The messages about invalid parameters are rendered here.

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

/// An object of the request, and its dotted path.
pub struct Object<'a> {
    pairs: &'a Map<String, Value>,
    path: String,
    request: &'a Request,
}

/// The state that all objects of a request share.
struct Request {
    now: Moment,
    /// The network whose names of parameters are used.
    network: Option<&'static Network>,
    problems: RefCell<Vec<Problem>>,
}

/// Parses the root object. The error has all problems in the order they were noted.
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
    /// The value of one parameter; `None` if it is refused, after noting the problem.
    pub fn parse<P: Parameter>(&self, name: &str) -> Option<P::Value> {
        P::parse(self, name)
    }

    /// Like [`Object::parse`], without noting a problem.
    pub fn peek<P: Parameter>(&self, name: &str) -> Option<P::Value> {
        let request = Request { problems: RefCell::default(), ..*self.request };
        P::parse(&Object { pairs: self.pairs, path: String::new(), request: &request }, name)
    }

    /// The parameter of this name, if it was sent.
    pub fn field<'o>(&'o self, name: &'o str) -> Option<Field<'o>> {
        let name = self.network_name(name);
        let value = self.pairs.get(name)?;
        Some(Field {
            value,
            object: self,
            name,
            path: self.path_of(name),
            is_secret: redact::is_secret(name),
        })
    }

    pub fn note_missing(&self, name: &str) {
        let name = self.network_name(name);
        self.record(Problem::new(self.path_of(name), "missing", format!("Missing parameter {name}")));
    }

    /// When the request arrived.
    pub fn now(&self) -> Moment {
        self.request.now
    }

    /// The network's own name of a parameter.
    fn network_name<'n>(&self, name: &'n str) -> &'n str {
        self.request.network.map_or(name, |network| network.name_for(name))
    }

    fn record(&self, problem: Problem) {
        self.request.problems.borrow_mut().push(problem);
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A parameter as it was sent: its value, its name and its object.
#[derive(Clone)]
pub struct Field<'a> {
    pub value: &'a Value,
    pub object: &'a Object<'a>,
    name: &'a str,
    path: String,
    is_secret: bool,
}

impl<'a> Field<'a> {
    /// The same parameter, but messages do not quote its value.
    pub fn secret(&self) -> Self {
        Self { is_secret: true, ..self.clone() }
    }

    /// One element of an array. Messages give it the name of the array.
    pub fn element(&self, index: usize, value: &'a Value) -> Self {
        Self { value, path: format!("{}[{index}]", self.path), ..self.clone() }
    }

    /// The value as a nested object; notes a problem if it is not one.
    pub fn as_object(&self) -> Option<Object<'a>> {
        let pairs = self.checked(self.value.as_object().ok_or(Rule::Hash))?;
        Some(Object { pairs, path: self.path.clone(), request: self.object.request })
    }

    /// Whether the value counts as missing: null or `""`.
    pub fn is_empty(&self) -> bool {
        self.value.is_null() || *self.value == ""
    }

    /// The checked value; if the check fails, notes the broken rule.
    pub fn checked<T>(&self, outcome: std::result::Result<T, Rule>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(rule) => {
                let message =
                    format!("Invalid parameter '{}' value {}: {rule}", self.name, self.quoted(&rule));
                self.add_problem(rule.code(), message);
                None
            }
        }
    }

    /// Notes a problem with its own message.
    pub fn add_problem(&self, code: &'static str, message: impl Into<String>) {
        self.object.record(Problem::new(self.path.clone(), code, message));
    }

    /// A sentence about the parameter, without its value.
    pub fn sentence(&self, rule: &str) -> String {
        format!("Parameter '{}' {rule}", self.name)
    }

    fn quoted(&self, rule: &Rule) -> String {
        // An object sent as a text may contain secrets of its fields.
        let holds_secret = *rule == Rule::Hash && self.value.as_str().is_some_and(redact::is_secret);
        if self.is_secret || holds_secret { FILTERED.into() } else { inspect(self.value) }
    }
}

#[cfg(test)]
pub mod tests;
