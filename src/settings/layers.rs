//! The sources of settings: flags override variables, variables override the file, the file overrides the defaults.
//! Each value keeps its origin, for error messages.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, anyhow};
use toml::{Table, Value};

use super::{
    given::Given,
    key::{CONFIG, KEYS, Key},
};

/// The texts of flags by setting name, or of variables by variable name.
pub type Texts = BTreeMap<String, String>;

/// Raw values by setting name. Each layer overwrites those added before.
#[derive(Default)]
pub struct Layers(BTreeMap<&'static str, Given>);

impl Layers {
    /// Adds the layers from the lowest to the highest priority.
    pub fn load(flags: &Texts, environment: &Texts) -> anyhow::Result<Self> {
        let file = flags.get(CONFIG.name).or_else(|| environment.get(&CONFIG.variable()));
        let mut layers = Self::default();
        layers.add_defaults();
        if let Some(path) = file.filter(|path| !path.is_empty()) {
            layers.add_file(Path::new(path))?;
        }
        layers.add_environment(environment);
        layers.add_flags(flags);
        Ok(layers)
    }

    /// A setting with a default; it is an error if there is none.
    pub fn required(&self, name: &str) -> anyhow::Result<&Given> {
        self.0.get(name).with_context(|| format!("{name} is not set and has no default"))
    }

    /// Parses a setting that may be unset.
    pub fn optional<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&Given) -> anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        self.0.get(name).map(parse).transpose()
    }

    fn add_defaults(&mut self) {
        for key in KEYS {
            if let Some(text) = key.default {
                self.set(key, format!("the default of {}", key.name), text);
            }
        }
    }

    fn add_file(&mut self, path: &Path) -> anyhow::Result<()> {
        let at = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings file {at}"))?;
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| anyhow!("in {at}: {}", without_quotes(&error.to_string())))?;
        for (name, value) in table {
            let key = KEYS
                .iter()
                .find(|key| key.name == name)
                .with_context(|| format!("{at} has an unknown key {name:?}; the keys are {}", names(KEYS)))?;
            self.set(key, format!("{name} in {at}"), value);
        }
        Ok(())
    }

    /// Also reads `DATABASE_URL`, the usual name; `ROSTER_DATABASE_URL` overrides it.
    fn add_environment(&mut self, environment: &Texts) {
        for key in KEYS {
            let usual_name = (key.name == "database_url").then(|| "DATABASE_URL".to_owned());
            for variable in usual_name.into_iter().chain([key.variable()]) {
                if let Some(text) = environment.get(&variable).filter(|text| !text.is_empty()) {
                    self.set(key, variable, text.as_str());
                }
            }
        }
    }

    fn add_flags(&mut self, flags: &Texts) {
        for key in KEYS {
            if let Some(text) = flags.get(key.name) {
                self.set(key, format!("--{}", key.flag()), text.as_str());
            }
        }
    }

    fn set(&mut self, key: &'static Key, origin: String, value: impl Into<Value>) {
        self.0.insert(key.name, Given { key, origin, value: value.into() });
    }
}

/// Variables with the prefix `ROSTER_` that are not settings, most likely misspelt.
pub fn unknown_variables(environment: &Texts) -> impl Iterator<Item = &str> {
    let known = |variable: &str| KEYS.iter().chain([&CONFIG]).any(|key| key.variable() == variable);
    environment.keys().map(String::as_str).filter(move |name| name.starts_with("ROSTER_") && !known(name))
}

/// The parser's message without the line of the file that it quotes, which may contain a password.
fn without_quotes(message: &str) -> String {
    let lines: Vec<&str> = message.lines().filter(|line| !line.contains('|')).map(str::trim).collect();
    lines.join(": ")
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}
