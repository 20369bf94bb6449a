//! Patterns that are slow on long texts: those that a filter may contain are answered before the timeout, all others
//! are refused.

use serde_json::json;

use crate::{
    on_both_databases,
    rest::caller::{Caller, bad_request, id},
};

/// As long as a body may be.
const LETTERS: usize = 900_000;

on_both_databases! {
    fn the_hardest_are_answered(app: &mut TestApp) {
        let program = Caller::program(app);
        let note = program.create("notes", &json!({"body": format!("{}b", "a".repeat(LETTERS))}));
        // SQLite checks the timeout only between records.
        program.create("notes", &json!({"body": "a"}));
        for (filter, is_found) in [
            (format!("body[like]:\"%{}c%\"", "a".repeat(509)), false),
            (format!("body[like]:\"%{}b\"", "a_".repeat(255)), true),
            (format!("body[ilike]:\"%{}C%\"", "A_".repeat(254)), false),
        ] {
            let found = program.found("notes", &[("filter", &filter)]);
            let expected: &[&str] = if is_found { &[id(&note)] } else { &[] };
            assert_eq!(found.iter().map(id).collect::<Vec<_>>(), expected, "{filter}");
        }
    }

    fn longer_ones_and_more_of_them_are_refused(app: &mut TestApp) {
        let program = Caller::program(app);
        let long = format!("or(body[like]:%{0},body[ilike]:%{0})", "a".repeat(256));
        let many = format!("or({})", ["body[like]:%a%"; 11].join(","));
        for (filter, sentence) in [
            (&long, "'filter' invalid. It holds patterns of more than 512 letters together"),
            (&many, "'filter' invalid. It holds more than 10 patterns"),
        ] {
            assert_eq!(program.find("notes", &[("filter", filter)]), bad_request(sentence));
        }
    }
}
