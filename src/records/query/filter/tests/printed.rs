//! Prints a filter in its normal form.

use crate::records::query::filter::{Comparison, Filter};

pub fn filter(filter: &Filter) -> String {
    match filter {
        Filter::All(filters) => format!("and({})", filters_of(filters)),
        Filter::Any(filters) => format!("or({})", filters_of(filters)),
        Filter::Not(negated) => format!("not({})", self::filter(negated)),
        Filter::Test(column, comparison) => {
            let (comparator, value) = self::comparison(comparison);
            format!("{}[{comparator}]:{value}", column.path())
        }
    }
}

fn filters_of(filters: &[Filter]) -> String {
    filters.iter().map(filter).collect::<Vec<_>>().join(",")
}

fn comparison(comparison: &Comparison) -> (&'static str, String) {
    match comparison {
        Comparison::Equal(value) => ("eq", quoted(value)),
        Comparison::NotEqual(value) => ("neq", quoted(value)),
        Comparison::In(values) => ("in", list(values)),
        Comparison::ContainsAny(values) => ("containsAny", list(values)),
        Comparison::IsNull => ("is", "NULL".to_owned()),
        Comparison::IsNotNull => ("is", "NOT_NULL".to_owned()),
        Comparison::Greater(value) => ("gt", quoted(value)),
        Comparison::GreaterOrEqual(value) => ("gte", quoted(value)),
        Comparison::Less(value) => ("lt", quoted(value)),
        Comparison::LessOrEqual(value) => ("lte", quoted(value)),
        Comparison::StartsWith(value) => ("startsWith", quoted(value)),
        Comparison::Like(value) => ("like", quoted(value)),
        Comparison::Ilike(value) => ("ilike", quoted(value)),
    }
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(","))
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}
