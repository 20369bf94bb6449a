//! The names that an example gives to values (`olga.id`, `lions.id`), and the texts that use them: `${lions.id}` is the
//! value, `${x*256}` is the letter x 256 times, `{$like: lions}` is a copy, and `{$each: "fan${number}", to: 201}` a list.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The domain of all addresses in `spec/`; on a shared server each example gets its own domain.
pub const DOMAIN: &str = "example.test";

#[derive(Debug, Default)]
pub struct Names {
    values: BTreeMap<String, Value>,
    /// Values that may contain names themselves; these are filled in when the value is copied.
    world: BTreeMap<String, Value>,
    domain: Option<String>,
}

impl Names {
    /// Without names; addresses end in `domain` instead of [`DOMAIN`] if it is given.
    pub fn under(domain: Option<String>) -> Self {
        Self { domain, ..Self::default() }
    }

    pub fn introduce(&mut self, name: &str, value: &Value) {
        self.world.insert(name.to_owned(), value.clone());
    }

    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }

    pub fn get(&self, name: &str) -> Result<&Value, String> {
        let met = self.values.get(name).or_else(|| self.world.get(name));
        met.ok_or_else(|| format!("nothing here is called {name:?}"))
    }

    pub fn knows(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The value of a name as text, for URLs and headers.
    pub fn text(&self, name: &str) -> Result<String, String> {
        self.get(name).map(plain)
    }

    pub fn fill(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::String(text) => self.fill_string(text),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(members) if members.contains_key("$each") => self.each(members),
            Value::Object(members) => self.fill_object(members).map(Value::Object),
            other => Ok(other.clone()),
        }
    }

    /// A list of one text with the numbers from 1 on.
    fn each(&self, members: &Map<String, Value>) -> Result<Value, String> {
        let (Some(text), Some(last), 2) =
            (members["$each"].as_str(), members.get("to").and_then(Value::as_u64), members.len())
        else {
            return Err(format!("{members:?} is no list: it needs $each, a text, and to, a number"));
        };
        let texts =
            (1..=last).map(|number| self.fill_string(&text.replace("${number}", &number.to_string())));
        texts.collect()
    }

    pub fn fill_text(&self, text: &str) -> Result<String, String> {
        self.fill_string(text).map(|value| plain(&value))
    }

    /// A string that is exactly one `${name}` takes the value's type.
    fn fill_string(&self, text: &str) -> Result<Value, String> {
        if let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('}')
        {
            return self.look_up(name);
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, (name, after))) =
            rest.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            filled += &self.own_domain(before);
            filled += &plain(&self.look_up(name)?);
            rest = after;
        }
        Ok(Value::String(filled + &self.own_domain(rest)))
    }

    fn look_up(&self, name: &str) -> Result<Value, String> {
        let repeated = name.split_once('*').and_then(|(what, times)| Some(what.repeat(times.parse().ok()?)));
        match repeated {
            Some(text) => Ok(Value::String(text)),
            None => self.get(name).cloned(),
        }
    }

    fn own_domain(&self, text: &str) -> String {
        match &self.domain {
            Some(domain) => text.replace(DOMAIN, domain),
            None => text.to_owned(),
        }
    }

    fn fill_object(&self, members: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut filled = Map::new();
        for (key, value) in members {
            match (key.as_str(), value) {
                ("$like", Value::String(name)) => filled.extend(self.copy(name)?),
                (_, Value::String(text)) if text == "<absent>" => {
                    filled.shift_remove(key);
                }
                _ => {
                    filled.insert(self.own_domain(key), self.fill(value)?);
                }
            }
        }
        Ok(filled)
    }

    fn copy(&self, name: &str) -> Result<Map<String, Value>, String> {
        match (self.world.get(name), self.get(name)?) {
            (Some(Value::Object(original)), _) => self.fill_object(original),
            (None, Value::Object(original)) => Ok(original.clone()),
            _ => Err(format!("{name:?} is nothing that can be copied")),
        }
    }
}

/// A value as text, for a URL, a header or a form.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
