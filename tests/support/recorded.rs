//! Recorded numbers of answers of each kind, in `recorded/<name>.txt` beside the test. They replace the comparison of
//! two databases when only one is available; `RECORD=1 cargo test` rewrites them.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

/// `folder` is the folder of the test, relative to the repository.
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
