//! Joins the modules of the pages into one script: small files compress badly, and a browser would request them one
//! after another. Each module becomes a function that comes after the modules it imports. What it exports are constants of
//! the script, so no two modules may export the same name.

use std::{
    collections::BTreeSet,
    path::{Component, Path},
};

/// The vendored library, the only module that is not joined.
pub const LIBRARY: &str = "vendor/preact-htm.js";

/// Returns the text of the file at a path.
type Load<'a> = &'a dyn Fn(&str) -> String;

#[derive(Default)]
struct Script {
    paths: BTreeSet<String>,
    /// The names that are imported from the library.
    library: BTreeSet<String>,
    modules: String,
}

/// Joins the module at `path` with all modules it imports. Supports only imports and exports by name, each on one line.
pub fn modules(path: &str, load: Load<'_>) -> String {
    let mut script = Script::default();
    script.add(path, load);
    let library: Vec<String> = script.library.into_iter().collect();
    format!("import {{ {} }} from './preact-htm.js';\n{}", library.join(", "), script.modules)
}

impl Script {
    fn add(&mut self, path: &str, load: Load<'_>) {
        if !self.paths.insert(path.to_owned()) {
            return;
        }
        let (mut lines, mut exports) = (Vec::new(), Vec::new());
        for line in without_comments(&load(path)).lines() {
            if let Some((names, from)) = parse_import(line) {
                match resolve(path, from) {
                    from if from == LIBRARY => self.library.extend(names.split(", ").map(str::to_owned)),
                    from => self.add(&from, load),
                }
            } else if let Some(declaration) = line.strip_prefix("export ") {
                exports.extend(declared_name(declaration));
                lines.push(declaration.to_owned());
            } else {
                lines.push(line.to_owned());
            }
        }
        let (body, exports) = (lines.join("\n"), exports.join(", "));
        self.modules +=
            &format!("const {{ {exports} }} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();\n");
    }
}

/// Removes comment lines (except `/*!`), empty lines and indentation; no template of the pages depends on indentation.
pub fn without_comments(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let is_kept = |line: &&str| {
        let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && (!is_comment || line.starts_with("/*!"))
    };
    lines.filter(is_kept).collect::<Vec<_>>().join("\n")
}

/// Removes the same from a style sheet, and spaces; none of its strings has a colon, semicolon or brace before a space.
pub fn styles(text: &str) -> String {
    let spaced = [(": ", ":"), ("; ", ";"), (" { ", "{"), (";}", "}")];
    spaced.iter().fold(without_comments(text), |text, (long, short)| text.replace(long, short))
}

/// Parses `import { a, b } from './c.js';` into `a, b` and `./c.js`.
fn parse_import(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("import { ")?.strip_suffix("';")?.split_once(" } from '")
}

/// The name that `async function name(`, `const name =` or `class name` declares.
fn declared_name(declaration: &str) -> Option<String> {
    let mut words = declaration.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.find(|word| !["async", "function", "const", "class", ""].contains(word)).map(str::to_owned)
}

fn resolve(importer: &str, path: &str) -> String {
    let mut parts: Vec<&str> = importer.split('/').collect();
    parts.pop();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.extend(part.to_str()),
            _ => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::pages::embedded;

    #[test]
    fn joins_each_module_once_after_its_imports() {
        let load = |path: &str| match path {
            "main.js" => "import { a } from './parts/a.js';\nimport { b } from './b.js';\nb(a);".to_owned(),
            "parts/a.js" => "// About a.\nimport { b } from '../b.js';\n  export const a = b;".to_owned(),
            "b.js" => {
                "import { useState, html } from './vendor/preact-htm.js';\nexport async function b() {}"
                    .to_owned()
            }
            other => panic!("{other} is not imported by any module"),
        };
        let expected = "import { html, useState } from './preact-htm.js';\n\
            const { b } = (() => {\nasync function b() {}\nreturn { b };\n})();\n\
            const { a } = (() => {\nconst a = b;\nreturn { a };\n})();\n\
            const {  } = (() => {\nb(a);\nreturn {  };\n})();\n";
        assert_eq!(modules("main.js", &load), expected);
    }

    #[test]
    fn no_two_modules_of_the_pages_export_the_same_name() {
        let script = modules("main.js", &embedded::text);
        let exports =
            script.lines().filter_map(|line| line.strip_prefix("const { ")?.strip_suffix(" } = (() => {"));
        let mut names: Vec<&str> = exports.flat_map(|names| names.split(", ")).collect();
        names.sort_unstable();
        assert!(names.len() > 50 && names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    }

    #[test]
    fn styles_lose_their_spaces() {
        let text =
            "/* Rows. */\n.row :is(h2, h3) { margin: 0; }\n  @media (min-width: 4rem) {\n.row { top: 0; }\n}";
        assert_eq!(styles(text), ".row :is(h2, h3){margin:0}\n@media (min-width:4rem) {\n.row{top:0}\n}");
    }
}
