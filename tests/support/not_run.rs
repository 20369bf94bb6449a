//! Counts the tests that do not run on PostgreSQL because it is not installed. libtest has no hook at the end of a run
//! and captures what tests print, so a shell counts: it reads names from our pipe until this process has ended, and
//! then prints one line.

use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
    thread,
};

use super::postgres::Postgres;

const COUNT: &str = r#"
trap '' INT TERM HUP
count=$(sort -u | wc -l)
echo "NOT RUN ON POSTGRESQL: $count tests; install PostgreSQL's server programs (Debian: apt install postgresql)" >&2
"#;

impl Postgres {
    /// The server of this process; where PostgreSQL is not installed, the calling test counts as not run on it.
    pub fn for_this_test() -> Option<&'static Self> {
        let server = Self::get();
        if server.is_none() {
            // libtest names the thread of a test.
            note(thread::current().name().unwrap_or("a thread without a name"));
        }
        server
    }
}

static SHELL: LazyLock<Mutex<Child>> = LazyLock::new(|| {
    let shell = Command::new("sh").args(["-c", COUNT]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    Mutex::new(shell.expect("a shell that counts"))
});

/// Counts a test once, however often it is named.
pub fn note(test: &str) {
    let mut shell = SHELL.lock().unwrap_or_else(PoisonError::into_inner);
    let pipe = shell.stdin.as_mut().expect("a pipe");
    writeln!(pipe, "{test}").expect("a shell that reads");
}
