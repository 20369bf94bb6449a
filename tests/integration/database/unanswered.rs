//! Connections to PostgreSQL on which nothing arrives any more.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{database::Kind, people::Person, postgres::Postgres, proxy::Proxy, server::TestApp};

/// A statement may take five seconds, its answer three more; the rest is for a machine that runs other tests. Without a
/// limit, this waits for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(40);

#[test]
fn requests_end_and_new_connections_are_used() {
    let Some(postgres) = Postgres::for_this_test() else { return };
    let mut app = TestApp::start(Kind::Postgres);
    // Ends before the app, which waits for its threads.
    let proxy = Proxy::to(postgres.port());
    app.restart_with(|settings| {
        let url = app_url(settings.database_url.as_ref(), postgres.port(), proxy.port);
        settings.database_url = Some(url.into());
    });
    let olga = Person::owner(&app, "olga");
    // As many requests at once as there are connections, so that all are open when they are forgotten.
    let ask = |count: usize| {
        thread::scope(|scope| {
            let asked: Vec<_> = (0..count).map(|_| scope.spawn(|| olga.get("users").0)).collect();
            asked.into_iter().map(|asked| asked.join().expect("a client")).collect::<Vec<_>>()
        })
    };
    assert_eq!(ask(6), [200; 6]);
    proxy.forget_connections();
    let since = Instant::now();
    assert!(ask(3).contains(&503), "a connection was open");
    assert!(since.elapsed() < LONGEST_WAIT, "{:?}", since.elapsed());
    while ask(3) != [200; 3] {
        assert!(since.elapsed() < LONGEST_WAIT, "{:?}", since.elapsed());
    }
}

fn app_url(url: Option<&secrecy::SecretString>, port: u16, other: u16) -> String {
    use secrecy::ExposeSecret as _;
    let url = url.expect("a URL").expose_secret();
    url.replace(&format!(":{port}/"), &format!(":{other}/"))
}
