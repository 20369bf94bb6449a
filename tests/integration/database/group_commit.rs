//! The writer of SQLite: closures that wait share one COMMIT, and each request still gets what it would have got alone.

mod checkpoints;
mod ending;
mod failures;
mod groups;
mod waiting;

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use diesel::{
    QueryableByName, RunQueryDsl as _,
    connection::{Connection as _, InstrumentationEvent, SimpleConnection as _},
    sql_query,
    sql_types::{BigInt, Text},
};
use futures_util::future::poll_immediate;
use roster::{
    db::{Conn, Db, Pooling},
    error::{Error, Result},
};

use super::{connect, target};
use crate::support::database::{Database, Kind};

const TABLES: &str = "
    CREATE TABLE marks (mark TEXT NOT NULL UNIQUE);
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent_id INTEGER NOT NULL REFERENCES parents DEFERRABLE INITIALLY DEFERRED);";

type Pending<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

/// A database with tables for these tests, and what its writer does.
struct Writes {
    db: Db,
    database: Database,
    statements: Arc<Mutex<Vec<String>>>,
}

/// Keeps the writer busy, so that what is queued meanwhile forms one group.
struct Gate {
    open: mpsc::Sender<()>,
    closure: Pending<()>,
}

/// How often closures have run, in their order.
#[derive(Clone, Default)]
struct Runs(Arc<Mutex<Vec<&'static str>>>);

#[derive(QueryableByName)]
struct Mark {
    #[diesel(sql_type = Text)]
    mark: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Writes {
    fn new() -> Self {
        let database = Database::new(Kind::Sqlite);
        execute(&mut connect(&database), TABLES).expect("tables");
        let db = Db::open(&target(&database), Pooling::None, 1, 0);
        Self { db, database, statements: Arc::default() }
    }

    /// Returns when the writer runs the closure of the gate. From then on its statements are recorded.
    async fn gate(&self) -> Gate {
        let (statements, (entered, enter), (open, opened)) =
            (Arc::clone(&self.statements), mpsc::channel(), mpsc::channel());
        let closure = self.queue(move |conn| {
            let statements = Arc::clone(&statements);
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    statements.lock().expect("statements").push(query.to_string());
                }
            });
            entered.send(()).expect("a test");
            opened.recv().expect("a test that opens the gate");
            Ok(())
        });
        let closure = closure.await;
        enter.recv().expect("a writer");
        Gate { open, closure }
    }

    /// Queues a closure; the returned future waits for its result.
    async fn queue<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        let db = self.db.clone();
        queued(async move { db.write(work).await }).await
    }

    async fn queue_long<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        let db = self.db.clone();
        queued(async move { db.write_long(work).await }).await
    }

    async fn insert(&self, mark: &'static str) -> Pending<()> {
        self.queue(move |conn| insert(conn, mark)).await
    }

    /// The statements of the writer since the gate, without those that it recorded before.
    fn statements(&self) -> Vec<String> {
        std::mem::take(&mut *self.statements.lock().expect("statements"))
    }

    /// What another connection sees.
    fn marks(&self) -> Vec<String> {
        let marks = sql_query("SELECT mark FROM marks ORDER BY rowid").load::<Mark>(&mut self.connect());
        marks.expect("marks").into_iter().map(|row| row.mark).collect()
    }

    fn count(&self, from: &str) -> i64 {
        let query = sql_query(format!("SELECT count(*) AS count FROM {from}"));
        query.get_result::<Count>(&mut self.connect()).expect("a count").count
    }

    fn connect(&self) -> diesel::SqliteConnection {
        let Conn::Sqlite(conn) = connect(&self.database) else { panic!("SQLite") };
        conn
    }
}

impl Gate {
    async fn open(self) {
        self.open.send(()).expect("a writer");
        self.closure.await.expect("a gate");
    }
}

impl Runs {
    fn note(&self, name: &'static str) {
        self.0.lock().expect("runs").push(name);
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.lock().expect("runs").clone()
    }
}

/// Polls it once.
async fn queued<T: 'static>(run: impl Future<Output = Result<T>> + 'static) -> Pending<T> {
    let mut pending: Pending<T> = Box::pin(run);
    match poll_immediate(&mut pending).await {
        None => pending,
        Some(result) => Box::pin(ready(result)),
    }
}

fn execute(conn: &mut Conn, sql: &str) -> Result<()> {
    let Conn::Sqlite(conn) = conn else { panic!("SQLite") };
    Ok(conn.batch_execute(sql)?)
}

fn insert(conn: &mut Conn, mark: &str) -> Result<()> {
    execute(conn, &format!("INSERT INTO marks (mark) VALUES ('{mark}')"))
}

fn is_unavailable<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Unavailable { .. }))
}

fn counter() -> (Arc<AtomicUsize>, impl Fn() -> usize) {
    let count = Arc::new(AtomicUsize::new(0));
    let read = Arc::clone(&count);
    (count, move || read.load(Ordering::SeqCst))
}
