//! Grants, what is recorded of readings, breakers and consents are locked in one order, so that no two transactions wait
//! for each other. On SQLite there is one writer.

use std::{thread, time::Duration};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use roster::{
    db::{Conn, Intent},
    models::consent,
};

use super::{Falcons, advance, connect, eventually};
use crate::{
    api::v4::consents::{grant, with_x},
    damage::execute,
    database::{connect as open, waiting_for_locks},
    jobs::lines,
    support::{
        database::Kind,
        peer::{Peer, TOKEN},
        people::Person,
        postgres::Postgres,
        server::TestApp,
    },
};

/// Each grant becomes due for a check.
const CHECKED: &str = "verify_social_accounts?type=twitter&page=1&date=2999-01-01";

/// A service on PostgreSQL, or `None` if that is not installed.
fn start() -> Option<(TestApp, Peer)> {
    Postgres::for_this_test()?;
    let mut app = TestApp::start(Kind::Postgres);
    let peer = with_x(&mut app);
    Some((app, peer))
}

/// A transaction that has locked these rows.
struct Holder(Conn);

impl Holder {
    fn lock(app: &TestApp, rows: &str) -> Self {
        let mut conn = open(&app.database);
        let begin = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0";
        conn.batch_execute(&format!("{begin}; SELECT FROM {rows} FOR UPDATE")).expect("a lock");
        Self(conn)
    }

    /// Waits until another transaction waits for this one, and locks more rows, which that one must not have locked.
    fn lock_too(mut self, app: &TestApp, rows: &str) {
        let mut watch = open(&app.database);
        eventually("a transaction that waits", || waiting_for_locks(&mut watch) > 0);
        let locked = self.0.batch_execute(&format!("SELECT FROM {rows} FOR UPDATE NOWAIT; COMMIT"));
        assert!(locked.is_ok(), "{rows} are locked by the transaction that waits: {locked:?}");
    }
}

#[test]
fn all_grants_to_check_are_locked_in_the_order_of_their_ids() {
    let Some((app, peer)) = start() else { return };
    let falcons = Falcons::connect_at(peer, &app);
    falcons.peer.sign_in("7", "Hawks");
    connect(&falcons.olga, &falcons.peer, "workspace");
    let ids = lines(&app.database, "SELECT CAST(id AS text) AS line FROM grants ORDER BY id");
    let [first, last] = [&ids[0], &ids[1]].map(|id| format!("grants WHERE id = '{id}'"));
    execute(
        &app.database,
        "UPDATE grants SET last_checked_at = granted_at - interval '1 day', last_read_at = granted_at",
    );
    execute(&app.database, &format!("UPDATE grants SET last_read_at = NULL WHERE id = '{}'", ids[1]));
    let holder = Holder::lock(&app, &first);
    thread::scope(|scope| {
        let reading = scope.spawn(|| falcons.olga.get(CHECKED).0);
        holder.lock_too(&app, &last);
        assert_eq!(reading.join().expect("an answer"), 200);
    });
}

#[test]
fn what_was_read_is_recorded_before_grants_change() {
    let Some((app, peer)) = start() else { return };
    let falcons = Falcons::connect_at(peer, &app);
    assert_eq!(falcons.olga.get(CHECKED).0, 200);
    execute(&app.database, "UPDATE grants SET last_checked_at = granted_at - interval '1 day'");
    let holder = Holder::lock(&app, "token_readings");
    thread::scope(|scope| {
        let reading = scope.spawn(|| falcons.olga.get(CHECKED).0);
        holder.lock_too(&app, "grants");
        assert_eq!(reading.join().expect("an answer"), 200);
    });
}

#[test]
fn the_breaker_of_a_network_is_locked_before_a_grant() {
    let Some((app, peer)) = start() else { return };
    let falcons = Falcons::connect_at(peer, &app);
    advance(&app, 111);
    execute(
        &app.database,
        "INSERT INTO network_breakers SELECT 'twitter', 'no balance', granted_at, granted_at, 1 FROM grants",
    );
    falcons.peer.delay(Duration::from_millis(700), TOKEN);
    thread::scope(|scope| {
        let reading = scope.spawn(|| falcons.token());
        eventually("a lease", || falcons.peer.count(TOKEN) == 2);
        Holder::lock(&app, "network_breakers").lock_too(&app, "grants");
        assert!(falcons.peer.is_current(&reading.join().expect("a token")));
    });
    assert!(lines(&app.database, "SELECT provider AS line FROM network_breakers").is_empty());
}

#[test]
fn expired_consents_end_in_one_workspace_at_a_time_which_is_locked_first() {
    let Some((app, peer)) = start() else { return };
    let (olga, nina) = (Person::owner(&app, "olga"), Person::owner(&app, "nina"));
    for person in [&olga, &nina] {
        grant(person, &peer, "personal");
    }
    execute(
        &app.database,
        "UPDATE consents SET expires_at = created_at + workspace_id * interval '1 second'",
    );
    let later = app.clock.now() + TimeDelta::hours(1);
    let end = || {
        let target = roster::app::target(&app.settings).expect("a target");
        let ended = target
            .transaction(Intent::Write, |conn| Ok(consent::end_expired(conn, &app.vault(), later, 100)?));
        ended.expect("a piece of a sweep")
    };
    let holder = Holder::lock(&app, &format!("workspaces WHERE id = {}", olga.workspace_id));
    thread::scope(|scope| {
        let sweeping = scope.spawn(end);
        holder.lock_too(&app, "consents");
        assert_eq!(sweeping.join().expect("a piece of a sweep"), 1);
    });
    let left = || lines(&app.database, "SELECT CAST(workspace_id AS text) AS line FROM grants");
    assert_eq!(left(), [nina.workspace_id.to_string()]);
    assert_eq!((end(), end(), left()), (1, 0, vec![]));
}
