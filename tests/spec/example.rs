//! The format of the files of `spec/`. An unknown key is an error, so that a typing error is noticed.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The default for requests without `to`, such as `POST /api/v4/teams`.
    #[serde(rename = "endpoint")]
    pub default: String,
    pub about: String,
    /// The default for requests without `as`.
    #[serde(rename = "as")]
    pub sender: Option<String>,
    pub examples: Vec<Example>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    /// Features that only a server of the test's own has.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Settings of the server, applied after `given`.
    #[serde(default)]
    pub settings: Map<String, Value>,
    #[serde(default)]
    pub given: Vec<String>,
    pub request: Request,
    pub answer: Answer,
    #[serde(default)]
    pub then: Vec<Step>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    Database,
    Clock,
    Restart,
    Settings,
    /// A stand-in for X, to which the server sends people.
    Network,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[serde(default)]
    pub given: Vec<String>,
    pub request: Request,
    pub answer: Answer,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    pub to: Option<String>,
    pub id: Option<Value>,
    pub query: Option<String>,
    #[serde(rename = "as")]
    pub sender: Option<String>,
    pub headers: Map<String, Value>,
    pub json: Option<Value>,
    pub form: Option<Value>,
    pub multipart: Option<Map<String, Value>>,
    pub raw: Option<String>,
    /// Raw bytes as hexadecimal digits.
    pub bytes: Option<String>,
    pub content_type: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub status: u16,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub json: Option<Value>,
    pub body: Option<String>,
}

impl Example {
    /// The steps of the example: its own request, then those of `then`.
    pub fn steps(&self) -> Vec<Step> {
        let first =
            Step { given: self.given.clone(), request: self.request.clone(), answer: self.answer.clone() };
        [vec![first], self.then.clone()].concat()
    }

    pub fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

impl Answer {
    /// Whether a wrong answer could be told from the expected one.
    pub fn asserts(&self) -> bool {
        let placeholder = |text: &str| text.starts_with('<') && text.ends_with('>');
        match (&self.json, &self.body) {
            (Some(Value::String(text)), None) | (None, Some(text)) => !placeholder(text),
            (json, body) => json.is_some() && body.is_none(),
        }
    }
}
