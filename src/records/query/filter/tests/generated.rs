//! Generated filters.

use proptest::{
    prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_assume, prop_oneof, proptest},
    sample::Index,
};
use uuid::Uuid;

use super::printed;
use crate::{
    catalogue::{catalogue, column::Cell, object::Object},
    records::{
        literal,
        query::{
            filter::{Comparison, Filter, MAX_PATTERNS, comparison::Comparator},
            subject::Subject,
        },
    },
};

/// A filter without an object; columns and values are picked when the object is known.
#[derive(Debug, Clone)]
enum Sketch {
    All(Vec<Sketch>),
    Any(Vec<Sketch>),
    Not(Box<Sketch>),
    Test(Index, Index, Vec<(String, i32, Index)>),
}

fn sketches() -> impl Strategy<Value = Sketch> {
    // No backslash: a pattern must not end with one.
    let value = ("[ -\\[\\]-~äß漢\t]{0,8}|[\"',()\\[\\]:]{0,6}", any::<i32>(), any::<Index>());
    let leaf = (any::<Index>(), any::<Index>(), prop::collection::vec(value, 1..4))
        .prop_map(|(column, comparator, values)| Sketch::Test(column, comparator, values));
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Sketch::All),
            prop::collection::vec(inner.clone(), 1..5).prop_map(Sketch::Any),
            inner.prop_map(|sketch| Sketch::Not(Box::new(sketch))),
        ]
    })
}

impl Sketch {
    fn build<'o>(&self, object: &'o Object) -> Filter<'o> {
        let all = |sketches: &[Self]| sketches.iter().map(|sketch| sketch.build(object)).collect();
        match self {
            Self::All(sketches) => Filter::All(all(sketches)),
            Self::Any(sketches) => Filter::Any(all(sketches)),
            Self::Not(sketch) => Filter::Not(Box::new(sketch.build(object))),
            Self::Test(column, comparator, values) => {
                let column = column.get(&object.columns);
                let subject = Subject::find(object, &column.path()).expect("a column is found by its path");
                let fitting: Vec<_> = COMPARATORS
                    .into_iter()
                    .filter(|(name, _)| Comparator::from_name(name).is_some_and(|known| known.fits(&subject)))
                    .collect();
                let (name, build) = comparator.get(&fitting);
                let is_pattern = matches!(*name, "startsWith" | "like" | "ilike");
                let literals = values.iter().map(|value| literal_of(&subject, is_pattern, value)).collect();
                Filter::Test(column, build(literals))
            }
        }
    }
}

type Build = fn(Vec<String>) -> Comparison;

const COMPARATORS: [(&str, Build); 13] = [
    ("eq", |values| Comparison::Equal(first(values))),
    ("neq", |values| Comparison::NotEqual(first(values))),
    ("in", Comparison::In),
    ("containsAny", Comparison::ContainsAny),
    ("is", |_| Comparison::IsNull),
    ("is", |_| Comparison::IsNotNull),
    ("gt", |values| Comparison::Greater(first(values))),
    ("gte", |values| Comparison::GreaterOrEqual(first(values))),
    ("lt", |values| Comparison::Less(first(values))),
    ("lte", |values| Comparison::LessOrEqual(first(values))),
    ("startsWith", |values| Comparison::StartsWith(first(values))),
    ("like", |values| Comparison::Like(first(values))),
    ("ilike", |values| Comparison::Ilike(first(values))),
];

fn first(values: Vec<String>) -> String {
    values.into_iter().next().expect("a sketch has at least one value")
}

fn literal_of(subject: &Subject, is_pattern: bool, (text, number, option): &(String, i32, Index)) -> String {
    if is_pattern {
        return text.clone();
    }
    if let Some(options) = subject.options() {
        return option.get(options).clone();
    }
    let written = match subject.column.cell {
        Cell::Text | Cell::Json => text.clone(),
        Cell::Uuid => Uuid::from_u64_pair(u64::from(number.unsigned_abs()), u64::MAX).to_string(),
        Cell::Moment => format!(
            "{:04}-02-28T12:34:56.{:03}Z",
            1 + number.unsigned_abs() % 9_999,
            number.unsigned_abs() % 1_000
        ),
        Cell::Boolean => (number % 2 == 0).to_string(),
        Cell::Integer => number.to_string(),
        Cell::Number => (f64::from(*number) / 64.0).to_string(),
    };
    literal::parse(subject.column.cell, &written).expect("a value of the cell")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn a_printed_filter_parses_to_itself(object in any::<Index>(), sketch in sketches()) {
        let object = object.get(catalogue().objects());
        let filter = sketch.build(object);
        let text = printed::filter(&filter);
        prop_assume!(text.matches("like]:").count() <= MAX_PATTERNS);
        let parsed = Filter::parse(object, &text).expect(&text);
        prop_assert_eq!(parsed, filter, "{}", text);
    }

    #[test]
    fn no_text_panics(
        object in any::<Index>(),
        text in "(?s:.{0,80})|[\"',()\\[\\]: a]{0,60}|((and|or|not)?[(]|id\\[(eq|in|is)\\]:|\\['?|\\]|'|\"|NULL|,|\\)){0,25}",
    ) {
        let object = object.get(catalogue().objects());
        if let Ok(filter) = Filter::parse(object, &text) {
            let again = printed::filter(&filter);
            prop_assert_eq!(Filter::parse(object, &again).expect(&again), filter, "{}", text);
        }
    }
}
