//! Checks that imports point down: a top-level module of `src/` uses only modules of the floors below its own.

use std::{fs, path::Path};

/// From top to bottom. Modules on one floor do not use each other.
const FLOORS: [&[&str]; 13] = [
    &["main"],
    &["cli"],
    &["server", "demo"],
    &["routes"],
    &["controllers"],
    &["jobs", "key_watch", "parameters"],
    &["app"],
    &["records", "mail", "backup"],
    &["models"],
    &["catalogue", "networks", "idempotency", "logging"],
    &["crypto", "db", "settings", "data_dir", "body_budget", "answer_budget"],
    // `prepared` is a macro of `db`, which the compiler puts beside the modules.
    &["schema", "memory_budget", "prepared"],
    &[
        "backoff",
        "clock",
        "error",
        "request_id",
        "sql_types",
        "stopping",
        "progress_timeout",
        "spelling",
        "large_buffer",
        "person_name",
        "thread_priority",
    ],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The top-level modules named after `crate::` in a source text, each with its line.
fn imports(source: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> =
        source.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let start = at + "crate::".len();
        match code[start..].strip_prefix('{') {
            Some(group) => {
                found.extend(heads(group).into_iter().map(|(offset, name)| (start + 1 + offset, name)));
            }
            None => found.push((start, name(&code[start..]))),
        }
    }
    let line = |at: usize| code[..at].lines().count();
    found.into_iter().map(|(at, name)| (line(at + 1), name.to_owned())).collect()
}

/// The first names of the paths in `a::b, c::{d, e}}…`, each with its position.
fn heads(group: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut begins, mut found) = (0, true, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            _ if depth == 0 && begins && !letter.is_whitespace() => {
                found.push((at, name(&group[at..])));
                begins = false;
            }
            _ => {}
        }
    }
    found
}

fn name(path: &str) -> &str {
    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// Calls `visit` with each Rust file below a folder.
fn each_file(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            each_file(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path);
        }
    }
}

/// `models`, for `src/models.rs` and everything in `src/models/`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(src()).expect("a file of src");
    let first = inside.iter().next().expect("a name").to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn src() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    each_file(src(), &mut |path| {
        let own = module_of(path);
        let source = fs::read_to_string(path).expect("a source file");
        for (line, used) in imports(&source).into_iter().filter(|(_, used)| *used != own) {
            let file = path.strip_prefix(src()).expect("a file of src").display();
            let place = format!("src/{file}:{line}: {own} uses {used}");
            match (floor(&own), floor(&used)) {
                (Some(above), Some(below)) if above < below => {}
                (Some(_), Some(_)) => wrong.push(place),
                _ => wrong.push(format!("{place}, and one of them has no floor")),
            }
        }
    });
    assert!(wrong.is_empty(), "These imports point up, or sideways:\n{}", wrong.join("\n"));
}

#[test]
fn every_form_of_an_import_is_read() {
    let source = "use crate::app::App;\nuse crate::{\n    db::{Conn, types},\n    error, // crate::cli\n    models::team,\n};\n\
                  fn f() -> crate::clock::Moment {}\n";
    let expected = [(1, "app"), (3, "db"), (4, "error"), (5, "models"), (7, "clock")];
    assert_eq!(imports(source), expected.map(|(line, name)| (line, name.to_owned())));
}
