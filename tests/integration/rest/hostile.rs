//! What nobody in their right mind sends: an answer below 500, which names what is wrong, and the same on both
//! databases.

mod bodies;
mod garbage;
mod queries;
mod values;

use serde_json::{Value, json};

use crate::{
    rest::caller::{Answer, Caller},
    support::{database::Kind, server::TestApp},
};

/// What was sent and what came back, in their order.
type Transcript = Vec<(String, Answer)>;

/// Plays a script on each database there is, and compares what came back; what was made differs in id and time.
fn same_on_both(script: impl Fn(&Caller) -> Transcript) {
    let mut transcripts = Kind::available().into_iter().map(|kind| {
        let app = TestApp::start(kind);
        let transcript = script(&Caller::program(&app));
        transcript.into_iter().map(|(what, answer)| (what, comparable(answer))).collect::<Vec<_>>()
    });
    let first = transcripts.next().expect("a database");
    assert!(!first.is_empty());
    for (what, (status, answer)) in &first {
        assert!(*status < 500, "{what}: {status} {answer}");
    }
    for other in transcripts {
        for (one, other) in first.iter().zip(other) {
            assert_eq!(*one, other);
        }
    }
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
