//! Inserts, updates and deletes rows of objects without a model.

use super::Transaction;
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    crypto::seal::Place,
    db::statement::Statement,
    error::{Error, Result},
    records::input::Input,
};

/// Inserts a row, and returns its id.
pub fn insert(tx: &mut Transaction, input: &Input) -> Result<String> {
    let id = input.id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    let now = now_literal(tx);
    let mut names = vec!["workspace_id", "id"];
    let mut values = vec![
        (Cell::Integer, Some(tx.permissions.workspace_id().to_string())),
        (Cell::Uuid, Some(id.clone())),
    ];
    for path in ["createdAt", "updatedAt"] {
        if input.get(path).is_none() {
            names.push(if path == "createdAt" { "created_at" } else { "updated_at" });
            values.push((Cell::Moment, Some(now.clone())));
        }
    }
    for (column, value) in input.assignments() {
        names.push(&column.name);
        values.push((column.cell, seal_if_secret(tx, input.object, &id, column, value)?));
    }
    let sql = format!("INSERT INTO {} ({}) VALUES (", input.object.table, names.join(", "));
    Statement::new(tx.conn.dialect(), sql).bind_all(values).push(")").execute(tx.conn)?;
    Ok(id)
}

pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<()> {
    let now = now_literal(tx);
    let mut statement =
        Statement::new(tx.conn.dialect(), format!("UPDATE {} SET updated_at = ", input.object.table));
    statement.bind(Cell::Moment, Some(now));
    for (column, value) in input.assignments() {
        let value = seal_if_secret(tx, input.object, id, column, value)?;
        statement.push(&format!(", {} = ", column.name)).bind(column.cell, value);
    }
    push_id_condition(&mut statement, tx, id).execute(tx.conn)?;
    Ok(())
}

pub fn delete(tx: &mut Transaction, object: &Object, id: &str) -> Result<()> {
    let mut statement = Statement::new(tx.conn.dialect(), format!("DELETE FROM {}", object.table));
    push_id_condition(&mut statement, tx, id).execute(tx.conn)?;
    Ok(())
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
    tx: &Transaction,
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
    let place = Place {
        table: object.sealed_in(),
        column: &column.name,
        row,
        workspace: tx.permissions.workspace_id(),
    };
    Ok(Some(tx.vault.ring().seal(&place, value).as_str().to_owned()))
}

fn now_literal(tx: &Transaction) -> String {
    tx.permissions.caller.now().format("%F %T%.f").to_string()
}
