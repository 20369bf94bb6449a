//! A `pgbouncer` in transaction mode in front of the PostgreSQL of this test process. Like that one, it has a shell that
//! ends it when this process ends.

use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    os::unix::fs::chown,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::postgres::{Postgres, free_port, other_user};

const BINARY: &str = "/usr/sbin/pgbouncer";
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Arguments: a command.
const WATCH: &str = r#"
trap '' INT TERM HUP
( trap - TERM; exec "$@" ) >/dev/null 2>&1 </dev/null &
server=$!
read -r _
{ kill -KILL $server; wait $server; } 2>/dev/null
"#;

pub struct PgBouncer {
    port: u16,
    watch: Child,
    folder: TempDir,
}

impl PgBouncer {
    /// So few server connections for each database that clients share them. Prints a line and returns `None` if it is
    /// not installed; fails if tests may not be skipped.
    pub fn start(postgres: &Postgres, server_connections: usize) -> Option<Self> {
        Self::start_with(postgres, server_connections, "")
    }

    /// With another line of its settings.
    pub fn start_with(postgres: &Postgres, server_connections: usize, setting: &str) -> Option<Self> {
        if !PathBuf::from(BINARY).exists() {
            assert!(!Postgres::is_required(), "{BINARY} is missing (Debian: apt install pgbouncer)");
            // Not `eprintln!`, which libtest captures.
            _ = writeln!(
                std::io::stderr(),
                "NOT RUN WITH A POOLER: install pgbouncer (Debian: apt install pgbouncer)"
            );
            return None;
        }
        let folder = tempfile::Builder::new().prefix("roster-pgbouncer-").tempdir().expect("a folder");
        let (port, server) = (free_port(), postgres.port());
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={server} user=roster\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = {server_connections}\nmax_client_conn = 500\n{setting}\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).expect("its settings");
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "sh"]);
        if let Some((user, group)) = other_user() {
            for path in [folder.path(), &file] {
                chown(path, Some(user), Some(group)).expect("the folder given to its user");
            }
            shell.arg("setpriv").args([format!("--reuid={user}"), format!("--regid={group}")]);
            shell.arg("--clear-groups");
        }
        shell.args([BINARY, "-q"]).arg(&file);
        let watch = shell.stdin(Stdio::piped()).spawn().expect("a shell to watch over PgBouncer");
        let bouncer = Self { port, watch, folder };
        bouncer.wait_until_it_listens();
        Some(bouncer)
    }

    pub fn url(&self, database_url: &str) -> String {
        let database = database_url.rsplit('/').next().expect("a database");
        format!("postgres://roster@127.0.0.1:{}/{database}", self.port)
    }

    fn wait_until_it_listens(&self) {
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(since.elapsed() < START_TIMEOUT, "PgBouncer does not start; see {:?}", self.folder);
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        _ = self.watch.wait();
    }
}
