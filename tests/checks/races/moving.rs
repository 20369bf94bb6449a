//! A person moves to another workspace while a request of theirs waits for the lock of the old one. The request
//! releases that lock before it asks for the next, because holding both could deadlock.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{RunQueryDsl as _, sql_query};
use roster::db::Conn;

use crate::{
    census::{self, count},
    support::{
        database::{Database, Kind},
        people::{Person, account},
        postgres::Postgres,
    },
};

#[test]
fn a_person_who_moved_releases_the_lock_of_the_old_workspace() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let database = Database::new(Kind::Postgres);
    let server = database.serve();
    let olga = Person::owner(&server, "olga");
    let bob = Person::owner(&server, "bob");
    let mia = olga.colleague("mia");
    let [watch, left, entered] = &mut [(); 3].map(|()| census::connect(&database));
    let (old, new) = (workspace_of(watch, &olga), workspace_of(watch, &bob));

    lock(left, old);
    lock(entered, new);
    thread::scope(|scope| {
        let connecting = scope.spawn(|| mia.post("twitter_accounts", &account("lions")));
        wait_for_blocked_by(watch, backend(left));
        execute(left, &format!("UPDATE users SET workspace_id = {new} WHERE id = {}", mia.id));
        execute(left, &format!("UPDATE memberships SET workspace_id = {new} WHERE user_id = {}", mia.id));
        execute(left, "COMMIT");
        wait_for_blocked_by(watch, backend(entered));
        let free = format!(
            "SELECT count(*) FROM (SELECT id FROM workspaces WHERE id = {old} FOR NO KEY UPDATE SKIP LOCKED) AS free"
        );
        let free = count(watch, &free);
        execute(entered, "COMMIT");
        assert_eq!(free, 1, "the workspace she left is still locked");
        let (status, answer) = connecting.join().expect("mia");
        assert_eq!(status, 201, "{answer}");
    });
}

fn workspace_of(conn: &mut Conn, person: &Person) -> u64 {
    count(conn, &format!("SELECT workspace_id AS count FROM users WHERE id = {}", person.id))
}

fn lock(conn: &mut Conn, workspace: u64) {
    execute(conn, "BEGIN");
    execute(conn, &format!("SELECT id FROM workspaces WHERE id = {workspace} FOR NO KEY UPDATE"));
}

fn execute(conn: &mut Conn, statement: &str) {
    sql_query(statement).execute(conn).expect(statement);
}

fn backend(conn: &mut Conn) -> u64 {
    count(conn, "SELECT pg_backend_pid()::bigint AS count")
}

fn wait_for_blocked_by(watch: &mut Conn, backend: u64) {
    let waiting =
        format!("SELECT count(*) FROM pg_stat_activity WHERE {backend} = ANY(pg_blocking_pids(pid))");
    let since = Instant::now();
    while count(watch, &waiting) == 0 {
        assert!(since.elapsed() < Duration::from_secs(10), "no statement waits");
        // PostgreSQL reports no event when a statement starts to wait for a lock.
        thread::sleep(Duration::from_millis(5));
    }
}
