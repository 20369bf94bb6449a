//! Finds and parses the files in the folders of `spec/`, and refuses examples that could never fail.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    example::{Endpoint, Example, Need},
    world::World,
};

const WORLD: &str = "world.yml";

pub struct File {
    /// `api/v4/teams/create`
    pub name: String,
    pub endpoint: Endpoint,
    /// The people that each example mentions.
    pub mentioned: Vec<Vec<String>>,
}

pub fn world() -> Result<World, String> {
    let path = root().join(WORLD);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_saphyr::from_str(&text).map_err(|error| format!("spec/world.yml: {error}"))
}

/// All files by name, each parsed or with the reason why it was refused.
pub fn all(world: &World) -> Vec<(String, Result<File, String>)> {
    let mut paths = Vec::new();
    collect(root(), &mut paths);
    paths.retain(|path| *path != root().join(WORLD));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root()).unwrap_or(path).with_extension("").display().to_string();
        let text = fs::read_to_string(path).map_err(|error| error.to_string());
        let file = text.and_then(|text| parse(&name, &text, world));
        (name, file)
    };
    paths.iter().map(read).collect()
}

pub fn parse(name: &str, text: &str, world: &World) -> Result<File, String> {
    let endpoint: Endpoint = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let plain: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    refuse_idle(&endpoint)?;
    let examples = plain["examples"].as_array().cloned().unwrap_or_default();
    let pairs = examples.iter().zip(&endpoint.examples);
    let mentioned = pairs.map(|(plain, example)| mentioned(plain, example, &endpoint, world)).collect();
    Ok(File { name: name.to_owned(), endpoint, mentioned })
}

fn refuse_idle(endpoint: &Endpoint) -> Result<(), String> {
    if endpoint.examples.is_empty() || endpoint.about.trim().is_empty() {
        return Err("a file without examples, or without about, says nothing".to_owned());
    }
    let mut names = BTreeSet::new();
    for example in &endpoint.examples {
        refuse_idle_example(example, endpoint).map_err(|reason| format!("{:?}: {reason}", example.name))?;
        if !names.insert(&example.name) {
            return Err(format!("{:?}: two examples have this name", example.name));
        }
    }
    Ok(())
}

fn refuse_idle_example(example: &Example, endpoint: &Endpoint) -> Result<(), String> {
    if example.name.trim().is_empty() {
        return Err("an example needs a name".to_owned());
    }
    if example.settings.is_empty() == example.needs(Need::Settings) {
        return Err("settings and needs: [settings] go together".to_owned());
    }
    for step in example.steps() {
        if step.request.sender.is_none() && endpoint.sender.is_none() {
            return Err("nobody is said to send the request; write as: nobody if so".to_owned());
        }
        if !step.answer.asserts() {
            return Err("an answer must say its whole body, as json or as body".to_owned());
        }
    }
    Ok(())
}

/// `the workspace` in a sentence means olga's.
fn mentioned(plain: &Value, example: &Example, endpoint: &Endpoint, world: &World) -> Vec<String> {
    let mut words = BTreeSet::new();
    words_of(plain, &mut words);
    if example.steps().iter().any(|step| step.request.sender.is_none()) {
        words.extend(endpoint.sender.clone());
    }
    let sentences = example.steps().into_iter().flat_map(|step| step.given);
    if sentences.into_iter().any(|sentence| sentence.starts_with("the workspace")) {
        words.insert("olga".to_owned());
    }
    world.people.keys().filter(|name| words.contains(*name)).cloned().collect()
}

fn words_of(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
        }
        Value::Array(items) => items.iter().for_each(|item| words_of(item, words)),
        Value::Object(members) => members.values().for_each(|member| words_of(member, words)),
        _ => (),
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            paths.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/spec"))
}
