//! Which rows housekeeping deletes, and which it keeps.

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl as _, sql_types::BigInt};
use roster::{
    db::Conn,
    jobs::sweep::{DELETIONS, PIECE},
};

use crate::{
    database::connect,
    on_both_databases,
    support::{database::Kind, people::Person, server::TestApp},
};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn rows(app: &TestApp, table: &str) -> i64 {
    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"));
    query.get_result::<Count>(&mut connect(&app.database)).expect("a count").count
}

fn swept_after(app: &TestApp, days: i64) -> [i64; 4] {
    let later = app.clock.now() + TimeDelta::days(days);
    let mut conn = connect(&app.database);
    for delete in DELETIONS {
        let piece = |conn: &mut Conn| delete.run(conn, &app.vault(), later, i64::from(PIECE));
        while piece(&mut conn).expect("a piece of a sweep") > 0 {}
    }
    ["sessions", "invites", "presented_invites", "throttles"].map(|table| rows(app, table))
}

/// At least three expired rows of everything that a sweep deletes, in a service with three people.
fn fill(app: &TestApp) {
    let repeat = |count: usize, sql: &str| {
        for number in 0..count {
            let sql = sql.replace("{number}", &number.to_string());
            diesel::sql_query(sql).execute(&mut connect(&app.database)).expect("a row");
        }
    };
    let uuid = match app.database.kind {
        Kind::Sqlite => "lower(hex(randomblob(16)))",
        Kind::Postgres => "gen_random_uuid()",
    };
    repeat(1, "UPDATE invites SET expires_at = created_at");
    repeat(3, "INSERT INTO throttles SELECT 'old/{number}', '', created_at FROM users LIMIT 1");
    repeat(3, "INSERT INTO reset_links SELECT '{number}', id, created_at FROM users LIMIT 1");
    repeat(
        3,
        "INSERT INTO idempotency_keys (workspace_id, caller, key, fingerprint, status, answer, expires_at) \
         SELECT id, '', '{number}', 'enc:v1:', 200, 'enc:v1:', created_at FROM workspaces LIMIT 1",
    );
    let jobs = "INSERT INTO jobs (id, kind, subject, priority, payload, due_at, attempts, created_at, given_up_at) \
                SELECT {uuid}, 'old', '{number}', 0, 'enc:v1:', created_at, 0, created_at, created_at FROM users LIMIT 1";
    repeat(3, &jobs.replace("{uuid}", uuid));
    let readings = "INSERT INTO token_readings (workspace_id, id, object, record_id, fields, read_at) \
                    SELECT id, {uuid}, 'connectedAccount', uuid, 'accessToken', created_at FROM workspaces LIMIT 1";
    repeat(3, &readings.replace("{uuid}", uuid));
    let consents = "INSERT INTO consents (workspace_id, id, user_id, session, provider, scope, state_digest, \
                    redirect_url, status, expires_at, created_at) SELECT workspace_id, {uuid}, user_id, uuid, 'twitter', \
                    'personal', '{number}', '', 'pending', created_at, created_at FROM memberships LIMIT 1";
    repeat(3, &consents.replace("{uuid}", uuid));
    let webhook = "INSERT INTO webhooks (workspace_id, id, created_at, updated_at) \
                   SELECT id, {uuid}, created_at, created_at FROM workspaces LIMIT 1";
    repeat(1, &webhook.replace("{uuid}", uuid));
    let deliveries = "INSERT INTO webhook_deliveries (workspace_id, webhook_id, id, event_name, record, created_at, \
                      queued_at, due_at, attempts, outcome) SELECT workspace_id, id, \
                      '00000000-0000-7000-8000-00000000000{number}', 'webhook.test', 'enc:v1:', created_at, created_at, \
                      created_at, 0, 'delivered' FROM webhooks LIMIT 1";
    repeat(3, deliveries);
}

on_both_databases! {
    fn deletes_only_rows_that_ended_long_ago(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        let invite = olga.invite("nina");
        assert_eq!(olga.get(&invite.path()).0, 200);
        assert_eq!(swept_after(app, 0), [1, 1, 1, 1]);
        assert_eq!(swept_after(app, 1), [1, 1, 1, 0]);
        assert_eq!(swept_after(app, 30), [1, 1, 1, 0]);
        assert_eq!(swept_after(app, 31), [0, 1, 0, 0]);
        assert_eq!(swept_after(app, 36), [0, 1, 0, 0]);
        assert_eq!(swept_after(app, 38), [0, 0, 0, 0]);
    }

    fn one_transaction_deletes_only_a_piece(app: &mut TestApp) {
        for name in ["olga", "nina", "ines"] {
            Person::owner(app, name).invite(&format!("guest-of-{name}"));
        }
        fill(app);
        let later = app.clock.now() + TimeDelta::days(400);
        let mut conn = connect(&app.database);
        for delete in DELETIONS {
            let deleted = [(); 3].map(|()| delete.run(&mut conn, &app.vault(), later, 2).expect("a piece of a sweep"));
            assert!(deleted[0] == 2 && deleted[1] > 0 && deleted[2] < 2, "{deleted:?}");
        }
        assert_eq!(swept_after(app, 400), [0, 0, 0, 0]);
    }

    fn readings_of_tokens_are_kept_for_a_year(app: &mut TestApp) {
        Person::owner(app, "olga");
        diesel::sql_query(
            "INSERT INTO token_readings (workspace_id, id, object, record_id, fields, read_at) \
             SELECT id, uuid, 'connectedAccount', uuid, 'accessToken', created_at FROM workspaces LIMIT 1",
        )
        .execute(&mut connect(&app.database))
        .expect("a reading");
        for (days, kept) in [(364, 1), (366, 0)] {
            swept_after(app, days);
            assert_eq!(rows(app, "token_readings"), kept, "after {days} days");
        }
    }
}
