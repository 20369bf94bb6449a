//! Clients that ask for answers and read nothing.

use std::{
    io::{ErrorKind, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    support::{people::Person, process::HasAddress as _},
    wire::{self, Request, Wire},
};

const RECORDS_PER_MEGABYTE: usize = 20;
const MOST_MEGABYTES_PER_BATCH: usize = 4;
/// So many are sent without waiting for an answer: answers with a body, without one, compressed, and of a HEAD.
const SMALL_REQUESTS: [&str; 4] = [
    "GET /docs HTTP/1.1\r\nHost: roster.test\r\nAccept-Encoding: gzip\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: roster.test\r\nIf-None-Match: *\r\n\r\n",
    "HEAD /openapi.json HTTP/1.1\r\nHost: roster.test\r\n\r\n",
    "GET /openapi.json HTTP/1.1\r\nHost: roster.test\r\n\r\n",
];
const REPEATS: usize = 200;
/// Costs far more memory than its bytes once it is parsed.
pub const TINY_REQUEST: &str = "GET / HTTP/1.1\r\nHost:a\r\n\r\n";
/// What precedes the tiny requests: nothing; a body of unknown length, which is read; one that nobody reads; and one
/// whose end comes with them.
const BEFORE_TINY_REQUESTS: [&str; 4] = [
    "",
    "POST /api/v4/sessions HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "GET /openapi.json HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n0\r\n\r\n",
    "0\r\n\r\n",
];
const UNENDED: &str =
    "POST /api/v4/sessions HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n2\r\n{}\r\n";
pub const TINY_REPEATS: usize = 4_000;

/// Creates records; the request is answered with so many megabytes.
pub fn large_answer(olga: &Person, megabytes: usize) -> Request {
    let wire = &mut Wire::to(&olga.base_url());
    let activity = json!({"name": "x".repeat(1024 * 1024 / RECORDS_PER_MEGABYTE)});
    let batch_megabytes = megabytes.min(MOST_MEGABYTES_PER_BATCH);
    let batch: Value = vec![activity; RECORDS_PER_MEGABYTE * batch_megabytes].into();
    let create =
        Request::new("POST", "/rest/batch/timelineActivities").token(olga.client.token()).json(&batch);
    for _ in 0..megabytes / batch_megabytes {
        assert_eq!(wire.ask(&create).status, 201);
    }
    let request = Request::new("GET", "/rest/timelineActivities?limit=1000").token(olga.client.token());
    assert_eq!(wire.ask(&request).status, 200);
    request
}

/// Sends each small request once, so that what is made on first use exists.
pub fn warm_up(address: &str) {
    for request in SMALL_REQUESTS {
        let mut stream = wire::connect(address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("a request");
        wire::read(&mut stream, true).expect("an answer");
    }
}

/// Connections that send the request once.
pub fn ask_for_much(address: &str, request: &Request, connections: usize) -> Vec<TcpStream> {
    let ask = |_| {
        let mut stream = wire::connect(address).expect("a connection");
        stream.write_all(request.head().as_bytes()).expect("a request");
        stream.set_nonblocking(true).expect("a socket that does not block");
        stream
    };
    (0..connections).map(ask).collect()
}

/// Connections that send small requests until they are not read; every second one sends tiny ones.
pub fn ask_for_little(address: &str, connections: usize) -> Vec<TcpStream> {
    let small = SMALL_REQUESTS.concat().repeat(REPEATS);
    let tiny = TINY_REQUEST.repeat(TINY_REPEATS);
    let before = |number: usize| BEFORE_TINY_REQUESTS[number / 2 % BEFORE_TINY_REQUESTS.len()];
    let ask = |number: usize| {
        let mut stream = wire::connect(address).expect("a connection");
        let sends_tiny = number % 2 == 1;
        if sends_tiny && !before(number).contains("HTTP") && !before(number).is_empty() {
            stream.write_all(UNENDED.as_bytes()).expect("a head");
            // The service reads it before the rest arrives.
            thread::sleep(Duration::from_millis(20));
        }
        stream.set_nonblocking(true).expect("a socket that does not block");
        let requests = if sends_tiny { [before(number), &tiny].concat() } else { small.clone() };
        // What does not fit is not sent.
        let _ = stream.write_all(requests.as_bytes());
        stream
    };
    (0..connections).map(ask).collect()
}

/// Whether the service has closed the connection because nobody reads, or has refused the request.
pub fn is_over(stream: &TcpStream) -> bool {
    let error = stream.take_error().expect("a socket");
    let mut status = [0; 12];
    let mut refused = || stream.peek(&mut status).is_ok_and(|_| status == *b"HTTP/1.1 503");
    error.is_some_and(|error| error.kind() == ErrorKind::ConnectionReset) || refused()
}
