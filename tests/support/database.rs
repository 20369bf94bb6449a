//! A migrated database for each test: one template for each process and kind of database, and a copy of it for each
//! test. On SQLite a copy is a folder with a file; on PostgreSQL `CREATE DATABASE … TEMPLATE …` and a folder for the
//! key file.

use std::{
    ffi::OsString,
    fmt, fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use roster::{app::App, clock::Clock, settings::Settings};
use tempfile::TempDir;

use super::{
    postgres::Postgres,
    process::{self, Server},
    server,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The kinds of database that this machine can test.
    pub fn available() -> Vec<Self> {
        if Postgres::for_this_test().is_some() {
            vec![Self::Sqlite, Self::Postgres]
        } else {
            vec![Self::Sqlite]
        }
    }

    fn template(self) -> &'static Template {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        match self {
            Self::Sqlite => SQLITE.get_or_init(|| Template::migrated(self)),
            Self::Postgres => POSTGRES.get_or_init(|| Template::migrated(self)),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// One database and the folder with its key file; on SQLite the folder also contains the database.
#[derive(Debug)]
pub struct Database {
    pub kind: Kind,
    pub folder: TempDir,
    name: String,
}

impl Database {
    pub fn new(kind: Kind) -> Self {
        let template = kind.template();
        let copy = Self::empty(kind);
        if let Some(postgres) = copy.server() {
            postgres.copy(&template.name, &copy.name);
        }
        template.write_files(copy.folder.path());
        copy
    }

    /// The value of the setting `database_url`; `None` for SQLite.
    pub fn url(&self) -> Option<String> {
        self.server().map(|postgres| postgres.url(&self.name))
    }

    pub fn settings(&self) -> Settings {
        Settings {
            data_dir: self.folder.path().to_owned(),
            database_url: self.url().map(Into::into),
            ..server::settings()
        }
    }

    /// A command of the binary that uses this database and its key file.
    pub fn command(&self) -> Command {
        process::command(self.folder.path(), self.url().as_deref())
    }

    pub fn serving(&self) -> Command {
        process::serving(self.folder.path(), self.url().as_deref())
    }

    pub fn serve(&self) -> Server {
        Server::start(self.serving())
    }

    pub fn serve_twice(&self) -> [Server; 2] {
        [self.serve(), self.serve()]
    }

    fn empty(kind: Kind) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("roster_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::Builder::new().prefix("roster-test-").tempdir().expect("a temporary folder");
        Self { kind, folder, name }
    }

    fn server(&self) -> Option<&'static Postgres> {
        (self.kind == Kind::Postgres).then(|| Postgres::get().expect("PostgreSQL is installed"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(postgres) = self.server() {
            postgres.remove(&self.name);
        }
    }
}

/// A migrated database that no test uses; its files are kept in memory, so no folder is left over.
struct Template {
    name: String,
    files: Vec<(OsString, Vec<u8>)>,
}

impl Template {
    fn migrated(kind: Kind) -> Self {
        let database = Database::empty(kind);
        if let Some(postgres) = database.server() {
            postgres.create(&database.name);
        }
        drop(App::open(database.settings(), Clock::default()).expect("a migrated template"));
        let files = read_files(database.folder.path());
        let name = format!("{}_template", database.name);
        if let Some(postgres) = database.server() {
            postgres.make_template(&database.name, &name);
        }
        Self { name, files }
    }

    fn write_files(&self, folder: &Path) {
        for (name, content) in &self.files {
            let file =
                fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(name));
            file.and_then(|mut file| file.write_all(content)).expect("a copied file");
        }
    }
}

fn read_files(folder: &Path) -> Vec<(OsString, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the template's folder").flatten();
    let files = entries.filter(|entry| !entry.path().to_string_lossy().ends_with("-shm"));
    files.map(|entry| (entry.file_name(), fs::read(entry.path()).expect("a file"))).collect()
}
