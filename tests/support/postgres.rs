//! A PostgreSQL server in a temporary folder, one for each test process. A shell reads from our pipe: when this process
//! ends for any reason, the pipe closes, and the shell stops the server and removes the folder. A line in the pipe makes
//! the shell restart the server.

use std::{
    env, fs,
    io::Write as _,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, RunQueryDsl};
use rustix::process::{Pid, Signal, kill_process};

/// Arguments: the folder, the folder of the binaries, the port, whether commits reach the disk (`on` or `off`); then a
/// command prefix that switches to another user.
const WATCH: &str = r#"
trap '' INT TERM HUP
bin=$1 port=$2 durable=$3
shift 3
start() {
{
    trap - TERM
    { [ -d "$0/cluster" ] ||
        "$@" "$bin/initdb" -D "$0/cluster" -A trust -U roster -E UTF8 --locale=C --no-sync; } &&
    exec "$@" "$bin/postgres" -D "$0/cluster" -c listen_addresses=127.0.0.1 -c port="$port" \
        -c unix_socket_directories="$0" -c lc_messages=C -c timezone=UTC -c max_connections=200 \
        -c fsync=$durable -c synchronous_commit=$durable -c full_page_writes=$durable
} >>"$0/log" 2>&1 </dev/null &
server=$!
}
start "$@"
while read -r _; do
    kill -QUIT $server
    wait $server
    start "$@"
done
kill -TERM 0
kill -CONT $server
kill -QUIT $server
wait $server
rm -rf "$0"
"#;

/// If this variable is set, tests fail when PostgreSQL is not installed.
const REQUIRED: &str = "TEST_POSTGRESQL_REQUIRED";

pub struct Postgres {
    port: u16,
    folder: PathBuf,
    /// One maintenance connection; its lock also prevents two concurrent clones of one template.
    maintenance: Mutex<PgConnection>,
    /// The write end of the pipe that the shell reads.
    watch: Child,
}

impl Postgres {
    /// The server of this test process, or `None` if PostgreSQL is not installed.
    pub fn get() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
        SERVER.get_or_init(|| Self::start("off")).as_ref()
    }

    /// A second server with `fsync` on, for measurements.
    #[allow(dead_code, reason = "only benchmarks wait for the disk")]
    pub fn durable() -> Option<Self> {
        Self::start("on")
    }

    /// A second server, for outages. It loses nothing when its processes end, only when the machine does.
    #[allow(dead_code, reason = "only one target needs it")]
    pub fn separate() -> Option<Self> {
        Self::start("off")
    }

    /// Whether a test fails rather than not run.
    #[allow(dead_code, reason = "only one target needs it")]
    pub fn is_required() -> bool {
        env::var_os(REQUIRED).is_some()
    }

    fn start(durable: &str) -> Option<Self> {
        binaries().map_or_else(missing, |binaries| Some(start(&binaries, durable)))
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://roster@127.0.0.1:{}/{database}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn create(&self, database: &str) {
        self.execute(&format!("CREATE DATABASE {database}"));
    }

    pub fn copy(&self, template: &str, database: &str) {
        self.execute(&format!("CREATE DATABASE {database} TEMPLATE {template}"));
    }

    /// Makes the database a template: ends its connections and forbids new ones.
    pub fn make_template(&self, database: &str, template: &str) {
        self.execute(&format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false"));
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'"
        ));
        self.execute(&format!("ALTER DATABASE {database} RENAME TO {template}"));
    }

    pub fn remove(&self, database: &str) {
        self.execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
    }

    /// As `pg_ctl restart -m immediate`: the server recovers as after a crash. Returns once it accepts connections.
    #[allow(dead_code, reason = "only one target needs it")]
    pub fn restart(&mut self) {
        let pipe = self.watch.stdin.as_mut().expect("the shell's pipe");
        pipe.write_all(b"restart\n").expect("a shell that reads");
        let connection = self.maintenance.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        while diesel::sql_query("SELECT 1").execute(connection).is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
        *connection = connect(self.port, &mut self.watch, &self.folder);
    }

    /// SIGSTOP to all processes of the server; they go on when the returned guard is dropped.
    #[allow(dead_code, reason = "only one target needs it")]
    pub fn freeze(&self) -> Frozen {
        let text = fs::read_to_string(self.folder.join("cluster/postmaster.pid")).expect("its process id");
        let postmaster = text.lines().next().and_then(|line| line.parse().ok()).expect("a number");
        let mut frozen = Frozen(vec![postmaster]);
        // It starts no other process once it is stopped.
        frozen.signal(Signal::STOP);
        frozen.0.extend(children(postmaster));
        frozen.signal(Signal::STOP);
        frozen
    }

    fn execute(&self, sql: &str) {
        let mut connection = self.maintenance.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        diesel::sql_query(sql).execute(&mut *connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// The processes of a server that do nothing at present.
pub struct Frozen(Vec<i32>);

impl Frozen {
    fn signal(&self, signal: Signal) {
        for id in self.0.iter().filter_map(|id| Pid::from_raw(*id)) {
            // It may have ended.
            _ = kill_process(id, signal);
        }
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal(Signal::CONT);
    }
}

fn children(parent: i32) -> Vec<i32> {
    let processes = fs::read_dir("/proc").expect("the processes").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |id: &i32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let parent_of_it = stat.rsplit(") ").next().and_then(|fields| fields.split(' ').nth(1)?.parse().ok());
        parent_of_it == Some(parent)
    };
    ids.filter(is_child).collect()
}

fn binaries() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = installed.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn missing() -> Option<Postgres> {
    assert!(!Postgres::is_required(), "{REQUIRED} is set, and no initdb and postgres are found");
    None
}

fn start(binaries: &Path, durable: &str) -> Postgres {
    let folder =
        tempfile::Builder::new().prefix("roster-postgres-").tempdir().expect("a temporary folder").keep();
    let port = free_port();
    let mut watch = watch(&folder, binaries, port, durable);
    let maintenance = Mutex::new(connect(port, &mut watch, &folder));
    Postgres { port, folder, maintenance, watch }
}

fn watch(folder: &Path, binaries: &Path, port: u16, durable: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", WATCH]).arg(folder).arg(binaries).arg(port.to_string()).arg(durable);
    if let Some((user, group)) = other_user() {
        chown(folder, Some(user), Some(group)).expect("the folder given to PostgreSQL's user");
        shell
            .arg("setpriv")
            .args([format!("--reuid={user}"), format!("--regid={group}")])
            .arg("--clear-groups");
    }
    shell
        .current_dir(folder)
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .expect("a shell to watch over PostgreSQL")
}

/// PostgreSQL refuses to run as root, so the user is `postgres` or `nobody`.
pub(super) fn other_user() -> Option<(u32, u32)> {
    let root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name| {
        let mut fields =
            users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":x:"))?.split(':');
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    if root { ids("postgres").or_else(|| ids("nobody")) } else { None }
}

/// PostgreSQL reports only in its log that it is ready, so this polls.
fn connect(port: u16, watch: &mut Child, folder: &Path) -> PgConnection {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match PgConnection::establish(&format!("postgres://roster@127.0.0.1:{port}/postgres")) {
            Ok(connection) => return connection,
            Err(_) if Instant::now() < deadline => thread::sleep(Duration::from_millis(50)),
            Err(error) => {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                drop(watch.stdin.take());
                panic!("PostgreSQL does not answer: {error}\n{log}");
            }
        }
    }
}

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
