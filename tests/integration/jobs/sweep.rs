//! The sweep is one hourly job for all processes, and does not believe a clock that jumps.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use super::{eventually, lines};
use crate::{
    on_both_databases,
    support::{
        database::Kind,
        people::{PASSWORD, Person, email},
        recorded_statements::{self, take_all},
        server::TestApp,
    },
};

fn sweeps(app: &TestApp) -> usize {
    let statements = take_all(&app.database);
    let sweeps = statements.iter().filter(|it| it.starts_with("DELETE") && it.contains("token_readings"));
    sweeps.count()
}

#[test]
fn is_done_once_an_hour_by_two_processes() {
    for kind in Kind::available() {
        let app = recorded_statements::start(kind);
        let _other = app.beside();
        take_all(&app.database);
        eventually(&app.database, "kind = 'sweep' AND lease IS NULL AND attempts = 0", |jobs| {
            jobs.len() == 1
        });
        let mut count = 0;
        for hour in 1..=4 {
            app.clock.advance(TimeDelta::minutes(61));
            let since = Instant::now();
            while count < hour {
                assert!(since.elapsed() < Duration::from_secs(30), "{kind}: {count} sweeps in {hour} hours");
                thread::sleep(Duration::from_millis(10));
                count += sweeps(&app);
            }
            eventually(&app.database, "kind = 'sweep' AND lease IS NULL", |jobs| jobs.len() == 1);
        }
        assert_eq!(count + sweeps(&app), 4, "{kind}");
    }
}

/// Waits for a value in the row of the installation.
fn eventually_installed(app: &TestApp, expression: &str, expected: &str) {
    let since = Instant::now();
    let sql = format!("SELECT coalesce({expression}, 'none') AS line FROM installation");
    while lines(&app.database, &sql) != [expected] {
        assert!(since.elapsed() < Duration::from_secs(30), "{expression} is never {expected}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn first_sweep(app: &TestApp) {
    eventually_installed(app, IS_SWEPT, "yes");
    eventually(&app.database, "kind = 'sweep' AND lease IS NULL", |jobs| jobs.len() == 1);
}

/// Advances the clock, and waits for the sweep that this makes due. One that the next advance interrupts would be repeated
/// an hour after that.
fn sweep_after(app: &TestApp, time: TimeDelta) {
    let swept_at = || lines(&app.database, "SELECT CAST(swept_at AS text) AS line FROM installation");
    let before = swept_at();
    app.clock.advance(time);
    let since = Instant::now();
    while swept_at() == before {
        assert!(since.elapsed() < Duration::from_secs(30), "there is no sweep after {time}");
        thread::sleep(Duration::from_millis(10));
    }
    eventually(&app.database, "kind = 'sweep' AND lease IS NULL", |jobs| jobs.len() == 1);
}

fn sessions(app: &TestApp) -> Vec<String> {
    lines(&app.database, "SELECT CAST(count(*) AS text) AS line FROM sessions")
}

const IS_DOUBTED: &str = "CASE WHEN clock_doubted_at IS NULL THEN 'no' ELSE 'yes' END";
const IS_SWEPT: &str = "CASE WHEN swept_at IS NULL THEN 'no' ELSE 'yes' END";

on_both_databases! {
    fn a_clock_that_was_ahead_for_a_while_deletes_nothing(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        first_sweep(app);
        app.clock.advance(TimeDelta::days(32));
        eventually_installed(app, IS_DOUBTED, "yes");
        assert_eq!(olga.get("users").0, 401);
        app.clock.advance(-TimeDelta::days(32));
        assert_eq!(olga.get("users").0, 200);
        eventually_installed(app, IS_DOUBTED, "no");
        assert_eq!(sessions(app), ["1"]);
    }

    fn a_clock_that_stays_ahead_is_believed_after_an_hour(app: &mut TestApp) {
        Person::owner(app, "olga");
        first_sweep(app);
        app.clock.advance(TimeDelta::days(32));
        eventually_installed(app, IS_DOUBTED, "yes");
        assert_eq!(sessions(app), ["1"]);
        app.clock.advance(TimeDelta::minutes(61));
        eventually_installed(app, IS_DOUBTED, "no");
        let since = Instant::now();
        while sessions(app) != ["0"] {
            assert!(since.elapsed() < Duration::from_secs(30), "the session is never deleted");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn events_are_deleted_after_so_many_days(app: &mut TestApp) {
        app.restart_with(|settings| settings.events_days = 3);
        let olga = Person::owner(app, "olga");
        first_sweep(app);
        sweep_after(app, TimeDelta::hours(23));
        olga.must(Method::POST, "teams", Some(&json!({"team": {"name": "Coaches"}, "user_emails": []})));
        app.clock.advance(TimeDelta::days(2) + TimeDelta::hours(2));
        eventually_installed(app, IS_DOUBTED, "yes");
        app.clock.advance(TimeDelta::minutes(61));
        let since = Instant::now();
        let kept = || lines(&app.database, "SELECT DISTINCT object AS line FROM events ORDER BY object");
        while kept() != ["team", "team_user"] {
            assert!(since.elapsed() < Duration::from_secs(30), "{:?}", kept());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn sign_in_is_possible_after_the_clock_was_ahead(app: &mut TestApp) {
        app.restart_with(|settings| settings.registrations_per_address = 2);
        app.clock.advance(TimeDelta::hours(1));
        for name in ["olga", "nina"] {
            Person::owner(app, name);
        }
        let user = json!({"user": {"email": email("ines"), "password": PASSWORD}});
        assert_eq!(Person::nobody(app).post("registrations", &user).0, 429);
        app.clock.advance(-TimeDelta::hours(1));
        assert_eq!(Person::nobody(app).post("registrations", &user).0, 201);
    }
}
