//! Answers that clients do not take: they are bounded, and their connections are closed.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use roster::models::api_key::Scope;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::{
    on_both_databases,
    rest::caller::{Caller, key_text, refusal},
    support::{people::Person, server::TestApp},
};

const POLLING_INTERVAL: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends a request and reads nothing. The kernel buffers little for it, so the service has to.
fn ask(app: &TestApp, path: &str, bearer: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let address: std::net::SocketAddr = app.base_url["http://".len()..].parse().expect("an address");
    socket.connect(&address.into()).expect("a connection");
    let mut stream = TcpStream::from(socket);
    let head = format!("GET {path} HTTP/1.1\r\nHost: roster.test\r\nAuthorization: Bearer {bearer}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("a request");
    stream
}

/// Waits until an answer begins to arrive.
fn await_answer(stream: &TcpStream) {
    stream.peek(&mut [0]).expect("an answer");
}

/// Repeats until it is true; fails after a while.
fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_true() {
        assert!(since.elapsed() < PATIENCE, "{what}");
        thread::sleep(POLLING_INTERVAL);
    }
}

fn is_reset(stream: &TcpStream) -> bool {
    stream.take_error().expect("a socket").is_some_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

/// 800 KB.
fn large_activities() -> Value {
    vec![json!({"name": "x".repeat(100_000)}); 8].into()
}

/// Creates them; returns a key that reads them.
fn with_large_activities(app: &TestApp, person: &Person) -> String {
    let writer = Caller::key(app, person, &[Scope::Read, Scope::Write]);
    assert_eq!(writer.post("batch/timelineActivities", &large_activities()).0, 201);
    key_text(person, &[Scope::Read])
}

const BUSY: &str = "The service is busy. Try again in 2 seconds.";

on_both_databases! {
    fn a_client_that_takes_nothing_is_disconnected(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_timeout = Duration::from_secs(1));
        let key = with_large_activities(app, &Person::owner(app, "olga"));
        let unread = ask(app, "/rest/timelineActivities", &key);
        await_answer(&unread);
        assert!(!is_reset(&unread));
        eventually("the connection stays open", || is_reset(&unread));
    }

    fn pipelined_requests_wait_until_their_answers_are_taken(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_timeout = Duration::from_secs(1));
        let cached = "GET / HTTP/1.1\r\nHost: roster.test\r\nIf-None-Match: *\r\n\r\n".repeat(100);
        let mut flood = ask(app, "/health/live", "");
        flood.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        let outcome = (0..10_000).try_for_each(|_| flood.write_all(cached.as_bytes()));
        assert!(outcome.is_err(), "the service reads requests without end");
    }

    fn a_slow_client_gets_its_whole_answer(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_timeout = Duration::from_secs(1));
        let key = with_large_activities(app, &Person::owner(app, "olga"));
        let mut slow = ask(app, "/rest/timelineActivities", &key);
        let (mut bytes, mut received) = (vec![0; 64 * 1024], 0);
        while received < 800_000 {
            received += slow.read(&mut bytes).expect("more of the answer");
            thread::sleep(POLLING_INTERVAL);
        }
    }

    fn the_answers_of_a_caller_are_bounded(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_memory_mb = 4);
        let olga = Person::owner(app, "olga");
        let key = with_large_activities(app, &olga);
        let unread = ask(app, "/rest/timelineActivities", &key);
        await_answer(&unread);
        let again = Caller::key(app, &olga, &[Scope::Read]);
        assert_eq!(again.get("timelineActivities"), refusal(503, "ServiceUnavailableException", BUSY));
        assert_eq!(again.get("people").0, 200);
        assert_eq!(Caller::session(app, &olga).get("timelineActivities").0, 200);
        let others = with_large_activities(app, &Person::owner(app, "stranger"));
        assert_eq!(Caller::with(app, &others).get("timelineActivities").0, 200);
        drop(unread);
        eventually("the memory stays reserved", || again.get("timelineActivities").0 == 200);
    }

    fn large_bodies_and_answers_are_refused_while_memory_is_scarce(app: &mut TestApp) {
        let olga = Person::owner(app, "olga");
        with_large_activities(app, &olga);
        let key = key_text(&olga, &[Scope::Read, Scope::Write]);
        app.restart_with(|settings| settings.min_free_memory_mb = 1_000_000_000);
        let caller = Caller::with(app, &key);
        let busy = refusal(503, "ServiceUnavailableException", BUSY);
        assert_eq!(caller.get("timelineActivities"), busy);
        assert_eq!(caller.post("batch/timelineActivities", &large_activities()), busy);
        assert_eq!(caller.get("people").0, 200);
        assert_eq!(caller.post("people", &json!({"jobTitle": "Coach"})).0, 201);
        app.restart_with(|settings| settings.min_free_memory_mb = 1);
        assert_eq!(Caller::with(app, &key).find("timelineActivities", &[]).1["totalCount"], 8);
    }

    fn a_write_whose_answer_has_no_room_changes_nothing(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_memory_mb = 4);
        let olga = Person::owner(app, "olga");
        let key = with_large_activities(app, &olga);
        let unread = ask(app, "/rest/timelineActivities", &key);
        await_answer(&unread);
        let writer = Caller::key(app, &olga, &[Scope::Read, Scope::Write]);
        assert_eq!(writer.post("batch/timelineActivities", &large_activities()), refusal(503, "ServiceUnavailableException", BUSY));
        let one = Caller::session(app, &olga).find("timelineActivities", &[("limit", "1")]).1;
        assert_eq!(one["totalCount"], 8);
        drop(unread);
        eventually("the memory stays reserved", || writer.post("batch/timelineActivities", &large_activities()).0 == 201);
    }

    fn the_answers_of_a_person_are_bounded_at_v4(app: &mut TestApp) {
        app.restart_with(|settings| settings.answer_memory_mb = 2);
        let olga = Person::owner(app, "olga");
        let mia = olga.colleague("mia");
        let part = "x".repeat(50);
        let address = |number: usize| format!("{part}{number}@{part}.{part}.{part}.test");
        for first in (0..900).step_by(180) {
            let addresses: Vec<String> = (first..first + 180).map(address).collect();
            assert_eq!(olga.post("invites", &json!({"user_emails": addresses})).0, 201);
        }
        let size = olga.get("invites").1.to_string().len();
        assert!((260_000..520_000).contains(&size), "{size}");
        let unread = ask(app, "/api/v4/invites", olga.token());
        await_answer(&unread);
        let (_, answer) = olga.get("invites");
        assert_eq!(answer, json!({"success": false, "message": [BUSY]}));
        assert_eq!((olga.get("users").0, mia.get("invites").0), (200, 200));
        drop(unread);
        eventually("the memory stays reserved", || olga.get("invites").0 == 200);
    }
}
