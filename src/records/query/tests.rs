//! The parameters other than the filter, their error messages, and cursors that are encoded and decoded again.

use proptest::{
    prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest},
    sample::Index,
};
use serde_json::json;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{Cursor, Depth, Order, PageQuery, PageStart, order::Term};
use crate::{
    catalogue::{
        catalogue,
        column::{Cell, Column},
        object::Object,
    },
    error::Result,
    records::literal,
};

fn object(singular: &str) -> &'static Object {
    catalogue().by_singular(singular).expect("an object of the catalogue")
}

fn parse(singular: &str, sent: &[(&str, &str)]) -> Result<PageQuery<'static>> {
    let pairs: Vec<_> = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    PageQuery::from_pairs(object(singular), &pairs)
}

fn query(sent: &[(&str, &str)]) -> PageQuery<'static> {
    parse("person", sent).expect("a valid query")
}

fn refusal(sent: &[(&str, &str)]) -> String {
    parse("person", sent).expect_err("an invalid query").to_string()
}

fn order(singular: &str, text: &str) -> Order<'static> {
    parse(singular, &[("order_by", text)]).expect(text).order
}

fn terms(order: &Order) -> Vec<String> {
    order.0.iter().map(Term::to_string).collect()
}

fn encoded(document: &serde_json::Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(document.to_string())
}

#[test]
fn absent_and_empty_parameters_have_defaults() {
    for sent in [
        &[][..],
        &[
            ("limit", ""),
            ("depth", " "),
            ("filter", ""),
            ("order_by", ""),
            ("starting_after", ""),
            ("ending_before", ""),
        ],
    ] {
        let PageQuery { filter, either: _, order, limit, depth, start } = query(sent);
        assert_eq!((filter, terms(&order), limit), (None, vec!["id".to_owned()], 60));
        assert_eq!((depth, start), (Depth::Zero, PageStart::First));
    }
}

#[test]
fn accepts_all_parameters_at_once() {
    let query = query(&[
        ("order_by", "id"),
        ("filter", "id[neq]:\"00000000-0000-0000-0000-000000000000\""),
        ("limit", "60"),
        ("depth", "1"),
        ("starting_after", ""),
        ("ending_before", ""),
    ]);
    assert!(query.filter.is_some());
    assert_eq!((query.limit, query.depth, query.start), (60, Depth::One, PageStart::First));
}

#[test]
fn limits_are_from_1_to_1000() {
    assert_eq!(query(&[("limit", "1")]).limit, 1);
    assert_eq!(query(&[("limit", "1000")]).limit, 1_000);
    for sent in ["aaa", "-1", "1.5", "+1", "1e3", "٣"] {
        assert_eq!(refusal(&[("limit", sent)]), format!("limit '{sent}' is invalid. Should be an integer"));
    }
    for sent in ["0", "000"] {
        assert_eq!(refusal(&[("limit", sent)]), format!("limit '{sent}' is invalid. The minimum is 1"));
    }
    for sent in ["1001", "5000", "99999999999999999999999"] {
        assert_eq!(refusal(&[("limit", sent)]), format!("limit '{sent}' is invalid. The maximum is 1000"));
    }
}

#[test]
fn depths_are_0_1_and_2() {
    assert_eq!(query(&[("depth", "0")]).depth, Depth::Zero);
    assert_eq!(query(&[("depth", "2")]).depth, Depth::Two);
    for sent in ["3", "-1", "01", "one"] {
        assert_eq!(
            refusal(&[("depth", sent)]),
            format!("'depth={sent}' parameter invalid. Allowed values are 0, 1, 2")
        );
    }
}

#[test]
fn refuses_a_parameter_that_is_sent_twice() {
    assert_eq!(query(&[("limit", ""), ("limit", "7")]).limit, 7);
    assert_eq!(
        refusal(&[("filter", "city[eq]:a"), ("filter", "city[eq]:b")]),
        "'filter' is sent more than once. Send it once"
    );
}

