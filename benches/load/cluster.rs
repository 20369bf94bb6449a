//! The PostgreSQL server that all contestants share, each with its own database. Its commits reach the disk.

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _,
    sql_query, sql_types::Text,
};

use super::postgres::Postgres;

pub struct Cluster {
    postgres: Postgres,
    /// The process id of the server's first process.
    pub postmaster: u32,
}

#[derive(QueryableByName)]
struct PidFile {
    #[diesel(sql_type = Text)]
    lines: String,
}

impl Cluster {
    /// `None` if PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let postgres = Postgres::durable()?;
        let query = sql_query("SELECT pg_read_file('postmaster.pid') AS lines");
        let file: PidFile =
            query.get_result(&mut connect(&postgres, "postgres")).expect("the file with the id");
        let postmaster = file.lines.lines().next().and_then(|line| line.parse().ok()).expect("a process id");
        Some(Self { postgres, postmaster })
    }

    /// Creates a database and returns its URL.
    pub fn create(&self, name: &str) -> String {
        self.postgres.create(name);
        self.postgres.url(name)
    }

    /// Collects the planner's statistics, as autovacuum would after a minute.
    pub fn analyze(&self, name: &str) {
        connect(&self.postgres, name).batch_execute("ANALYZE").expect("statistics");
    }
}

fn connect(postgres: &Postgres, name: &str) -> PgConnection {
    PgConnection::establish(&postgres.url(name)).expect("a connection")
}
