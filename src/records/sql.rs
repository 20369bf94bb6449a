//! Renders a checked query as SQL over the table `t`: conditions, order and start of the page.

use super::{
    permissions::Permissions,
    query::{
        cursor::Cursor,
        filter::{Comparison, Filter},
        order::{Direction, Nulls, Order, Term},
    },
    spelling::Spelling,
};
use crate::{
    catalogue::{column::Column, object::Object},
    db::statement::Statement,
};

/// What decides which secrets count as empty in a filter: the object, and the caller's permissions.
pub type Readable<'a> = (&'a Object, &'a Permissions);

pub fn push_filter(statement: &mut Statement, readable: Readable, filter: &Filter) {
    match filter {
        Filter::All(filters) => push_joined(statement, readable, filters, " AND ", "1 = 1"),
        Filter::Any(filters) => push_joined(statement, readable, filters, " OR ", "1 = 0"),
        Filter::Not(negated) => {
            statement.push("NOT ");
            push_filter(statement, readable, negated);
        }
        Filter::Test(column, comparison) if column.is_secret => {
            push_secret_comparison(statement, readable, column, comparison);
        }
        Filter::Test(column, comparison) => push_comparison(statement, readable.0, column, comparison),
    }
}

/// A secret that the caller may not read counts as empty, like in the records.
fn push_secret_comparison(
    statement: &mut Statement,
    (object, permissions): Readable,
    column: &Column,
    comparison: &Comparison,
) {
    let negation = if *comparison == Comparison::IsNotNull { "" } else { "NOT " };
    let name = qualified_name(column);
    let is_readable = permissions.readable_secrets(object);
    statement.push(&format!("({negation}({name} IS NOT NULL AND {is_readable}))"));
}

fn push_joined(
    statement: &mut Statement,
    readable: Readable,
    filters: &[Filter],
    operator: &str,
    if_empty: &str,
) {
    statement.push("(");
    for (at, filter) in filters.iter().enumerate() {
        if at > 0 {
            statement.push(operator);
        }
        push_filter(statement, readable, filter);
    }
    if filters.is_empty() {
        statement.push(if_empty);
    }
    statement.push(")");
}

fn push_comparison(statement: &mut Statement, object: &Object, column: &Column, comparison: &Comparison) {
    let name = qualified_name(column);
    let mut compare = |operator: &str, value: &String| {
        statement.push(&format!("({name} {operator} ")).bind(column.cell, Some(value.clone())).push(")");
    };
    match comparison {
        Comparison::Equal(value) => push_each_spelling(statement, column, value, "=", " OR "),
        Comparison::NotEqual(value) => push_each_spelling(statement, column, value, "<>", " AND "),
        Comparison::Greater(value) => compare(">", value),
        Comparison::GreaterOrEqual(value) => compare(">=", value),
        Comparison::Less(value) => compare("<", value),
        Comparison::LessOrEqual(value) => compare("<=", value),
        Comparison::In(values) if object.holds_ids(column) => {
            statement.push("(").is_any_of(column.cell, &name, values).push(")");
        }
        Comparison::In(values) => {
            let spelling = Spelling::of(column);
            let values: Vec<String> = values.iter().flat_map(|value| spelling.equals(value)).collect();
            statement.push("(").is_any_of_hashed(column.cell, &name, &values).push(")");
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

/// Compares with each spelling under which an equal value may be stored; for most columns, with the value alone.
fn push_each_spelling(statement: &mut Statement, column: &Column, value: &str, operator: &str, joined: &str) {
    statement.push("(");
    for (at, spelling) in Spelling::of(column).equals(value).into_iter().enumerate() {
        let before = if at == 0 { "" } else { joined };
        statement
            .push(&format!("{before}{} {operator} ", qualified_name(column)))
            .bind(column.cell, Some(spelling));
    }
    statement.push(")");
}

/// Appends `ORDER BY …`, in reverse for a page before a cursor.
pub fn push_order(statement: &mut Statement, order: &Order, backward: bool) {
    let terms: Vec<String> = order.0.iter().map(|term| order_term(term, backward)).collect();
    statement.push(" ORDER BY ").push(&terms.join(", "));
}

fn order_term(term: &Term, backward: bool) -> String {
    let descends = (term.direction == Direction::Descending) != backward;
    let nulls_first = (term.nulls == Nulls::First) != backward;
    let name = qualified_name(term.column);
    let direction = if descends { " DESC" } else { "" };
    if is_never_null(term.column) {
        return format!("{name}{direction}");
    }
    let nulls = if nulls_first { "FIRST" } else { "LAST" };
    format!("{name}{direction} NULLS {nulls}")
}

/// Appends the condition for the rows after a cursor (before it if `backward`): beyond it in one term, and equal in all
/// earlier terms.
pub fn push_beyond_cursor(statement: &mut Statement, order: &Order, cursor: &Cursor, backward: bool) {
    let positions: Vec<(&Term, &Option<String>)> = order.0.iter().zip(&cursor.values).collect();
    statement.push(" AND (");
    for (at, (term, value)) in positions.iter().enumerate() {
        if at > 0 {
            statement.push(" OR ");
        }
        statement.push("(");
        for (earlier, value) in &positions[..at] {
            push_equal(statement, earlier, value.as_deref());
            statement.push(" AND ");
        }
        push_beyond(statement, term, value.as_deref(), backward);
        statement.push(")");
    }
    statement.push(")");
    // Redundant, but lets an index scan start at the cursor.
    if let Some((first, Some(value))) =
        positions.first().filter(|(term, _)| positions.len() > 1 && is_never_null(term.column))
    {
        let operator = if (first.direction == Direction::Descending) == backward { ">=" } else { "<=" };
        let name = qualified_name(first.column);
        statement.push(&format!(" AND {name} {operator} ")).bind(first.column.cell, Some(value.clone()));
    }
}

fn push_equal(statement: &mut Statement, term: &Term, value: Option<&str>) {
    let name = qualified_name(term.column);
    match value {
        Some(value) => statement.push(&format!("{name} = ")).bind(term.column.cell, Some(value.to_owned())),
        None => statement.push(&format!("{name} IS NULL")),
    };
}

fn push_beyond(statement: &mut Statement, term: &Term, value: Option<&str>, backward: bool) {
    let name = qualified_name(term.column);
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

fn qualified_name(column: &Column) -> String {
    format!("t.{}", column.name)
}
