//! The sweep is one hourly job for all processes.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;

use super::eventually;
use crate::support::{
    database::Kind,
    recorded_statements::{self, take_all},
    server::TestApp,
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
