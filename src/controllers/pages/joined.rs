//! Joins the modules of the pages into one script: small files compress badly, and a browser would request them one
//! after another. Each module becomes a function that comes after the modules it imports. What it exports are constants of
//! the script, so no two modules may export the same name. A module that is imported only when it is needed
//! (`import('./c.js')`) becomes a script of its own, with the modules that only it needs.

use std::{
    collections::BTreeSet,
    path::{Component, Path},
};

/// The vendored library, the only module that is not joined.
pub const LIBRARY: &str = "vendor/preact-htm.js";
/// The script with which the pages begin.
pub const MAIN: &str = "app.js";

/// Returns the text of the file at a path.
type Load<'a> = &'a dyn Fn(&str) -> String;

#[derive(Default)]
struct Script {
    paths: BTreeSet<String>,
    /// The paths of the modules that are imported when they are needed.
    later: BTreeSet<String>,
    /// The names that are imported from the library.
    library: BTreeSet<String>,
    /// The names that are imported from the main script.
    main: BTreeSet<String>,
    /// The names that the last module exports.
    exports: String,
    modules: String,
}

/// Joins the module at `path` with all modules it imports, into the script [`MAIN`], and returns it with those that are
/// loaded later, by name. Supports only imports and exports by name, each on one line.
pub fn scripts(path: &str, load: Load<'_>) -> Vec<(String, String)> {
    let (mut main, nothing) = (Script::default(), BTreeSet::new());
    main.add(path, &nothing, load);
    let mut used_later = BTreeSet::new();
    let mut scripts = Vec::new();
    for path in &main.later {
        let mut script = Script::default();
        script.add(path, &main.paths, load);
        scripts.push((file_name(path).to_owned(), script.render(&script.exports)));
        used_later.append(&mut script.main);
    }
    scripts.push((MAIN.to_owned(), main.render(&list(&used_later))));
    scripts
}

impl Script {
    fn render(&self, exports: &str) -> String {
        let import = |names: &BTreeSet<String>, from: &str| match list(names) {
            names if names.is_empty() => String::new(),
            names => format!("import {{ {names} }} from './{from}';\n"),
        };
        let (library, main) = (import(&self.library, file_name(LIBRARY)), import(&self.main, MAIN));
        let export = if exports.is_empty() { String::new() } else { format!("export {{ {exports} }};\n") };
        format!("{library}{main}{}{export}", self.modules)
    }

    /// `loaded` are the paths of the modules in the main script, if this is another one.
    fn add(&mut self, path: &str, loaded: &BTreeSet<String>, load: Load<'_>) {
        if !self.paths.insert(path.to_owned()) {
            return;
        }
        let (mut lines, mut exports) = (Vec::new(), Vec::new());
        for line in without_comments(&load(path)).lines() {
            if let Some((names, from)) = parse_import(line) {
                let mut names = names.split(", ").map(str::to_owned);
                match resolve(path, from) {
                    from if from == LIBRARY => self.library.extend(&mut names),
                    from if loaded.contains(&from) => self.main.extend(&mut names),
                    from => self.add(&from, loaded, load),
                }
            } else if let Some((before, from, after)) = parse_later_import(line) {
                let from = resolve(path, from);
                lines.push(format!("{before}import('./{}'){after}", file_name(&from)));
                self.later.insert(from);
            } else if let Some(declaration) = line.strip_prefix("export ") {
                exports.extend(declared_name(declaration));
                lines.push(declaration.to_owned());
            } else {
                lines.push(line.to_owned());
            }
        }
        let body = lines.join("\n");
        self.exports = exports.join(", ");
        let exports = &self.exports;
        let module = ["const { ", exports, " } = (() => {\n", &body, "\nreturn { ", exports, " };\n})();\n"];
        self.modules.extend(module);
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

/// Parses what is around the path in `const load = () => import('./c.js');`.
fn parse_later_import(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once("import('")?;
    let (from, after) = rest.split_once("')")?;
    Some((before, from, after))
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
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
        assert_eq!(scripts("main.js", &load), [(MAIN.to_owned(), expected.to_owned())]);
    }

    #[test]
    fn what_is_imported_later_is_a_script_of_its_own() {
        let load = |path: &str| match path {
            "main.js" => {
                "import { a } from './a.js';\nconst open = () => import('./parts/late.js');".to_owned()
            }
            "a.js" => "export const a = 1;".to_owned(),
            "parts/late.js" => {
                "import { a } from '../a.js';\nimport { b } from './b.js';\nexport const Late = a + b;"
                    .to_owned()
            }
            "parts/b.js" => {
                "import { html } from '../vendor/preact-htm.js';\nexport const b = html;".to_owned()
            }
            other => panic!("{other} is not imported by any module"),
        };
        let main = "const { a } = (() => {\nconst a = 1;\nreturn { a };\n})();\n\
            const {  } = (() => {\nconst open = () => import('./late.js');\nreturn {  };\n})();\nexport { a };\n";
        let late = "import { html } from './preact-htm.js';\nimport { a } from './app.js';\n\
            const { b } = (() => {\nconst b = html;\nreturn { b };\n})();\n\
            const { Late } = (() => {\nconst Late = a + b;\nreturn { Late };\n})();\nexport { Late };\n";
        let expected =
            [("late.js", late), (MAIN, main)].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(scripts("main.js", &load), expected);
    }

    #[test]
    fn no_two_modules_of_the_pages_export_the_same_name() {
        let scripts: String = scripts("main.js", &embedded::text).into_iter().map(|(_, text)| text).collect();
        let exports =
            scripts.lines().filter_map(|line| line.strip_prefix("const { ")?.strip_suffix(" } = (() => {"));
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
