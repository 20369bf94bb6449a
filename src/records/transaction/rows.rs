//! Inserts, updates and deletes rows of objects without a model.

use super::Transaction;
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    clock,
    crypto::seal::Place,
    db::{
        insertion::{self, NewRow},
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    models::{
        event::{Event, Verb},
        vault::Vault,
    },
    records::{input::Input, permissions::Permissions},
};

/// Inserts rows, and returns their ids. Takes each input only when its row is made.
pub fn insert_all(tx: &mut Transaction, object: &'static Object, inputs: Vec<Input>) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    let (permissions, vault) = (tx.permissions, tx.vault);
    let rows = inputs.into_iter().map(|input| {
        let id = input.id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        let row = new_row(permissions, vault, &id, &input);
        ids.push(id);
        row
    });
    let columns = object.cells_and_names();
    let stored = insertion::insert(tx.conn, &object.table, &columns, Some(permissions.workspace_id()), rows)?;
    for (id, Texts(cells)) in ids.iter().zip(&stored) {
        Event::of_record(Verb::Created, object, permissions.workspace_id(), id, object.label(cells))
            .cells((stored.len() == 1).then(|| cells.clone()))
            .record(tx.conn)?;
    }
    tx.fresh = Some((object, stored));
    Ok(ids)
}

fn new_row(permissions: &Permissions, vault: &Vault, id: &str, input: &Input) -> Result<NewRow> {
    let mut row = Vec::new();
    for column in &input.object.columns {
        let assigned = input.get(&column.path());
        row.push(match (column.name.as_str(), assigned) {
            ("id", _) => Some(id.to_owned()),
            ("created_at" | "updated_at", None) => Some(clock::for_database(permissions.caller.now())),
            (_, Some(value)) => seal_if_secret(permissions, vault, input.object, id, column, value)?,
            (_, None) => (!column.is_nullable && column.cell == Cell::Text).then(String::new),
        });
    }
    Ok(row)
}

/// Returns whether there is such a record.
pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<bool> {
    let now = clock::for_database(tx.permissions.caller.now());
    let mut statement =
        Statement::new(tx.conn.dialect(), format!("UPDATE {} SET updated_at = ", input.object.table));
    statement.bind(Cell::Moment, Some(now));
    for (column, value) in input.assignments() {
        let value = seal_if_secret(tx.permissions, tx.vault, input.object, id, column, value)?;
        statement.push(&format!(", {} = ", column.name)).bind(column.cell, value);
    }
    push_id_condition(&mut statement, tx, id).push(" AND deleted_at IS NULL RETURNING ");
    let stored = statement.select_as_text(input.object.cells_and_names()).rows(tx.conn)?;
    if let Some(Texts(cells)) = stored.first() {
        let label = input.object.label(cells);
        Event::of_record(Verb::Updated, input.object, tx.permissions.workspace_id(), id, label)
            .fields(changed_fields(input))
            .cells(Some(cells.clone()))
            .record(tx.conn)?;
    }
    let is_found = !stored.is_empty();
    tx.fresh = Some((input.object, stored));
    Ok(is_found)
}

pub fn delete(tx: &mut Transaction, object: &'static Object, id: &str) -> Result<()> {
    let mut statement = Statement::new(tx.conn.dialect(), format!("DELETE FROM {}", object.table));
    push_id_condition(&mut statement, tx, id).push(" RETURNING ");
    let deleted = statement.select_as_text(object.cells_and_names()).rows(tx.conn)?;
    deleted.into_iter().try_for_each(|Texts(cells)| {
        Event::of_record(Verb::Deleted, object, tx.permissions.workspace_id(), id, object.label(&cells))
            .cells(Some(cells))
            .record(tx.conn)
    })
}

/// The fields that an input sets.
fn changed_fields(input: &Input) -> Vec<&'static str> {
    let mut fields: Vec<&str> = input.assignments().map(|(column, _)| column.field.as_str()).collect();
    fields.dedup();
    fields
}

fn push_id_condition<'s>(statement: &'s mut Statement, tx: &Transaction, id: &str) -> &'s mut Statement {
    statement
        .push(" WHERE workspace_id = ")
        .bind(Cell::Integer, Some(tx.permissions.workspace_id().to_string()))
        .push(" AND id = ")
        .bind(Cell::Uuid, Some(id.to_owned()))
}

/// The value to store: a secret is sealed, and an empty secret becomes null.
fn seal_if_secret(
    permissions: &Permissions,
    vault: &Vault,
    object: &'static Object,
    id: &str,
    column: &'static Column,
    value: Option<&str>,
) -> Result<Option<String>> {
    let Some(value) = value else { return Ok(None) };
    if !column.is_secret {
        return Ok(Some(value.to_owned()));
    }
    if value.is_empty() {
        return Ok(None);
    }
    let row = id.parse().map_err(Error::ours)?;
    let place =
        Place { table: object.sealed_in(), column: &column.name, row, workspace: permissions.workspace_id() };
    Ok(Some(vault.ring().seal(&place, value).as_str().to_owned()))
}