#[test]
fn refuses_a_parameter_that_is_too_long() {
    let long = format!("city[eq]:{}", "a".repeat(16_384 - 9));
    assert!(parse("person", &[("filter", &long)]).is_ok());
    for name in ["filter", "order_by"] {
        assert_eq!(
            refusal(&[(name, &format!("{long}a"))]),
            format!("'{name}' is 16385 bytes long. The maximum is 16384")
        );
    }
}

#[test]
fn orders_end_with_the_id() {
    for (text, expected) in [
        ("position", "position,id"),
        ("position,city[DescNullsLast]", "position,city[DescNullsLast],id"),
        ("position[AscNullsFirst], name.lastName[AscNullsLast]", "position,name.lastName[AscNullsLast],id"),
        ("id[DescNullsFirst],city", "id[DescNullsFirst],city"),
        ("companyId,companyId[DescNullsLast],createdAt", "companyId,createdAt,id"),
    ] {
        assert_eq!(terms(&order("person", text)).join(","), expected, "{text}");
    }
}

#[test]
fn refuses_invalid_orders() {
    let direction = |sent: &str| {
        format!(
            "'order_by' direction '{sent}' invalid. Allowed values are 'AscNullsFirst', 'AscNullsLast', \
             'DescNullsFirst', 'DescNullsLast'. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
        )
    };
    for (text, sentence) in [
        ("city[desc]", direction("desc")),
        ("city[ascnullsfirst]", direction("ascnullsfirst")),
        ("city[]", direction("")),
        ("city[AscNullsFirst", direction("[AscNullsFirst")),
        ("nope", "field 'nope' does not exist in 'person' object".to_owned()),
        ("company", "field 'company' does not exist in 'person' object".to_owned()),
        ("city,,position", "field '' does not exist in 'person' object".to_owned()),
        (
            "name",
            "field 'name' consists of parts. Name one of them: 'name.firstName', 'name.lastName'".to_owned(),
        ),
        (
            "emails.additionalEmails",
            "field 'emails.additionalEmails' holds JSON, which has no order. Order by another field"
                .to_owned(),
        ),
    ] {
        assert_eq!(refusal(&[("order_by", text)]), sentence, "{text}");
    }
    for secret in ["accessToken", "refreshToken"] {
        let error = parse("connectedAccount", &[("order_by", secret)]).expect_err("a secret");
        assert_eq!(error.to_string(), format!("field '{secret}' is secret. Nothing can be ordered by it"));
    }
}

#[test]
fn a_cursor_decodes_for_the_order_it_was_encoded_for() {
    let id = "20202020-0687-4c41-b707-ed1bfca972a7";
    let cursor = Cursor { values: vec![None, Some(id.to_owned())], total_count: 41 };
    let text = cursor.encode(&order("person", "position[DescNullsLast]"));
    assert_eq!(text, encoded(&json!({"position[DescNullsLast]": null, "id": id, "totalCount": 41})));
    let start = |name| query(&[("order_by", "position[DescNullsLast]"), (name, text.as_str())]).start;
    assert_eq!(start("starting_after"), PageStart::After(cursor.clone()));
    assert_eq!(start("ending_before"), PageStart::Before(cursor));
    assert_eq!(
        refusal(&[("starting_after", &text), ("ending_before", &text)]),
        "'starting_after' and 'ending_before' exclude each other. Send one of them"
    );
}

