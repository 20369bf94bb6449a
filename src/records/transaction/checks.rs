//! Checks before records are written; each error names the field.

use std::collections::HashSet;

use super::{Transaction, record_error::RecordError};
use crate::{
    catalogue::{
        catalogue,
        column::Cell,
        object::{Object, ToOne},
    },
    db::statement::{Statement, Texts},
    error::{Error, Result},
    records::{input::Input, permissions::Permissions, spelling::Spelling, value::shortened},
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

/// Refuses ids, relations and unique values of records to be created, or of the record with `own_id` to be updated. What
/// is stored is looked up in one statement.
pub fn expect_valid(tx: &mut Transaction, inputs: &[Input], own_id: Option<&str>) -> Result<(), RecordError> {
    let Some(object) = inputs.first().map(|input| input.object) else { return Ok(()) };
    let mut lookups = Vec::new();
    if own_id.is_none() {
        let ids = inputs.iter().filter_map(|input| input.id.clone()).collect();
        lookups.push(Lookup { object, path: "id", values: ids, is_visible: false });
    }
    for relation in object.to_one() {
        let target = catalogue().target(&relation.target);
        let mut ids: Vec<String> =
            inputs.iter().filter_map(|input| input.text(&relation.field)).map(str::to_owned).collect();
        ids.sort_unstable();
        ids.dedup();
        lookups.push(Lookup { object: target, path: "id", values: ids, is_visible: true });
    }
    for path in &object.unique {
        let spelling = spelling_at(object, path);
        let sent = inputs.iter().filter_map(|input| input.text(path));
        let values = sent.flat_map(|value| spelling.equals(value)).collect();
        lookups.push(Lookup { object, path, values, is_visible: false });
    }
    let mut found = find(tx, &lookups)?.into_iter();
    if own_id.is_none() {
        expect_unused_ids(&lookups[0].values, &found.next().unwrap_or_default())?;
    }
    for relation in object.to_one() {
        let visible = found.next().unwrap_or_default().into_iter().map(|(id, _)| id).collect();
        expect_targets(tx, inputs, relation, &visible, own_id)?;
    }
    for (path, stored) in object.unique.iter().zip(found) {
        expect_unique(inputs, path, &stored, own_id)?;
    }
    Ok(())
}

/// Refuses ids that are sent twice or that exist already.
pub fn expect_unused(tx: &mut Transaction, object: &'static Object, inputs: &[Input]) -> Result<()> {
    let ids = inputs.iter().filter_map(|input| input.id.clone()).collect();
    let lookup = Lookup { object, path: "id", values: ids, is_visible: false };
    let found = find(tx, std::slice::from_ref(&lookup))?;
    expect_unused_ids(&lookup.values, found.first().map_or(&[], Vec::as_slice))
}

fn expect_unused_ids(ids: &[String], stored: &[(String, String)]) -> Result<()> {
    let distinct: HashSet<&String> = ids.iter().collect();
    if distinct.len() < ids.len() || !stored.is_empty() {
        return Err(Error::Unreadable(EXISTS_ALREADY.to_owned()));
    }
    Ok(())
}

/// Refuses relations to records that do not exist or that the caller cannot see, unless the record with `own_id` has
/// the relation already.
fn expect_targets(
    tx: &mut Transaction,
    inputs: &[Input],
    relation: &'static ToOne,
    visible: &HashSet<String>,
    own_id: Option<&str>,
) -> Result<(), RecordError> {
    for (at, input) in inputs.iter().enumerate() {
        let Some(unknown) = input.text(&relation.field).filter(|id| !visible.contains(*id)) else { continue };
        if let Some(own_id) = own_id
            && has_relation(tx, input.object, own_id, &relation.field, unknown)?
        {
            continue;
        }
        let sentence = format!("{}: no {} has the id '{unknown}'", relation.field, relation.target);
        return Err(RecordError::at(at, Error::Unreadable(sentence)));
    }
    Ok(())
}

fn has_relation(
    tx: &mut Transaction,
    object: &'static Object,
    id: &str,
    field: &'static str,
    target: &str,
) -> Result<bool> {
    let lookup = Lookup { object, path: field, values: vec![target.to_owned()], is_visible: false };
    let related = find(tx, &[lookup])?;
    Ok(related.iter().flatten().any(|(related_id, _)| related_id == id))
}

/// Refuses values of a unique field that another record of the workspace has, stored or in the same request.
fn expect_unique(
    inputs: &[Input],
    path: &str,
    stored: &[(String, String)],
    own_id: Option<&str>,
) -> Result<(), RecordError> {
    let (own, others): (Vec<_>, Vec<_>) = stored.iter().partition(|(id, _)| Some(id.as_str()) == own_id);
    let Some(object) = inputs.first().map(|input| input.object) else { return Ok(()) };
    let spelling = spelling_at(object, path);
    let mut taken: HashSet<String> = others.iter().map(|(_, value)| spelling.fold(value)).collect();
    for (at, input) in inputs.iter().enumerate() {
        // A value that does not change is no new one, even if an earlier build let another record have it.
        let is_new = |value: &&str| own.iter().all(|(_, stored)| stored != value);
        let is_taken = |value: &&str| !taken.insert(spelling.fold(value));
        let Some(value) = input.text(path).filter(is_new).filter(is_taken) else { continue };
        let sentence = format!(
            "duplicate key value violates unique constraint: {path} '{}' belongs to another {} already",
            shortened(value),
            object.singular
        );
        return Err(RecordError::at(at, Error::Unreadable(sentence)));
    }
    Ok(())
}

fn spelling_at(object: &'static Object, path: &str) -> Spelling {
    object.column(path).map_or(Spelling::AsStored, Spelling::of)
}

/// The ids of this list whose records the caller sees.
pub fn visible_ids(tx: &mut Transaction, object: &'static Object, ids: &[String]) -> Result<HashSet<String>> {
    let mut statement = Statement::new(tx.conn.dialect(), "SELECT ");
    statement.select_as_text([(Cell::Uuid, "t.id")]).push(&format!(" FROM {} AS t WHERE ", object.table));
    tx.permissions.confine(object, &mut statement);
    statement.push(" AND t.deleted_at IS NULL AND ").is_any_of(Cell::Uuid, "t.id", ids);
    load_texts(tx, statement).map(HashSet::from_iter)
}

/// Records to look up by the values that they have at a path.
struct Lookup<'a> {
    object: &'static Object,
    path: &'a str,
    values: Vec<String>,
    /// Whether to find only those that the caller sees. Others of the workspace count in the checks of ids and values.
    is_visible: bool,
}

