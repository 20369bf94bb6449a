//! `createdBy`: who made a record. A caller may say where it came from, and with a name of their own, everything.

use super::{draft::Draft, writing::Writing};
use crate::{
    catalogue::composite::part,
    db::{
        Cell,
        statement::{Statement, Texts},
    },
    error::Result,
    models::caller::Caller,
};

pub fn sign(writing: &mut Writing, draft: &mut Draft) -> Result<()> {
    for field in draft.object.fields.iter().filter(|field| field.is_actor()) {
        let at = |name: &str| format!("{}.{name}", field.name);
        let (source, member_id) = match &writing.access.caller {
            Caller::Key(_) => ("API", None),
            Caller::Person(_) => ("MANUAL", writing.access.member_id.clone()),
        };
        let has_own_name = draft.text(&at(part::NAME)).is_some();
        if !has_own_name {
            draft.set(&at(part::NAME), Some(own_name(writing)?));
        }
        if draft.text(&at(part::SOURCE)).is_none() {
            draft.set(&at(part::SOURCE), Some(source.to_owned()));
        }
        for (name, value) in [(part::WORKSPACE_MEMBER_ID, member_id), (part::CONTEXT, Some("{}".to_owned()))]
        {
            if !has_own_name || draft.get(&at(name)).is_none() {
                draft.set(&at(name), value);
            }
        }
    }
    Ok(())
}

/// As the caller is called: a key by its name, a person by theirs.
fn own_name(writing: &mut Writing) -> Result<String> {
    if let Caller::Key(key) = &writing.access.caller {
        return Ok(key.name.clone());
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