#[test]
fn refuses_any_other_cursor() {
    let id = "20202020-0687-4c41-b707-ed1bfca972a7";
    let position = order("person", "position");
    assert!(
        Cursor::decode(&encoded(&json!({"position": "1.0", "id": id, "totalCount": 1})), &position).is_ok()
    );
    for text in [
        "invalid-cursor".to_owned(),
        id.to_owned(),
        encoded(&json!([])),
        encoded(&json!({})),
        encoded(&json!({"id": id, "totalCount": 1})),
        encoded(&json!({"id": id, "position": "1.0", "totalCount": 1})),
        encoded(&json!({"position[AscNullsLast]": "1.0", "id": id, "totalCount": 1})),
        encoded(&json!({"position": "1.0", "id": id})),
        encoded(&json!({"position": "1.0", "id": id, "totalCount": -1})),
        encoded(&json!({"position": "1.0", "id": id, "totalCount": "1"})),
        encoded(&json!({"position": "1.0", "id": id, "totalCount": 1, "more": 1})),
        encoded(&json!({"position": 1.0, "id": id, "totalCount": 1})),
        encoded(&json!({"position": "'; --", "id": id, "totalCount": 1})),
        encoded(&json!({"position": "1.0", "id": "x", "totalCount": 1})),
        encoded(&json!({"position": "1.0", "id": null, "totalCount": 1})),
    ] {
        let error = Cursor::decode(&text, &position).expect_err(&text);
        let excerpt: String = text.chars().take(120).collect();
        let ellipsis = if text.len() > 120 { "…" } else { "" };
        assert_eq!(error.to_string(), format!("Invalid cursor: {excerpt}{ellipsis}"));
    }
}

#[test]
fn no_field_has_the_name_of_the_total_count() {
    for object in catalogue().objects() {
        assert!(object.columns.iter().all(|column| column.path() != super::cursor::TOTAL_COUNT));
    }
}

fn sortable_columns(object: &Object) -> Vec<&Column> {
    object.columns.iter().filter(|column| !column.is_secret && column.cell != Cell::Json).collect()
}

fn value(column: &Column, text: &str, number: i32) -> String {
    let written = match column.cell {
        Cell::Text | Cell::Json => text.to_owned(),
        Cell::Uuid => format!("{:08x}-0687-4c41-b707-ed1bfca972a7", number.unsigned_abs()),
        Cell::Moment => format!("{:04}-02-28", 1 + number.unsigned_abs() % 9_999),
        Cell::Boolean => (number > 0).to_string(),
        Cell::Integer => number.to_string(),
        Cell::Number => (f64::from(number) / 3.0).to_string(),
    };
    literal::parse(column.cell, &written).expect("a value of the cell")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn a_decoded_cursor_equals_the_encoded_one(
        picks in prop::collection::vec((any::<Index>(), 0..4_usize, "\\PC{0,12}", any::<i32>(), any::<bool>()), 0..6),
        total_count in any::<u64>(),
    ) {
        for object in catalogue().objects() {
            let columns = sortable_columns(object);
            let directions = ["AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast"];
            let named: Vec<_> = picks
                .iter()
                .map(|(column, direction, ..)| format!("{}[{}]", column.get(&columns).path(), directions[*direction]))
                .collect();
            let order = order(&object.singular, &named.join(","));
            let picked_values = picks.iter().map(|(_, _, text, number, is_null)| (text.as_str(), *number, *is_null));
            let values = order.0.iter().zip(picked_values.chain([("", 7, false)]).cycle());
            let values = values
                .map(|(term, (text, number, is_null))| {
                    (!is_null || term.column.field == "id").then(|| value(term.column, text, number))
                })
                .collect();
            let cursor = Cursor { values, total_count };
            let text = cursor.encode(&order);
            prop_assert!(text.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_".contains(&letter)));
            prop_assert_eq!(Cursor::decode(&text, &order).expect("its own cursor"), cursor);
        }
    }

    #[test]
    fn no_parameter_panics(
        texts in prop::collection::vec("(?s:.{0,40})|[a-zA-Z.\\[\\],]{0,30}|[A-Za-z0-9_-]{0,60}", 5),
    ) {
        let names = ["filter", "order_by", "limit", "depth", "starting_after"];
        for (name, text) in names.into_iter().zip(&texts) {
            let _ = parse("person", &[(name, text)]);
        }
        let order = order("person", "position,createdAt,city");
        let _ = Cursor::decode(&BASE64_URL_SAFE_NO_PAD.encode(&texts[0]), &order);
    }
}