/// The ids of the records that each lookup finds, each with its value.
fn find(tx: &mut Transaction, lookups: &[Lookup]) -> Result<Vec<Vec<(String, String)>>> {
    let mut found = vec![Vec::new(); lookups.len()];
    let mut statement = Statement::new(tx.conn.dialect(), "");
    let mut separator = "";
    for (at, lookup) in lookups.iter().enumerate().filter(|(_, lookup)| !lookup.values.is_empty()) {
        statement.push(separator);
        push_lookup(&mut statement, tx.permissions, at, lookup)?;
        separator = " UNION ALL ";
    }
    if separator.is_empty() {
        return Ok(found);
    }
    for Texts(cells) in statement.rows(tx.conn)? {
        let mut cells = cells.into_iter().flatten();
        if let (Some(at), Some(id), Some(value)) = (cells.next(), cells.next(), cells.next()) {
            found[at.parse::<usize>().map_err(Error::ours)?].push((id, value));
        }
    }
    Ok(found)
}

fn push_lookup(
    statement: &mut Statement,
    permissions: &Permissions,
    at: usize,
    lookup: &Lookup,
) -> Result<()> {
    let Lookup { object, path, ref values, is_visible } = *lookup;
    let column = object.column(path).ok_or_else(|| Error::ours("a column of the catalogue"))?;
    let name = format!("t.{}", column.name);
    statement
        .push(&format!("SELECT '{at}', "))
        .select_as_text([(Cell::Uuid, "t.id"), (column.cell, &name)])
        .push(&format!(" FROM {} AS t WHERE ", object.table));
    if is_visible {
        permissions.confine(object, statement);
        statement.push(" AND t.deleted_at IS NULL");
    } else {
        permissions.confine_to_workspace(statement);
    }
    statement.push(" AND ").is_any_of(column.cell, &name, values);
    Ok(())
}

fn load_texts(tx: &mut Transaction, mut statement: Statement) -> Result<Vec<String>> {
    let rows = statement.rows(tx.conn)?;
    Ok(rows.into_iter().filter_map(|Texts(cells)| cells.into_iter().next().flatten()).collect())
}
