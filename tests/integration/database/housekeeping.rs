//! Which rows housekeeping deletes, and which it keeps.

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl as _, sql_types::BigInt};
use roster::jobs::sweep;

use crate::{
    database::connect,
    on_both_databases,
    support::{people::Person, server::TestApp},
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
    sweep::sweep(&mut connect(&app.database), later).expect("a sweep");
    ["sessions", "invites", "presented_invites", "throttles"].map(|table| rows(app, table))
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

    fn readings_of_tokens_are_kept_for_a_year(app: &mut TestApp) {
        Person::owner(app, "olga");
        diesel::sql_query(
            "INSERT INTO token_readings (workspace_id, id, object, record_id, fields, read_at) \
             SELECT id, uuid, 'connectedAccount', uuid, 'accessToken', created_at FROM workspaces",
        )
        .execute(&mut connect(&app.database))
        .expect("a reading");
        for (days, kept) in [(364, 1), (366, 0)] {
            swept_after(app, days);
            assert_eq!(rows(app, "token_readings"), kept, "after {days} days");
        }
    }
}
