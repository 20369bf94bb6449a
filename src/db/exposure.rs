//! The files of an SQLite database that others on the machine can use. The service creates them private, but the folder
//! and the database file may have existed before; SQLite gives `-wal` and `-shm` the mode that the database file had then.

use std::{ffi::OsString, os::unix::fs::PermissionsExt as _, path::Path};

use super::Target;

const READ: u32 = 0o4;
const WRITE: u32 = 0o2;
const ENTER: u32 = 0o1;

impl Target {
    /// A sentence for each file that others can use, and for the folder, with what to do; none for PostgreSQL.
    pub fn exposures(&self) -> Vec<String> {
        let Self::Sqlite(file) = self else { return Vec::new() };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.and_then(|folder| exposure(folder, "folder", "700"));
        let files = ["", "-wal", "-shm", "-journal"].into_iter().filter_map(|suffix| {
            let mut name = OsString::from(file);
            name.push(suffix);
            exposure(Path::new(&name), "database file", "600")
        });
        folder.into_iter().chain(files).collect()
    }
}

/// `None` for a path that does not exist.
fn exposure(path: &Path, noun: &str, private_mode: &str) -> Option<String> {
    let entry = path.metadata().ok()?;
    let powers = powers_of_others(entry.permissions().mode(), entry.is_dir());
    let powers: Vec<_> = powers.into_iter().map(|(who, what)| format!("{who} can {what}")).collect();
    let (powers, path) = (powers.join(", and "), path.display());
    (!powers.is_empty()).then(|| format!("{powers} the {noun} {path}; run `chmod {private_mode} {path}`"))
}

/// Who else than its owner can do what by these mode bits. The group is named if it can do something else.
fn powers_of_others(mode: u32, is_folder: bool) -> Vec<(&'static str, &'static str)> {
    let what = |bits: u32| match (bits & READ != 0, bits & WRITE != 0, bits & ENTER != 0 && is_folder) {
        (true, true, _) => Some("read and change"),
        (false, true, _) => Some("change"),
        (true, false, _) => Some("read"),
        (false, false, true) => Some("open files in"),
        (false, false, false) => None,
    };
    let (others, group) = (what(mode), what(mode >> 3));
    let others_named = others.map(|what| ("others on this machine", what));
    let group_named = group.filter(|_| group != others).map(|what| ("the members of its group", what));
    others_named.into_iter().chain(group_named).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn modes_say_who_can_do_what() {
        type Power = (&'static str, &'static str);
        const OTHERS: &str = "others on this machine";
        const GROUP: &str = "the members of its group";
        let cases: [(u32, bool, &[Power]); 19] = [
            (0o600, false, &[]),
            (0o700, true, &[]),
            (0o400, false, &[]),
            (0o711, false, &[]),
            (0o644, false, &[(OTHERS, "read")]),
            (0o604, false, &[(OTHERS, "read")]),
            (0o666, false, &[(OTHERS, "read and change")]),
            (0o602, false, &[(OTHERS, "change")]),
            (0o640, false, &[(GROUP, "read")]),
            (0o660, false, &[(GROUP, "read and change")]),
            (0o620, false, &[(GROUP, "change")]),
            (0o664, false, &[(OTHERS, "read"), (GROUP, "read and change")]),
            (0o755, true, &[(OTHERS, "read")]),
            (0o777, true, &[(OTHERS, "read and change")]),
            (0o711, true, &[(OTHERS, "open files in")]),
            (0o750, true, &[(GROUP, "read")]),
            (0o730, true, &[(GROUP, "change")]),
            (0o710, true, &[(GROUP, "open files in")]),
            (0o100_644, false, &[(OTHERS, "read")]),
        ];
        for (mode, is_folder, expected) in cases {
            assert_eq!(powers_of_others(mode, is_folder), expected, "{mode:o} {is_folder}");
        }
    }

    #[test]
    fn each_file_of_the_database_is_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = Target::Sqlite(folder.path().join("roster.sqlite3"));
        let set =
            |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
        set(folder.path(), 0o700);
        assert_eq!(target.exposures(), [""; 0]);
        set(folder.path(), 0o750);
        let mut expected = vec!["the members of its group can read the folder ; run `chmod 700 `".to_owned()];
        for name in ["roster.sqlite3", "roster.sqlite3-wal", "roster.sqlite3-shm", "roster.sqlite3-journal"] {
            let path = folder.path().join(name);
            fs::write(&path, "").expect("a file");
            set(&path, 0o600);
            assert_eq!(target.exposures().len(), expected.len(), "{name}");
            set(&path, 0o666);
            expected.push(format!("others on this machine can read and change the database file /{name}; run `chmod 600 /{name}`"));
        }
        let told: Vec<_> = target
            .exposures()
            .into_iter()
            .map(|told| told.replace(&*folder.path().to_string_lossy(), ""))
            .collect();
        assert_eq!(told, expected);
    }
}
