//! Checks before records are written; each error names the field.

use std::collections::HashSet;

use super::{Transaction, record_error::RecordError};
use crate::{
    catalogue::{catalogue, column::Cell, object::Object},
    db::statement::{Statement, Texts},
    error::{Error, Result},
    records::{input::Input, spelling::Spelling, value::shortened},
};

pub const EXISTS_ALREADY: &str = "Record already exists";

/// Refuses an input that does not set all required fields of its object.
pub fn expect_required(input: &Input) -> Result<()> {
    let missing: Vec<&str> = input
        .object
        .required
        .iter()
        .map(String::as_str)
        .filter(|name| {
            input.object.columns_of(name).all(|column| input.get(&column.path()).flatten().is_none())
        })
        .collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(Error::Unreadable(format!("{one} is required"))),
        many => Err(Error::Unreadable(format!("{} are required", many.join(" and ")))),
    }
}

/// Refuses ids that are sent twice or that exist already.
pub fn expect_unused_ids(tx: &mut Transaction, inputs: &[Input]) -> Result<()> {
    let Some(first) = inputs.first() else { return Ok(()) };
    let ids: Vec<String> = inputs.iter().filter_map(|input| input.id.clone()).collect();
    let distinct: HashSet<&String> = ids.iter().collect();
    if distinct.len() < ids.len() || !load_values(tx, first.object, "id", &ids)?.is_empty() {
        return Err(Error::Unreadable(EXISTS_ALREADY.to_owned()));
    }
    Ok(())
}

/// Refuses relations to records that do not exist or that the caller cannot see, unless the record with `own_id` has
/// the relation already.
pub fn expect_targets(
    tx: &mut Transaction,
    inputs: &[Input],
    own_id: Option<&str>,
) -> Result<(), RecordError> {
    let Some(first) = inputs.first() else { return Ok(()) };
    for relation in first.object.to_one() {
        let target = |input: &Input| input.text(&relation.field).map(str::to_owned);
        let mut ids: Vec<String> = inputs.iter().filter_map(target).collect();
        if ids.is_empty() {
            continue;
        }
        ids.sort_unstable();
        ids.dedup();
        let visible = visible_ids(tx, catalogue().target(&relation.target), &ids)?;
        for (at, input) in inputs.iter().enumerate() {
            if let Some(unknown) = target(input).filter(|id| !visible.contains(id)) {
                if let Some(own_id) = own_id
                    && has_relation(tx, input.object, own_id, &relation.field, &unknown)?
                {
                    continue;
                }
                let sentence = format!("{}: no {} has the id '{unknown}'", relation.field, relation.target);
                return Err(RecordError::at(at, Error::Unreadable(sentence)));
            }
        }
    }
    Ok(())
}

fn has_relation(
    tx: &mut Transaction,
    object: &'static Object,
    id: &str,
    field: &str,
    target: &str,
) -> Result<bool> {
    let related = load_values(tx, object, field, &[target.to_owned()])?;
    Ok(related.iter().any(|(related_id, _)| related_id == id))
}

/// Refuses values of unique fields that another record of the workspace has, stored or in the same request.
pub fn expect_unique(
    tx: &mut Transaction,
    inputs: &[Input],
    own_id: Option<&str>,
) -> Result<(), RecordError> {
    let Some(first) = inputs.first() else { return Ok(()) };
    for path in &first.object.unique {
        let spelling = first.object.column(path).map_or(Spelling::AsStored, Spelling::of);
        let sent = inputs.iter().filter_map(|input| input.text(path));
        let values: Vec<String> = sent.flat_map(|value| spelling.equals(value)).collect();
        let stored = load_values(tx, first.object, path, &values)?;
        let (own, others): (Vec<_>, Vec<_>) = stored.iter().partition(|(id, _)| Some(id.as_str()) == own_id);
        let mut taken: HashSet<String> = others.iter().map(|(_, value)| spelling.fold(value)).collect();
        for (at, input) in inputs.iter().enumerate() {
            // A value that does not change is no new one, even if an earlier build let another record have it.
            let is_new = |value: &&str| own.iter().all(|(_, stored)| stored != value);
            let is_taken = |value: &&str| !taken.insert(spelling.fold(value));
            let Some(value) = input.text(path).filter(is_new).filter(is_taken) else { continue };
            let sentence = format!(
                "duplicate key value violates unique constraint: {path} '{}' belongs to another {} already",
                shortened(value),
                first.object.singular
            );
            return Err(RecordError::at(at, Error::Unreadable(sentence)));
        }
    }
    Ok(())
}

/// The ids of this list whose records the caller sees.
pub fn visible_ids(tx: &mut Transaction, object: &'static Object, ids: &[String]) -> Result<HashSet<String>> {
    let mut statement = Statement::new(tx.conn.dialect(), "SELECT ");
    statement.select_as_text([(Cell::Uuid, "t.id")]).push(&format!(" FROM {} AS t WHERE ", object.table));
    tx.permissions.confine(object, &mut statement);
    statement.push(" AND t.deleted_at IS NULL AND ").is_any_of(Cell::Uuid, "t.id", ids);
    load_texts(tx, statement).map(HashSet::from_iter)
}

/// The ids of the records in the workspace with one of these values at a path, each with its value.
fn load_values(
    tx: &mut Transaction,
    object: &'static Object,
    path: &str,
    values: &[String],
) -> Result<Vec<(String, String)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let column = object.column(path).ok_or_else(|| Error::ours("a column of the catalogue"))?;
    let name = format!("t.{}", column.name);
    let mut statement = Statement::new(tx.conn.dialect(), "SELECT ");
    statement
        .select_as_text([(Cell::Uuid, "t.id"), (column.cell, &name)])
        .push(&format!(" FROM {} AS t WHERE t.workspace_id = ", object.table))
        .bind(Cell::Integer, Some(tx.permissions.workspace_id().to_string()))
        .push(" AND ")
        .is_any_of(column.cell, &name, values);
    let rows = statement.rows(tx.conn)?;
    let pair = |Texts(cells): Texts| {
        let mut cells = cells.into_iter().flatten();
        Some((cells.next()?, cells.next()?))
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

fn load_texts(tx: &mut Transaction, mut statement: Statement) -> Result<Vec<String>> {
    let rows = statement.rows(tx.conn)?;
    Ok(rows.into_iter().filter_map(|Texts(cells)| cells.into_iter().next().flatten()).collect())
}
