//! Filters, orders, cursors and paths of garbage, and of every column there is.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::{Transcript, same_on_both};
use crate::{
    caller::Caller,
    full::{Full, objects},
};

const COMPARATORS: [&str; 12] =
    ["eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "like", "ilike"];

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
    "[\"a\",1,true,\"20202020-0687-4c41-b707-ed1bfca972a7\"]",
    "20202020-0687-4c41-b707-ed1bfca972a7",
    "\"漢字🦁\"",
];

fn ask(transcript: &mut Transcript, program: &Caller, plural: &str, parameters: &[(&str, &str)]) {
    let shown: Vec<(&str, String)> =
        parameters.iter().map(|(name, value)| (*name, value.chars().take(80).collect())).collect();
    transcript.push((format!("{plural} {shown:?}"), program.find(plural, parameters)));
}

#[test]
fn every_column_can_be_asked_in_every_way() {
    same_on_both(|program| {
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
    same_on_both(|program| {
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

#[test]
fn garbage_is_told_so() {
    same_on_both(|program| {
        let mut transcript = Vec::new();
        let deep = |word: &str, depth: usize| {
            format!("{}city[eq]:1{}", format!("{word}(").repeat(depth), ")".repeat(depth))
        };
        for filter in [
            "(",
            ")",
            "and",
            "and()",
            "or(,)",
            "not(a,b)",
            "city",
            "city[",
            "city[]",
            "city[eq]",
            "city[eq]1",
            "[eq]:1",
            ":",
            ",",
            ",,",
            "city[eq]:\"",
            "city[eq]:'\"",
            "city[in]:[",
            "city[in]:[]",
            "city[in]:]",
            "city[eq]:1)",
            "((city[eq]:1))",
            "name[eq]:1",
            "name.x[eq]:1",
            ".[eq]:1",
            "..[eq]:1",
            "city.x[eq]:1",
            "\0[eq]:1",
            "city\0[eq]:\0",
            "city[eq\0]:1",
            "and(city[eq]:1",
            "xor(city[eq]:1)",
            "t.workspace_id[eq]:1",
            "workspace_id[eq]:1",
            "1=1;--[eq]:1",
            "id[eq]:1 OR 1=1",
            "id[in]:[\"') OR 1=1 --\"]",
            &deep("and", 20),
            &deep("not", 60),
            &deep("or", 3_000),
            &"city[eq]:1,".repeat(1_400),
            &"x".repeat(17_000),
        ] {
            ask(&mut transcript, program, "people", &[("filter", filter)]);
        }
        for order in [
            ",",
            "[",
            "]",
            "city[",
            "city[]",
            "city[asc]",
            "name",
            "company",
            "city,city,city",
            "city;drop",
            "\0",
            &"city,".repeat(3_000),
        ] {
            ask(&mut transcript, program, "people", &[("order_by", order)]);
        }
        let id = "20202020-0687-4c41-b707-ed1bfca972a7";
        for cursor in [
            json!(null),
            json!([]),
            json!({}),
            json!({"id": id}),
            json!({"id": null, "totalCount": 1}),
            json!({"id": "\0", "totalCount": 1}),
            json!({"id": id, "totalCount": -1}),
            json!({"id": id, "totalCount": 1e300}),
            json!({"id": id, "totalCount": u64::MAX}),
            json!({"id": [id], "totalCount": 1}),
            json!({"id": id, "totalCount": 1, "city": "x"}),
        ] {
            let cursor = BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string());
            for name in ["starting_after", "ending_before"] {
                ask(&mut transcript, program, "people", &[(name, &cursor)]);
            }
        }
        for (order, value) in [
            ("position", "1e999"),
            ("position", "NaN"),
            ("createdAt", "0000-01-01 00:00:00"),
            ("createdAt", "10000-01-01"),
            ("companyId", "x"),
            ("city", "\0"),
        ] {
            let cursor =
                BASE64_URL_SAFE_NO_PAD.encode(json!({order: value, "id": id, "totalCount": 1}).to_string());
            ask(&mut transcript, program, "people", &[("order_by", order), ("starting_after", &cursor)]);
        }
        for cursor in ["=", "====", "%%%", "\0", "e30", "e30=", &"A".repeat(20_000)] {
            ask(&mut transcript, program, "people", &[("starting_after", cursor)]);
        }
        for limit in ["0", "1001", "-0", "+1", "1.0", "1e2", "٣", "99999999999999999999999", " 1 ", "1\0"] {
            ask(&mut transcript, program, "people", &[("limit", limit)]);
            ask(&mut transcript, program, "people", &[("depth", limit)]);
        }
        ask(&mut transcript, program, "people", &[("limit", "1"), ("limit", "2")]);
        for path in [
            "%00",
            "people/%00",
            "people/%ff",
            "people%2F",
            "p%C3%A9ople",
            "people/x/duplicates",
            "batch",
            "batch/",
            "batch/x",
            "../rest/../x",
            "people;x",
            "people?%00=%00",
            "people?filter=%ff",
            "people?filter=%",
        ] {
            transcript.push((path.to_owned(), program.get(path)));
        }
        let long = "x".repeat(5_000);
        transcript.push(("a long name".to_owned(), program.get(&long)));
        transcript
    });
}
