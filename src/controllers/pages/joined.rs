//! The modules of the pages in one script: small files compress badly alone, and a browser would ask for them one
//! after the other. Each becomes a function that answers what it exports; what it imports is there already.

use std::path::{Component, Path};

/// The one module that stays by itself: it is vendored as it came.
pub const LIBRARY: &str = "vendor/preact-htm.js";

type Read<'a> = &'a dyn Fn(&str) -> String;

/// The module at `path` and all it needs, each after those it imports from. They import and export by name, one
/// statement a line, which is all this understands.
pub fn modules(path: &str, read: Read<'_>) -> String {
    let mut seen = vec![LIBRARY.to_owned()];
    let mut script = vec![format!("import * as {} from './preact-htm.js';\n", name(LIBRARY))];
    visit(path, read, &mut seen, &mut script);
    script.concat()
}

fn visit(path: &str, read: Read<'_>, seen: &mut Vec<String>, script: &mut Vec<String>) {
    if seen.iter().any(|other| other == path) {
        return;
    }
    seen.push(path.to_owned());
    let (mut lines, mut exports) = (Vec::new(), Vec::new());
    for line in without_comments(&read(path)).lines() {
        if let Some((names, from)) = import(line) {
            let from = resolve(path, from);
            visit(&from, read, seen, script);
            lines.push(format!("const {names} = {};", name(&from)));
        } else if let Some(declaration) = line.strip_prefix("export ") {
            exports.extend(declared_name(declaration));
            lines.push(declaration.to_owned());
        } else {
            lines.push(line.to_owned());
        }
    }
    let (body, exports) = (lines.join("\n"), exports.join(", "));
    script.push(format!("const {} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();\n", name(path)));
}

/// Without lines that are comments, and without indentation, which no template of the pages shows.
pub fn without_comments(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let told = |line: &&str| {
        let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && (!is_comment || line.starts_with("/*!"))
    };
    lines.filter(told).collect::<Vec<_>>().join("\n")
}

/// `import { a, b } from './c.js';` as `{ a, b }` and `./c.js`.
fn import(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("import ")?.strip_suffix("';")?.split_once(" from '")
}

/// The name that `async function name(`, `const name =` or `class name` declares.
fn declared_name(declaration: &str) -> Option<String> {
    let mut words = declaration.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.find(|word| !["async", "function", "const", "class", ""].contains(word)).map(str::to_owned)
}

/// What a module is called among the others.
fn name(path: &str) -> String {
    format!("${}", path.replace(|letter: char| !letter.is_alphanumeric(), "_"))
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

    #[test]
    fn come_after_what_they_import_and_once() {
        let read = |path: &str| match path {
            "main.js" => "import { a } from './parts/a.js';\nimport { b } from './b.js';\nb(a);".to_owned(),
            "parts/a.js" => "// About a.\nimport { b } from '../b.js';\n  export const a = b;".to_owned(),
            "b.js" => {
                "import { html } from './vendor/preact-htm.js';\nexport async function b() {}".to_owned()
            }
            other => panic!("{other} is imported by nobody"),
        };
        let expected = "import * as $vendor_preact_htm_js from './preact-htm.js';\n\
            const $b_js = (() => {\nconst { html } = $vendor_preact_htm_js;\nasync function b() {}\nreturn { b };\n})();\n\
            const $parts_a_js = (() => {\nconst { b } = $b_js;\nconst a = b;\nreturn { a };\n})();\n\
            const $main_js = (() => {\nconst { a } = $parts_a_js;\nconst { b } = $b_js;\nb(a);\nreturn {  };\n})();\n";
        assert_eq!(modules("main.js", &read), expected);
    }
}
