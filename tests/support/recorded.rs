//! How many answers of each kind a test was given when it was recorded, in `recorded/<name>.txt` beside the test.
//! They hold where there is no second database to compare with; `RECORD=1 cargo test` writes them anew.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

/// `folder` is that of the test, below the repository's.
pub fn assert_recorded(folder: &str, name: &str, kinds: impl Iterator<Item = String>) {
    let mut counts = BTreeMap::new();
    kinds.for_each(|kind| *counts.entry(kind).or_insert(0) += 1);
    let text = counts.iter().fold(String::new(), |mut text, (kind, count)| {
        writeln!(text, "{count} x {kind}").expect("a string");
        text
    });
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("recorded").join(format!("{name}.txt"));
    if env::var_os("RECORD").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, &text).expect("a recording");
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, recorded, "not as in {}", file.display());
}
