//! Environment variables that cannot be read.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, process::Command};

use crate::support::process;

/// A command with `ROSTER_SIGN_UP=closed` and one byte that is not UTF-8.
fn command(folder: &tempfile::TempDir) -> Command {
    let mut command = process::serving(folder.path(), None);
    command.env("ROSTER_SIGN_UP", OsStr::from_bytes(b"closed\xff"));
    command
}

#[test]
fn a_setting_that_is_not_utf8_stops_every_command_that_needs_it() {
    const SENTENCE: &str = "ROSTER_SIGN_UP is not UTF-8, so its value cannot be read; write it in UTF-8";
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["serve"][..], &["migrate"], &["demo"], &["invites"], &["openapi"]] {
        process::run(command(&folder).args(arguments)).expect_refusal(SENTENCE);
    }
    assert_eq!(folder.path().read_dir().expect("a folder").count(), 0, "nothing is made");
    let ran = process::run(command(&folder).arg("doctor"));
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    assert!(ran.line("FAIL variables: ").ends_with(SENTENCE), "{ran:#?}");
    process::run(command(&folder).args(["completions", "bash"])).expect_success();
}
