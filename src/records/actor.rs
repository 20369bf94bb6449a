//! `createdBy`: who made a record. A caller may say where it came from, and with a name of their own, everything.

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

pub fn sign(tx: &mut Transaction, input: &mut Input) -> Result<()> {
    for field in input.object.fields.iter().filter(|field| field.is_actor()) {
        let at = |name: &str| format!("{}.{name}", field.name);
        let (source, member_id) = match &tx.permissions.caller {
            Caller::Key(_) => ("API", None),
            Caller::Person(_) => ("MANUAL", tx.permissions.member_id.clone()),
        };
        let has_own_name = input.text(&at(part::NAME)).is_some();
        if !has_own_name {
            input.set(&at(part::NAME), Some(own_name(tx)?));
        }
        if input.text(&at(part::SOURCE)).is_none() {
            input.set(&at(part::SOURCE), Some(source.to_owned()));
        }
        for (name, value) in [(part::WORKSPACE_MEMBER_ID, member_id), (part::CONTEXT, Some("{}".to_owned()))]
        {
            if !has_own_name || input.get(&at(name)).is_none() {
                input.set(&at(name), value);
            }
        }
    }
    Ok(())
}

/// As the caller is called: a key by its name, a person by theirs.
fn own_name(tx: &mut Transaction) -> Result<String> {
    if let Caller::Key(key) = &tx.permissions.caller {
        return Ok(key.name.clone());
    }
    let mut statement = Statement::new(tx.conn.dialect(), "SELECT ");
    statement
        .read([(Cell::Text, "name_first_name"), (Cell::Text, "name_last_name")])
        .push(" FROM workspace_members WHERE workspace_id = ")
        .bind(Cell::Integer, Some(tx.permissions.workspace_id().to_string()))
        .push(" AND id = ")
        .bind(Cell::Uuid, tx.permissions.member_id.clone());
    let names = statement.rows(tx.conn)?.into_iter().flat_map(|Texts(cells)| cells).flatten();
    Ok(names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" "))
}
