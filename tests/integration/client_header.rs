//! The header in which a proxy names the client, if it cannot be read.

use std::fs::{self, File};

use reqwest::Method;
use serde_json::json;

use crate::support::{
    client::{self, Client},
    process::{self, Server},
};

#[test]
fn what_cannot_be_read_is_warned_of_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut command = process::serving(folder.path(), None);
    command.env("ROSTER_LOG", "warn").env("ROSTER_CLIENT_HEADER", "X-Real-IP");
    command.stderr(File::create(log.path()).expect("a file"));
    let mut server = Server::start(command);
    let body = json!({"user": {"email": "nobody@example.test", "password": "a wrong password"}});
    for header in ["unknown", "_hidden", "unknown"] {
        let request = Client::new(&server).request(Method::POST, "/api/v4/sessions");
        let answer = client::send(request.header("X-Real-IP", header).json(&body)).expect("an answer");
        assert_eq!(answer.status, 401);
    }
    server.terminate();
    assert_eq!(server.ended(), Some(0));
    let log = fs::read_to_string(log.path()).expect("a log");
    let warnings: Vec<&str> = log.lines().filter(|line| line.contains("X-Real-IP")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    assert!(warnings[0].contains("127.0.0.1 sent the header X-Real-IP with \"unknown\""), "{log}");
}
