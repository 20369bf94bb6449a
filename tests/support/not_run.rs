//! Counts the tests that do not run on PostgreSQL because it is not installed. libtest has no hook at the end of a run
//! and captures output, so a shell counts: it reads names from our pipe until this process ends, then prints one line.

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
    /// The server of this process; if PostgreSQL is not installed, counts the calling test as not run.
    pub fn for_this_test() -> Option<&'static Self> {
        let server = Self::get();
        if server.is_none() {
            // libtest names each thread after its test.
            note(thread::current().name().unwrap_or("a thread without a name"));
        }
        server
    }
}

static SHELL: LazyLock<Mutex<Child>> = LazyLock::new(|| {
    let shell = Command::new("sh").args(["-c", COUNT]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    Mutex::new(shell.expect("a shell that counts"))
});

/// Counts each test name once.
pub fn note(test: &str) {
    let mut shell = SHELL.lock().unwrap_or_else(PoisonError::into_inner);
    let pipe = shell.stdin.as_mut().expect("a pipe");
    writeln!(pipe, "{test}").expect("a shell that reads");
}
