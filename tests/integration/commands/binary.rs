//! The binary, run as an operator would.

use std::{path::Path, process::Command};

use crate::support::server::TestApp;

/// What it printed, and whether it was content.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The lines that say this much.
    pub fn line(&self, beginning: &str) -> &str {
        self.out
            .lines()
            .find(|line| line.starts_with(beginning))
            .unwrap_or_else(|| panic!("no line begins with {beginning:?}: {self:#?}"))
    }

    pub fn expect_success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// One sentence, and nothing on standard output.
    pub fn expect_refusal(self, saying: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(self.err.starts_with("roster: ") && self.err.contains(saying), "{self:#?}");
        assert_eq!((self.err.lines().count(), self.out.as_str()), (1, ""), "{self:#?}");
        self
    }
}

/// On the database and the keys of a running service.
pub fn beside(app: &TestApp, arguments: &[&str]) -> Ran {
    run(beside_command(app).args(arguments))
}

pub fn beside_command(app: &TestApp) -> Command {
    let mut command = in_folder(app.database.folder.path());
    if let Some(url) = app.database.url() {
        command.env("ROSTER_DATABASE_URL", url);
    }
    command
}

/// With a data folder, nothing else of this process's environment, and cheap passwords.
pub fn in_folder(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.env_clear().env("ROSTER_DATA_DIR", folder).env("ROSTER_LOG", "warn");
    command.env("ROSTER_ARGON2_MEMORY_KIB", "64").env("ROSTER_ARGON2_PASSES", "1");
    command
}

pub fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("a binary that starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}
