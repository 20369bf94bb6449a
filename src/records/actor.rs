//! `createdBy`: who created a record. A body may set the source; if it sets the name, it may set all parts.

use super::{input::Input, transaction::Transaction};
use crate::{
    catalogue::composite::part,
    db::{
        Cell,
        statement::{Statement, Texts},
    },
    error::Result,
    models::caller::Caller,
};

/// Fills in the parts of `createdBy` that the body does not set.
pub fn fill_in(tx: &mut Transaction, input: &mut Input) -> Result<()> {
    for field in input.object.fields.iter().filter(|field| field.is_actor()) {
        let path = |name: &str| format!("{}.{name}", field.name);
        let (source, member_id) = match &tx.permissions.caller {
            Caller::Key(_) => ("API", None),
            Caller::Person(_) => ("MANUAL", tx.permissions.member_id.clone()),
        };
        let is_name_sent = input.text(&path(part::NAME)).is_some();
        if !is_name_sent {
            input.set(&path(part::NAME), Some(caller_name(tx)?));
        }
        if input.text(&path(part::SOURCE)).is_none() {
            input.set(&path(part::SOURCE), Some(source.to_owned()));
        }
        for (name, value) in [(part::WORKSPACE_MEMBER_ID, member_id), (part::CONTEXT, Some("{}".to_owned()))]
        {
            if !is_name_sent || input.get(&path(name)).is_none() {
                input.set(&path(name), value);
            }
        }
    }
    Ok(())
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
