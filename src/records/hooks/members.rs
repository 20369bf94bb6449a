//! `workspaceMembers`: a create is refused because people join by invite, a delete is V4's removal, and an update
//! changes a person's name, picture and preferences.

use diesel::prelude::*;

use crate::{
    catalogue::column::Cell,
    clock,
    db::{statement::Statement, types::Uuid},
    error::{Error, Result},
    models::{
        caller::Caller,
        email::Email,
        event::Verb,
        membership::{Membership, leaving},
    },
    records::{
        input::Input, permissions::ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS, transaction::Transaction,
    },
    schema::{memberships, users},
};

const JOIN_BY_INVITE: &str = "People join by invite: POST /api/v4/invites";
/// The limit of V4's profile.
const MAX_TEXT_CHARS: usize = 255;
const MAX_URL_CHARS: usize = 2_048;

/// The fields that an update may change, with their columns in `users`.
const WRITABLE_FIELDS: [(&str, &str); 9] = [
    ("name.firstName", "first_name"),
    ("name.lastName", "last_name"),
    ("avatarUrl", "avatar_image"),
    ("locale", "locale"),
    ("timeZone", "time_zone"),
    ("dateFormat", "date_format"),
    ("timeFormat", "time_format"),
    ("colorScheme", "color_scheme"),
    ("position", "position"),
];

/// The error for a create.
pub fn join_by_invite() -> Error {
    Error::invalid("userId", "invite", JOIN_BY_INVITE)
}

pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<()> {
    let membership = find_membership(tx, id)?;
    let user_id = membership.user_id;
    membership.expect_authority_over_profile(tx.conn, tx.caller)?;
    expect_same_person(tx, user_id, input)?;
    let now = clock::for_database(tx.permissions.caller.now());
    let mut statement = Statement::new(tx.conn.dialect(), "UPDATE users SET updated_at = ");
    statement.bind(Cell::Moment, Some(now));
    for (path, column) in WRITABLE_FIELDS {
        let Some(value) = input.get(path) else { continue };
        let cell = if path == "position" { Cell::Number } else { Cell::Text };
        let max_chars = if path == "avatarUrl" { MAX_URL_CHARS } else { MAX_TEXT_CHARS };
        if value.is_some_and(|text| text.chars().count() > max_chars) {
            return Err(Error::Unreadable(format!("{path}: is longer than {max_chars} characters")));
        }
        let value = value.filter(|text| !text.is_empty()).or(default_preference(path)).map(str::to_owned);
        statement.push(&format!(", {column} = ")).bind(cell, value);
    }
    statement.push(" WHERE id = ").bind(Cell::Integer, Some(user_id.to_string())).execute(tx.conn)?;
    let sent = WRITABLE_FIELDS.iter().filter(|(path, _)| input.get(path).is_some());
    let mut fields: Vec<&str> =
        sent.map(|(path, _)| path.split_once('.').map_or(*path, |(field, _)| field)).collect();
    fields.dedup();
    membership.event(Verb::Updated).fields(fields).record(tx.conn)
}

/// Removes the member by the rules of V4.
pub fn delete(tx: &mut Transaction, id: &str) -> Result<()> {
    let user_id = find_membership(tx, id)?.user_id;
    match tx.caller {
        Caller::Person(member) if member.user_id == user_id => member.leave(tx.conn, tx.vault),
        Caller::Person(member) => member
            .clone()
            .admin(ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS)?
            .remove(tx.conn, tx.vault, user_id),
        Caller::Key(key) => leaving::remove_by_api_key(tx.conn, tx.vault, key, user_id),
    }
}

/// The value of a cleared preference; a name and a picture have none.
fn default_preference(path: &str) -> Option<&'static str> {
    match path {
        "locale" => Some("en"),
        "timeZone" => Some("system"),
        "dateFormat" | "timeFormat" => Some("SYSTEM"),
        "colorScheme" => Some("System"),
        "position" => Some("0"),
        _ => None,
    }
}

/// Refuses another email or user id than the person has.
fn expect_same_person(tx: &mut Transaction, user_id: i64, input: &Input) -> Result<()> {
    let (email, uuid): (String, Uuid) =
        users::table.find(user_id).select((users::email, users::uuid)).get_result(tx.conn)?;
    let is_their_address = |sent: &str| {
        Email::parse(sent).is_some_and(|sent| sent.as_str() == email || Email::parse(&email) == Some(sent))
    };
    let is_their_id = |sent: &str| sent.trim().eq_ignore_ascii_case(&uuid.0.to_string());
    let is_another = |path: &str, is_theirs: &dyn Fn(&str) -> bool| {
        input.get(path).is_some_and(|sent| !sent.is_some_and(is_theirs))
    };
    let changed = if is_another("userEmail", &is_their_address) {
        "userEmail"
    } else if is_another("userId", &is_their_id) {
        "userId"
    } else {
        return Ok(());
    };
    let sentence = format!("{changed} is the person's own: it changes in their profile, PUT /api/v4/users");
    Err(Error::invalid(changed, "not_yours", sentence))
}

fn find_membership(tx: &mut Transaction, id: &str) -> Result<Membership> {
    let id: uuid::Uuid = id.parse().map_err(Error::ours)?;
    let user_id = memberships::table
        .filter(memberships::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(memberships::uuid.eq(Uuid(id)))
        .select(memberships::user_id)
        .get_result(tx.conn)?;
    Membership::find(tx.conn, tx.permissions.workspace_id(), user_id)
}
