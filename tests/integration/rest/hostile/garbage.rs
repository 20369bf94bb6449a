//! Invalid filters, orders, cursors, limits and paths.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::{queries::ask, same_on_both};

#[test]
fn filters() {
    same_on_both("filters", |program| {
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
        transcript
    });
}

#[test]
fn orders() {
    same_on_both("orders", |program| {
        let mut transcript = Vec::new();
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
        transcript
    });
}

#[test]
fn cursors() {
    same_on_both("cursors", |program| {
        let mut transcript = Vec::new();
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
        transcript
    });
}

#[test]
fn limits_and_depths() {
    same_on_both("limits_and_depths", |program| {
        let mut transcript = Vec::new();
        for limit in ["0", "1001", "-0", "+1", "1.0", "1e2", "٣", "99999999999999999999999", " 1 ", "1\0"] {
            ask(&mut transcript, program, "people", &[("limit", limit)]);
            ask(&mut transcript, program, "people", &[("depth", limit)]);
        }
        ask(&mut transcript, program, "people", &[("limit", "1"), ("limit", "2")]);
        transcript
    });
}

#[test]
fn paths() {
    same_on_both("paths", |program| {
        let mut transcript = Vec::new();
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
