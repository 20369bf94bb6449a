//! Where settings are looked for: flags, over variables, over the file, over the defaults.
//! Each value remembers its origin in the words of the person who wrote it, for the sentence that may refuse it.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::{Context, anyhow, bail};
use config::{Config, ConfigError, File, FileFormat, Map, Source, Value, ValueKind};

use super::{
    given::Given,
    key::{CONFIG, KEYS, Key},
};

/// Texts by the name they were given under.
pub type Texts = BTreeMap<String, String>;

pub struct Layers(Map<String, Value>);

impl Layers {
    /// `flags` by the name of their setting, `environment` as the process has it.
    pub fn read(flags: &Texts, environment: &Texts) -> anyhow::Result<Self> {
        let file = flags.get(CONFIG.name).or_else(|| environment.get(&CONFIG.variable()));
        let mut builder = Config::builder().add_source(Layer::of_defaults());
        if let Some(path) = file.filter(|path| !path.is_empty()) {
            builder = builder.add_source(Layer::of_file(Path::new(path))?);
        }
        let layered = builder
            .add_source(Layer::of_environment(environment))
            .add_source(Layer::of_flags(flags))
            .build()?;
        Ok(Self(layered.cache.into_table()?))
    }

    /// A setting that has a default.
    pub fn required(&self, name: &str) -> anyhow::Result<Given<'_>> {
        self.given(name).with_context(|| format!("{name} is not set and has no default"))
    }

    /// A setting that may be left unset.
    pub fn optional<'a, T>(
        &'a self,
        name: &str,
        read: impl FnOnce(&Given<'a>) -> anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        self.given(name).as_ref().map(read).transpose()
    }

    fn given(&self, name: &str) -> Option<Given<'_>> {
        let key = KEYS.iter().find(|key| key.name == name)?;
        self.0.get(name).map(|value| Given { key, value })
    }
}

/// Variables that look like ours and are not, most likely misspelt.
pub fn unknown_variables(environment: &Texts) -> impl Iterator<Item = &str> {
    let known = |variable: &str| KEYS.iter().chain([&CONFIG]).any(|key| key.variable() == variable);
    environment.keys().map(String::as_str).filter(move |name| name.starts_with("ROSTER_") && !known(name))
}

#[derive(Clone, Default)]
struct Layer(Map<String, Value>);

/// Names alone: a value may be a password.
impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Layer {
    fn of_defaults() -> Self {
        KEYS.iter()
            .filter_map(|key| Some((key.name, key.default?)))
            .fold(Self::default(), |layer, (name, text)| {
                layer.with(name, &format!("the default of {name}"), text)
            })
    }

    fn of_file(path: &Path) -> anyhow::Result<Self> {
        let at = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings file {at}"))?;
        let values = File::from_str(&text, FileFormat::Toml)
            .collect()
            .map_err(|error| anyhow!("{at} cannot be read: {}", without_quotes(&error.to_string())))?;
        values.into_iter().try_fold(Self::default(), |layer, (name, value)| {
            if !KEYS.iter().any(|key| key.name == name) {
                bail!("{at} has an unknown key {name:?}; the keys are {}", names(KEYS));
            }
            Ok(layer.with(&name, &format!("{name} in {at}"), value.kind))
        })
    }

    fn of_environment(environment: &Texts) -> Self {
        let also = [("DATABASE_URL".to_owned(), "database_url")];
        let ours = KEYS.iter().map(|key| (key.variable(), key.name));
        also.into_iter()
            .chain(ours)
            .filter_map(|(variable, name)| Some((name, environment.get(&variable)?, variable)))
            .filter(|(_, text, _)| !text.is_empty())
            .fold(Self::default(), |layer, (name, text, variable)| layer.with(name, &variable, text.as_str()))
    }

    fn of_flags(flags: &Texts) -> Self {
        KEYS.iter()
            .filter_map(|key| Some((key, flags.get(key.name)?)))
            .fold(Self::default(), |layer, (key, text)| {
                layer.with(key.name, &format!("--{}", key.flag()), text.as_str())
            })
    }

    fn with(mut self, name: &str, origin: &str, value: impl Into<ValueKind>) -> Self {
        self.0.insert(name.to_owned(), Value::new(Some(&origin.to_owned()), value));
        self
    }
}

/// Where the parser stumbled, and why; the line it quotes in between may hold a password.
fn without_quotes(complaint: &str) -> String {
    let lines: Vec<&str> = complaint.lines().filter(|line| !line.contains('|')).map(str::trim).collect();
    lines.join(": ")
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}
