//! `createdBy`: who created a record. The service fills it in from the caller when it creates the record; a body decides
//! only whether the record counts as imported, and an update changes none of it.

use super::{input::Input, transaction::Transaction};
use crate::{
    catalogue::{composite::part, object::Field},
    db::{
        Cell,
        statement::{Statement, Texts},
    },
    error::Result,
    models::caller::Caller,
};

/// The only source that a body may choose.
const IMPORT: &str = "IMPORT";

/// Fills in all parts of `createdBy`. Other values that the body sets are ignored, because clients send whole records.
pub fn fill_in(tx: &mut Transaction, input: &mut Input) -> Result<()> {
    for field in actor_fields(input) {
        let (source, member_id) = match &tx.permissions.caller {
            Caller::Key(_) => ("API", None),
            Caller::Person(_) => ("MANUAL", tx.permissions.member_id.clone()),
        };
        let is_import = input.text(&path(field, part::SOURCE)) == Some(IMPORT);
        let source = if is_import { IMPORT } else { source };
        input.set(&path(field, part::SOURCE), Some(source.to_owned()));
        input.set(&path(field, part::WORKSPACE_MEMBER_ID), member_id);
        input.set(&path(field, part::NAME), Some(caller_name(tx)?));
        input.set(&path(field, part::CONTEXT), Some("{}".to_owned()));
    }
    Ok(())
}

/// Removes `createdBy` from an update. A client may send back a whole record.
pub fn remove(input: &mut Input) {
    for field in actor_fields(input) {
        input.unset(&field.name);
    }
}

fn actor_fields(input: &Input) -> impl Iterator<Item = &'static Field> + use<> {
    input.object.fields.iter().filter(|field| field.is_actor())
}

fn path(field: &Field, part: &str) -> String {
    format!("{}.{part}", field.name)
}

/// The name of the API key, or the first and last name of the person.
fn caller_name(tx: &mut Transaction) -> Result<String> {
    if let Caller::Key(key) = &tx.permissions.caller {
        return Ok(key.name.clone());
    }
    let mut statement = Statement::new(tx.conn.dialect(), "SELECT ");
    statement
        .select_as_text([(Cell::Text, "name_first_name"), (Cell::Text, "name_last_name")])
        .push(" FROM workspace_members WHERE workspace_id = ")
        .bind(Cell::Integer, Some(tx.permissions.workspace_id().to_string()))
        .push(" AND id = ")
        .bind(Cell::Uuid, tx.permissions.member_id.clone());
    let names = statement.rows(tx.conn)?.into_iter().flat_map(|Texts(cells)| cells).flatten();
    Ok(names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" "))
}
