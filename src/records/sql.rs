//! A checked query as SQL over `t`: conditions, orders, and where a page begins.

use super::query::{
    cursor::Cursor,
    filter::{Comparison, Filter},
    order::{Direction, Nulls, Order, Term},
};
use crate::{catalogue::column::Column, db::statement::Statement};

pub fn filter(statement: &mut Statement, filter: &Filter) {
    match filter {
        Filter::All(filters) => conjunction(statement, filters, " AND ", "1 = 1"),
        Filter::Any(filters) => conjunction(statement, filters, " OR ", "1 = 0"),
        Filter::Not(negated) => {
            statement.push("NOT ");
            self::filter(statement, negated);
        }
        Filter::Test(column, comparison) => test(statement, column, comparison),
    }
}

fn conjunction(statement: &mut Statement, filters: &[Filter], word: &str, none: &str) {
    statement.push("(");
    for (at, filter) in filters.iter().enumerate() {
        if at > 0 {
            statement.push(word);
        }
        self::filter(statement, filter);
    }
    if filters.is_empty() {
        statement.push(none);
    }
    statement.push(")");
}

fn test(statement: &mut Statement, column: &Column, comparison: &Comparison) {
    let name = of_t(column);
    let mut compare = |operator: &str, value: &String| {
        statement.push(&format!("({name} {operator} ")).bind(column.cell, Some(value.clone())).push(")");
    };
    match comparison {
        Comparison::Equal(value) => compare("=", value),
        Comparison::NotEqual(value) => compare("<>", value),
        Comparison::Greater(value) => compare(">", value),
        Comparison::GreaterOrEqual(value) => compare(">=", value),
        Comparison::Less(value) => compare("<", value),
        Comparison::LessOrEqual(value) => compare("<=", value),
        Comparison::In(values) => {
            statement.push("(").is_any_of(column.cell, &name, values).push(")");
        }
        Comparison::ContainsAny(values) => {
            statement.push("(").contains_any_of(&name, values).push(")");
        }
        Comparison::IsNull => {
            statement.push(&format!("({name} IS NULL)"));
        }
        Comparison::IsNotNull => {
            statement.push(&format!("({name} IS NOT NULL)"));
        }
        Comparison::StartsWith(start) => {
            statement.push("(").begins_with(column.cell, &name, start.clone()).push(")");
        }
        Comparison::Like(pattern) => {
            statement.push("(").is_like(column.cell, &name, pattern.clone(), false).push(")");
        }
        Comparison::Ilike(pattern) => {
            statement.push("(").is_like(column.cell, &name, pattern.clone(), true).push(")");
        }
    }
}

/// `ORDER BY …`; a page before a cursor is read from its end.
pub fn order(statement: &mut Statement, order: &Order, backward: bool) {
    let terms: Vec<String> = order.0.iter().map(|term| placed(term, backward)).collect();
    statement.push(" ORDER BY ").push(&terms.join(", "));
}

fn placed(term: &Term, backward: bool) -> String {
    let descends = (term.direction == Direction::Descending) != backward;
    let nulls_first = (term.nulls == Nulls::First) != backward;
    let name = of_t(term.column);
    let direction = if descends { " DESC" } else { "" };
    if is_never_null(term.column) {
        return format!("{name}{direction}");
    }
    let nulls = if nulls_first { "FIRST" } else { "LAST" };
    format!("{name}{direction} NULLS {nulls}")
}

/// The rows beyond a cursor: further on in the first term, or level there and further on in the next.
pub fn beyond(statement: &mut Statement, order: &Order, cursor: &Cursor, backward: bool) {
    let places: Vec<(&Term, &Option<String>)> = order.0.iter().zip(&cursor.values).collect();
    statement.push(" AND (");
    for (at, (term, value)) in places.iter().enumerate() {
        if at > 0 {
            statement.push(" OR ");
        }
        statement.push("(");
        for (level, value) in &places[..at] {
            is_level(statement, level, value.as_deref());
            statement.push(" AND ");
        }
        is_further(statement, term, value.as_deref(), backward);
        statement.push(")");
    }
    statement.push(")");
    // Said once more where it can be, for an index to begin at.
    if let Some((first, Some(value))) =
        places.first().filter(|(term, _)| places.len() > 1 && is_never_null(term.column))
    {
        let operator = if (first.direction == Direction::Descending) == backward { ">=" } else { "<=" };
        let name = of_t(first.column);
        statement.push(&format!(" AND {name} {operator} ")).bind(first.column.cell, Some(value.clone()));
    }
}

fn is_level(statement: &mut Statement, term: &Term, value: Option<&str>) {
    let name = of_t(term.column);
    match value {
        Some(value) => statement.push(&format!("{name} = ")).bind(term.column.cell, Some(value.to_owned())),
        None => statement.push(&format!("{name} IS NULL")),
    };
}

fn is_further(statement: &mut Statement, term: &Term, value: Option<&str>, backward: bool) {
    let name = of_t(term.column);
    let nulls_come_first = (term.nulls == Nulls::First) != backward;
    let Some(value) = value else {
        statement.push(&if nulls_come_first { format!("{name} IS NOT NULL") } else { "1 = 0".to_owned() });
        return;
    };
    let operator = if (term.direction == Direction::Descending) == backward { ">" } else { "<" };
    statement.push(&format!("({name} {operator} ")).bind(term.column.cell, Some(value.to_owned()));
    if !nulls_come_first && !is_never_null(term.column) {
        statement.push(&format!(" OR {name} IS NULL"));
    }
    statement.push(")");
}

fn is_never_null(column: &Column) -> bool {
    !column.is_nullable || matches!(column.name.as_str(), "id" | "created_at" | "updated_at")
}

fn of_t(column: &Column) -> String {
    format!("t.{}", column.name)
}
