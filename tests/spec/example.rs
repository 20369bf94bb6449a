//! What a file under `spec/` may say. An unknown key is an error, so a typing slip never passes unseen.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// `POST /api/v4/teams`: where requests go that do not say otherwise.
    #[serde(rename = "endpoint")]
    pub default: String,
    pub about: String,
    /// Who sends requests that do not say otherwise.
    #[serde(rename = "as")]
    pub sender: Option<String>,
    pub examples: Vec<Example>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    /// What only a server of the runner's own can offer.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Settings of the server; takes effect after `given`.
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
    /// What no text can say, in hexadecimal digits.
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
    /// The example as steps: its own request first, then the ones that follow.
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
    /// Whether an answer that is plainly wrong could be told from this one.
    pub fn asserts(&self) -> bool {
        let placeholder = |text: &str| text.starts_with('<') && text.ends_with('>');
        match (&self.json, &self.body) {
            (Some(Value::String(text)), None) | (None, Some(text)) => !placeholder(text),
            (json, body) => json.is_some() && body.is_none(),
        }
    }
}
