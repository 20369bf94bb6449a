//! Rows of the tables that belong to nobody but the engine.

use super::Writing;
use crate::{
    catalogue::{
        column::{Cell, Column},
        object::Object,
    },
    crypto::seal::Place,
    db::statement::Statement,
    error::{Error, Result},
    records::draft::Draft,
};

pub fn insert(writing: &mut Writing, draft: &Draft) -> Result<String> {
    let id = draft.id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    let now = moment(writing);
    let mut names = vec!["workspace_id", "id"];
    let mut values = vec![
        (Cell::Integer, Some(writing.access.workspace_id().to_string())),
        (Cell::Uuid, Some(id.clone())),
    ];
    for path in ["createdAt", "updatedAt"] {
        if draft.get(path).is_none() {
            names.push(if path == "createdAt" { "created_at" } else { "updated_at" });
            values.push((Cell::Moment, Some(now.clone())));
        }
    }
    for (column, value) in draft.assignments() {
        names.push(&column.name);
        values.push((column.cell, stored(writing, draft.object, &id, column, value)?));
    }
    let sql = format!("INSERT INTO {} ({}) VALUES (", draft.object.table, names.join(", "));
    Statement::new(writing.conn.dialect(), sql).bind_all(values).push(")").execute(writing.conn)?;
    Ok(id)
}

pub fn update(writing: &mut Writing, id: &str, draft: &Draft) -> Result<()> {
    let now = moment(writing);
    let mut statement =
        Statement::new(writing.conn.dialect(), format!("UPDATE {} SET updated_at = ", draft.object.table));
    statement.bind(Cell::Moment, Some(now));
    for (column, value) in draft.assignments() {
        let value = stored(writing, draft.object, id, column, value)?;
        statement.push(&format!(", {} = ", column.name)).bind(column.cell, value);
    }
    at(&mut statement, writing, id).execute(writing.conn)?;
    Ok(())
}

pub fn delete(writing: &mut Writing, object: &Object, id: &str) -> Result<()> {
    let mut statement = Statement::new(writing.conn.dialect(), format!("DELETE FROM {}", object.table));
    at(&mut statement, writing, id).execute(writing.conn)?;
    Ok(())
}

fn at<'s>(statement: &'s mut Statement, writing: &Writing, id: &str) -> &'s mut Statement {
    statement
        .push(" WHERE workspace_id = ")
        .bind(Cell::Integer, Some(writing.access.workspace_id().to_string()))
        .push(" AND id = ")
        .bind(Cell::Uuid, Some(id.to_owned()))
}

/// As the column keeps it: a secret sealed, an empty one not at all.
fn stored(
    writing: &Writing,
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
        workspace: writing.access.workspace_id(),
    };
    Ok(Some(writing.vault.ring().seal(&place, value).as_str().to_owned()))
}

fn moment(writing: &Writing) -> String {
    writing.access.caller.now().format("%F %T%.f").to_string()
}
