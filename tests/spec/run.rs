//! Runs one example against one server and reports where and how the answer differs.

use serde_json::Value;

use crate::{
    example::{self, Example, Need, Request, Step},
    given::Given,
    matching,
    names::Names,
    place::{Place, Server},
    requests::Requests,
    support::client::Answer,
    world::World,
};

/// Defaults that an example takes from its file.
pub struct Context<'a> {
    pub world: &'a World,
    /// `POST /api/v4/teams`
    pub endpoint: &'a str,
    pub sender: &'a str,
    pub mentioned: &'a [String],
}

impl Context<'_> {
    pub fn play(&self, example: &Example, place: &Place, domain: Option<String>) -> Result<(), String> {
        let mut server = place.server();
        let mut names = Names::under(domain);
        self.world.introduce(&mut names);
        self.world.people(self.mentioned, &mut names, &Requests::to(server.base_url()))?;
        for (number, step) in example.steps().iter().enumerate() {
            for sentence in &step.given {
                let needs = &example.needs;
                Given { names: &mut names, server: &mut server, needs }.make_true(sentence)?;
            }
            if number == 0 && example.needs(Need::Settings) {
                server.change_settings(&example.settings)?;
            }
            let what = if number == 0 { String::new() } else { format!("then, step {number}: ") };
            self.take(step, &server, &mut names).map_err(|reason| format!("{what}{reason}"))?;
        }
        Ok(())
    }

    fn take(&self, step: &Step, server: &Server, names: &mut Names) -> Result<(), String> {
        let Request { to, sender, .. } = &step.request;
        let to = to.as_deref().unwrap_or(self.endpoint);
        let sender = sender.as_deref().unwrap_or(self.sender);
        let reply = Requests::to(server.base_url()).perform(to, sender, &step.request, names)?;
        let found = check(&step.answer, &reply, names)?;
        if found.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{to} as {sender}\n  {}\n  answered {}: {}",
            found.join("\n  "),
            reply.status,
            reply.body
        ))
    }
}

fn check(expected: &example::Answer, reply: &Answer, names: &mut Names) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    if reply.status != expected.status {
        found.push(format!("status: expected {}, got {}", expected.status, reply.status));
    }
    for (name, pattern) in &expected.headers {
        let pattern = names.fill(pattern)?;
        let got = reply.headers.get(name).map_or(Value::Null, |value| value.to_str().unwrap_or("?").into());
        if !matching::header_matches(&pattern, &got, names) {
            found.push(format!("{name}: expected {pattern}, got {got}"));
        }
    }
    if let Some(json) = &expected.json {
        found.extend(check_json(&names.fill(json)?, reply, names));
    }
    if let Some(body) = &expected.body {
        let body = names.fill_text(body)?;
        if reply.body != body {
            found.push(format!("body: expected {body:?}, got {:?}", reply.body));
        }
    }
    Ok(found)
}

fn check_json(expected: &Value, reply: &Answer, names: &mut Names) -> Vec<String> {
    let content_type = reply.headers.get("content-type").and_then(|value| value.to_str().ok());
    let mut found = Vec::new();
    if content_type != Some("application/json; charset=utf-8") {
        found.push(format!("content-type: expected application/json; charset=utf-8, got {content_type:?}"));
    }
    match serde_json::from_str(&reply.body) {
        Ok(got) => found.extend(matching::differences(expected, &got, names)),
        Err(error) => found.push(format!("the body is no JSON: {error}")),
    }
    found
}
