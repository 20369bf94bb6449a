//! Malformed requests: each answer is below 500, names the error, and is the same on both databases.

mod bodies;
mod garbage;
mod queries;
mod values;

use serde_json::{Value, json};

use crate::{
    rest::caller::{Answer, Caller},
    support::{database::Kind, recorded::assert_recorded, server::TestApp},
};

/// Requests and answers, in order.
type Transcript = Vec<(String, Answer)>;

/// Runs a script on each available database. The answers must be equal except for ids and times, and their kinds must
/// be those recorded under this name.
fn same_on_both(name: &str, script: impl Fn(&Caller) -> Transcript) {
    let transcripts: Vec<Transcript> =
        Kind::available().into_iter().map(|kind| play(kind, &script)).collect();
    let first = &transcripts[0];
    assert!(!first.is_empty());
    for (what, (status, answer)) in first {
        assert!(*status < 500, "{what}: {status} {answer}");
    }
    for other in &transcripts[1..] {
        assert_eq!(first.len(), other.len());
        for (one, other) in first.iter().zip(other) {
            assert_eq!(one, other);
        }
    }
    assert_recorded("tests/integration/rest/hostile", name, first.iter().map(|(_, answer)| kind_of(answer)));
}

fn play(kind: Kind, script: impl Fn(&Caller) -> Transcript) -> Transcript {
    let app = TestApp::start(kind);
    let transcript = script(&Caller::program(&app));
    transcript.into_iter().map(|(what, answer)| (what, comparable(answer))).collect()
}

/// `400 BadRequestException`
fn kind_of((status, answer): &Answer) -> String {
    format!("{status} {}", answer["error"].as_str().unwrap_or_default()).trim_end().to_owned()
}

fn comparable((status, answer): Answer) -> Answer {
    if status < 400 {
        let data = answer["data"].as_object().map(|data| data.values().map(count).collect::<Vec<_>>());
        return (status, json!([data, answer["totalCount"]]));
    }
    (status, answer)
}

fn count(found: &Value) -> Option<usize> {
    found.as_array().map(Vec::len)
}
