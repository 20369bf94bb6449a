//! Every column with every comparator, with values that one of the databases treats in a special way.

use serde_json::json;

use super::{Transcript, same_on_both};
use crate::rest::{
    caller::Caller,
    full_workspace::{Full, objects},
};

const COMPARATORS: [&str; 12] =
    ["eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "like", "ilike"];

/// The last value is greater than every id, so that no comparison succeeds by accident.
const VALUES: [&str; 13] = [
    "\\",
    "\"%\\\"",
    "\"\\\\\"",
    "\"a\0b\"",
    "NULL",
    "1e999",
    "\"0000-01-01\"",
    "\"10000-01-01\"",
    "%_%",
    "[\"\\\",\"a\0\"]",
    "[\"a\",1,true,\"ffffffff-ffff-ffff-ffff-ffffffffffff\"]",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "\"漢字🦁\"",
];

pub fn ask(transcript: &mut Transcript, program: &Caller, plural: &str, parameters: &[(&str, &str)]) {
    let shown: Vec<(&str, String)> =
        parameters.iter().map(|(name, value)| (*name, value.chars().take(80).collect())).collect();
    transcript.push((format!("{plural} {shown:?}"), program.find(plural, parameters)));
}

#[test]
fn every_column_can_be_asked_in_every_way() {
    same_on_both("every_column_can_be_asked_in_every_way", |program| {
        Full::workspace(program);
        let mut transcript = Vec::new();
        let mut turn = 0;
        for object in objects() {
            for column in &object.columns {
                let path = column.path();
                for word in ["AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast"]
                    .into_iter()
                    .skip(turn % 3)
                    .step_by(3)
                {
                    ask(
                        &mut transcript,
                        program,
                        &object.plural,
                        &[("order_by", &format!("{path}[{word}]"))],
                    );
                }
                for word in COMPARATORS.into_iter().skip(turn % 4).step_by(4) {
                    turn += 1;
                    let filter = format!("{path}[{word}]:{}", VALUES[turn % VALUES.len()]);
                    ask(&mut transcript, program, &object.plural, &[("filter", &filter)]);
                }
                turn += 1;
            }
        }
        transcript
    });
}

#[test]
fn every_pattern_and_literal_has_one_answer() {
    same_on_both("every_pattern_and_literal_has_one_answer", |program| {
        for (city, name) in [("a\\b", "100%"), ("a_b", "ÄÖÜ"), ("", "ß"), ("A'b", "🦁"), ("line\nbreak", "İ")]
        {
            program.create("people", &json!({"city": city, "name": {"firstName": name}, "position": 0.5}));
        }
        let mut transcript = Vec::new();
        for path in [
            "city",
            "name.firstName",
            "position",
            "id",
            "createdAt",
            "createdBy.context",
            "emails.additionalEmails",
        ] {
            for word in COMPARATORS {
                for value in VALUES {
                    ask(
                        &mut transcript,
                        program,
                        "people",
                        &[("filter", &format!("{path}[{word}]:{value}"))],
                    );
                }
            }
        }
        for pattern in [
            "%\\", "\\%", "\\\\", "%\\\\%", "%\\_%", "%ä%", "%SS%", "%i%", "_", "__", "%\n%", "[a]%", "%'%",
            "100\\%",
        ] {
            for word in ["like", "ilike", "startsWith"] {
                ask(
                    &mut transcript,
                    program,
                    "people",
                    &[("filter", &format!("city[{word}]:\"{pattern}\""))],
                );
                ask(
                    &mut transcript,
                    program,
                    "people",
                    &[("filter", &format!("name.firstName[{word}]:\"{pattern}\""))],
                );
            }
        }
        transcript
    });
}
