//! `createdBy`: who made a record. A caller may say where it came from, and with a name of their own, everything.

use uuid::Uuid;

use super::{draft::Draft, writing::Writing};
use crate::{
    catalogue::{
        catalogue,
        column::snake_case,
        object::{Field, Kind},
    },
    db::{
        Cell, Conn,
        statement::{Statement, Texts},
    },
    error::Result,
    models::caller::Caller,
};

pub fn sign(writing: &mut Writing, draft: &mut Draft) -> Result<()> {
    for field in draft.object.fields.iter().filter(|field| is_actor(field)) {
        let at = |part: &str| format!("{}.{part}", field.name);
        let (source, member_id) = match &writing.access.caller {
            Caller::Key(_) => ("API", None),
            Caller::Person(_) => ("MANUAL", writing.access.member_id.clone()),
        };
        let has_own_name = draft.text(&at("name")).is_some();
        if !has_own_name {
            draft.set(&at("name"), Some(own_name(writing)?));
        }
        if draft.text(&at("source")).is_none() {
            draft.set(&at("source"), Some(source.to_owned()));
        }
        for (part, value) in [("workspaceMemberId", member_id), ("context", Some("{}".to_owned()))] {
            if !has_own_name || draft.get(&at(part)).is_none() {
                draft.set(&at(part), value);
            }
        }
    }
    Ok(())
}

/// Forgets who made the records that a member made.
pub fn forget(conn: &mut Conn, workspace_id: i64, member: Uuid) -> Result<()> {
    for object in catalogue().objects().iter().filter(|object| object.model.is_none()) {
        for field in object.fields.iter().filter(|field| is_actor(field)) {
            let name = snake_case(&field.name);
            let sql = format!(
                "UPDATE {} SET {name}_name = '', {name}_workspace_member_id = NULL WHERE workspace_id = ",
                object.table
            );
            Statement::new(conn.dialect(), sql)
                .bind(Cell::Integer, Some(workspace_id.to_string()))
                .push(&format!(" AND {name}_workspace_member_id = "))
                .bind(Cell::Uuid, Some(member.to_string()))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn is_actor(field: &Field) -> bool {
    matches!(&field.kind, Kind::Composite(composite, _) if composite == "ACTOR")
}

/// As the caller is called: a key by its name, a person by theirs.
fn own_name(writing: &mut Writing) -> Result<String> {
    if let Caller::Key(holder) = &writing.access.caller {
        return Ok(holder.name.clone());
    }
    let mut statement = Statement::new(writing.conn.dialect(), "SELECT ");
    statement
        .read([(Cell::Text, "name_first_name"), (Cell::Text, "name_last_name")])
        .push(" FROM workspace_members WHERE workspace_id = ")
        .bind(Cell::Integer, Some(writing.access.workspace_id().to_string()))
        .push(" AND id = ")
        .bind(Cell::Uuid, writing.access.member_id.clone());
    let names = statement.rows(writing.conn)?.into_iter().flat_map(|Texts(cells)| cells).flatten();
    Ok(names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" "))
}
