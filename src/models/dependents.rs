//! Before a record is deleted: deletes the records that refer to it, or clears their reference, as the catalogue says
//! for each relation. It takes one statement for each relation and level. Also counts and deletes all records of a
//! workspace.

use heck::ToSnakeCase as _;

use crate::{
    catalogue::{
        catalogue,
        column::Cell,
        object::{Model, Object, OnDelete},
    },
    db::{
        Conn,
        statement::{Statement, Texts},
    },
    error::{Error, Result},
};

/// The same as [`delete_or_clear`], for a record that one of the models deletes.
pub fn delete_or_clear_for_model(
    conn: &mut Conn,
    workspace_id: i64,
    model: Model,
    id: uuid::Uuid,
) -> Result<()> {
    let object = catalogue().objects().iter().find(|object| object.model == Some(model));
    object.map_or(Ok(()), |object| delete_or_clear(conn, workspace_id, object, &[id.to_string()]))
}

/// SQL for whether records refer to the one with the id in `column`, which is of one of the models. The column is in a
/// table with `workspace_id`.
pub fn exist_for_model(model: Model, column: &str) -> String {
    let table = column.split('.').next().unwrap_or_default();
    let objects = catalogue().objects().iter().filter(|object| object.model == Some(model));
    let relations = objects.flat_map(|object| catalogue().leading_to(object));
    let exist: Vec<String> = relations
        .filter(|(from, _)| from.model.is_none())
        .map(|(from, relation)| {
            let field = relation.field.to_snake_case();
            format!(
                "EXISTS (SELECT 1 FROM {} AS dependent \
                 WHERE dependent.workspace_id = {table}.workspace_id AND dependent.{field} = {column})",
                from.table
            )
        })
        .collect();
    format!("({})", exist.join(" OR "))
}

/// Deletes or clears everything that refers to these records, which are about to be deleted.
pub fn delete_or_clear(
    conn: &mut Conn,
    workspace_id: i64,
    object: &'static Object,
    ids: &[String],
) -> Result<()> {
    for (from, relation) in catalogue().leading_to(object).filter(|(from, _)| from.model.is_none()) {
        let column = relation.field.to_snake_case();
        match relation.on_delete {
            OnDelete::Clear => {
                let sql = format!("UPDATE {} SET {column} = NULL WHERE workspace_id = ", from.table);
                statement_about(conn, sql, workspace_id, &column, ids).execute(conn)?;
            }
            OnDelete::Delete => {
                if catalogue().leading_to(from).next().is_some() {
                    let dependent_ids = load_ids(conn, from, workspace_id, &column, ids)?;
                    if dependent_ids.is_empty() {
                        continue;
                    }
                    delete_or_clear(conn, workspace_id, from, &dependent_ids)?;
                }
                let sql = format!("DELETE FROM {} WHERE workspace_id = ", from.table);
                statement_about(conn, sql, workspace_id, &column, ids).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Removes a member as creator of records. The records stay.
pub fn clear_creator(conn: &mut Conn, workspace_id: i64, member: uuid::Uuid) -> Result<()> {
    for object in catalogue().objects().iter().filter(|object| object.model.is_none()) {
        for field in object.fields.iter().filter(|field| field.is_actor()) {
            let name = field.name.to_snake_case();
            let sql = format!(
                "UPDATE {} SET {name}_name = '', {name}_workspace_member_id = NULL WHERE workspace_id = ",
                object.table
            );
            Statement::new(conn.dialect(), sql)
                .bind(Cell::Integer, Some(workspace_id.to_string()))
                .push(&format!(" AND {name}_workspace_member_id = "))
                .bind(Cell::Uuid, Some(member.to_string()))
                .prepare()
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Counts the records of a workspace, except its people, accounts and keys.
pub fn count(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    let mut statement = Statement::new(conn.dialect(), "SELECT ");
    let counts: Vec<String> =
        tables().map(|table| format!("(SELECT count(*) FROM {table} WHERE workspace_id = of.id)")).collect();
    statement.select_as_text([(Cell::Integer, format!("({})", counts.join(" + ")).as_str())]);
    statement.push(" FROM workspaces AS of WHERE of.id = ");
    let rows = statement.bind(Cell::Integer, Some(workspace_id.to_string())).prepare().rows(conn)?;
    let count = rows.into_iter().flat_map(|Texts(cells)| cells).flatten().next();
    count.map_or(Ok(0), |count| count.parse().map_err(Error::ours))
}

/// Deletes every record of a workspace that is about to be deleted.
pub fn delete_of_workspace(conn: &mut Conn, workspace_id: i64) -> Result<()> {
    for table in tables().chain(["token_readings", "idempotency_keys"]) {
        let mut statement =
            Statement::new(conn.dialect(), format!("DELETE FROM {table} WHERE workspace_id = "));
        statement.bind(Cell::Integer, Some(workspace_id.to_string())).prepare().execute(conn)?;
    }
    Ok(())
}

/// The tables that only `/rest` writes.
fn tables() -> impl Iterator<Item = &'static str> {
    let objects = catalogue().objects().iter().filter(|object| object.model.is_none());
    objects.map(|object| object.table.as_str())
}

/// The ids of the records in `from` whose `column` is one of `ids`.
fn load_ids(
    conn: &mut Conn,
    from: &Object,
    workspace_id: i64,
    column: &str,
    ids: &[String],
) -> Result<Vec<String>> {
    let mut statement = Statement::new(conn.dialect(), "SELECT ");
    statement
        .select_as_text([(Cell::Uuid, "id")])
        .push(&format!(" FROM {} WHERE workspace_id = ", from.table))
        .bind(Cell::Integer, Some(workspace_id.to_string()))
        .push(" AND ")
        .is_any_of(Cell::Uuid, column, ids)
        .prepare();
    let rows = statement.rows(conn)?;
    Ok(rows.into_iter().filter_map(|Texts(cells)| cells.into_iter().next().flatten()).collect())
}

/// Completes `sql`, which ends with `workspace_id = `, with the conditions for the records that refer to `ids`.
fn statement_about(conn: &Conn, sql: String, workspace_id: i64, column: &str, ids: &[String]) -> Statement {
    let mut statement = Statement::new(conn.dialect(), sql);
    statement.bind(Cell::Integer, Some(workspace_id.to_string())).push(" AND ").is_any_of(
        Cell::Uuid,
        column,
        ids,
    );
    statement.prepare();
    statement
}
