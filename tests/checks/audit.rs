//! H4: every change that was answered has its event, and no event is without its change, although the server is killed in
//! between. Nobody can change or delete an event, and no event contains a secret.

mod changes;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Text},
};
use rand::RngExt as _;
use roster::db::Conn;

use self::changes::{Changes, Writer};
use crate::{
    census,
    support::{
        database::{Database, Kind},
        people::Person,
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const WRITERS: usize = 4;
const TAMPERINGS: [&str; 6] = [
    "UPDATE events SET verb = 'created', fields = 'nothing'",
    "UPDATE events SET label = 'another'",
    "UPDATE events SET actor_name = 'somebody else' WHERE actor_name IS NOT NULL",
    "UPDATE events SET actor_id = NULL WHERE actor_id IS NOT NULL",
    "DELETE FROM events",
    "DELETE FROM events WHERE verb = 'deleted'",
];

/// Records without the event that created them, and events of records that are neither there nor deleted.
const STRAYS: &str = "SELECT
(SELECT count(*) FROM teams WHERE NOT EXISTS (SELECT 1 FROM events WHERE verb = 'created' AND object = 'team'
    AND record_id = CAST(teams.id AS text) AND events.workspace_id = teams.workspace_id))
+ (SELECT count(*) FROM companies WHERE NOT EXISTS (SELECT 1 FROM events WHERE verb = 'created' AND object = 'company'
    AND record_id = CAST(companies.id AS text) AND events.workspace_id = companies.workspace_id))
+ (SELECT count(*) FROM social_accounts WHERE NOT EXISTS (SELECT 1 FROM events WHERE verb = 'created'
    AND object = 'connectedAccount' AND record_id = CAST(social_accounts.uuid AS text)
    AND events.workspace_id = social_accounts.workspace_id))
+ (SELECT count(*) FROM events AS made WHERE verb = 'created' AND object IN ('team', 'company', 'connectedAccount')
    AND NOT EXISTS (SELECT 1 FROM events WHERE verb = 'deleted' AND events.object = made.object
        AND events.record_id = made.record_id)
    AND NOT EXISTS (SELECT 1 FROM teams WHERE CAST(teams.id AS text) = made.record_id)
    AND NOT EXISTS (SELECT 1 FROM companies WHERE CAST(companies.id AS text) = made.record_id)
    AND NOT EXISTS (SELECT 1 FROM social_accounts WHERE CAST(social_accounts.uuid AS text) = made.record_id)) AS number";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How often an event was recorded.
#[derive(Debug, QueryableByName)]
struct Recorded {
    #[diesel(sql_type = Text)]
    verb: String,
    #[diesel(sql_type = Text)]
    object: String,
    #[diesel(sql_type = Text)]
    label: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[test]
#[ignore = "takes 300 s"]
fn h4_five_thousand_changes() {
    verdict::announce("H4", &BOTH, |verdict| check(verdict, 5_000, 20));
}

#[test]
fn h4_in_small() {
    verdict::hold("H4", &BOTH, |verdict| check(verdict, 120, 1));
}

fn check(verdict: &mut Verdict, least: usize, kills: usize) {
    let database = Database::new(verdict.kind);
    let mut server = database.serve();
    let changes = Changes::default();
    let writers: Vec<Writer> = (0..WRITERS)
        .map(|number| Writer::new(Person::owner(&server, &format!("owner{number}")), &changes))
        .collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for writer in &writers {
            scope.spawn(|| writer.write(&done));
        }
        for kill in 1..=kills {
            changes.wait_for(least * kill / (kills + 1));
            thread::sleep(Duration::from_millis(rand::rng().random_range(0..50)));
            server.kill();
            server.start_again();
        }
        changes.wait_for(least);
        done.store(true, Ordering::Relaxed);
    });
    let conn = &mut census::connect(&database);
    let recorded = load(conn);
    verdict.at_least("changes", changes.count() as u64, least as u64);
    verdict.none("without_event", changes.without_event(&recorded));
    verdict.none("events_without_change", changes.unexplained(&recorded));
    verdict.none("strays", count(conn, STRAYS));
    verdict.none("refused", changes.refused.get());
    let refused = TAMPERINGS.iter().filter(|sql| sql_query(**sql).execute(conn).is_err()).count();
    verdict.exactly("edits_refused", refused as u64, TAMPERINGS.len() as u64);
    verdict.exactly("events_after_edits", load(conn).len() as u64, recorded.len() as u64);
    verdict.none(
        "secrets",
        count(
            conn,
            "SELECT count(*) AS number FROM events \
             WHERE label LIKE '%canary%' OR fields LIKE '%canary%' OR actor_name LIKE '%canary%'",
        ),
    );
    verdict.note("unanswered", changes.unanswered.get());
}

fn load(conn: &mut Conn) -> Vec<Recorded> {
    let query = "SELECT verb, object, label, count(*) AS number FROM events \
                 WHERE object IN ('team', 'company', 'connectedAccount') GROUP BY verb, object, label";
    sql_query(query).load(conn).expect("the events")
}

fn count(conn: &mut Conn, query: &str) -> u64 {
    let number: Number = sql_query(query).get_result(conn).expect("a number");
    u64::try_from(number.number).expect("a positive number")
}
