//! The rows that say who is in a team. When the last admin of a team leaves, the person who has been in it longest
//! becomes its admin. A team without people stays.

use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Text};

use super::TeamRole;
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::event::{Event, Verb, object},
    prepared,
    schema::team_memberships,
};

/// A person's role in a team; `None` if they are not in it.
pub fn role(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<Option<TeamRole>> {
    let name: Option<String> = team_memberships::table
        .find((workspace_id, team_id, user_id))
        .select(team_memberships::role)
        .first(conn)
        .optional()?;
    Ok(name.as_deref().map(TeamRole::stored))
}

/// Adds a person of the workspace to a team. A person who is already in it keeps their role.
pub fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    team_id: i64,
    user_id: i64,
    role: TeamRole,
    now: Moment,
) -> Result<()> {
    if self::role(conn, workspace_id, team_id, user_id)?.is_some() {
        return Ok(());
    }
    let insert = diesel::insert_into(team_memberships::table)
        .values((
            team_memberships::workspace_id.eq(workspace_id),
            team_memberships::team_id.eq(team_id),
            team_memberships::user_id.eq(user_id),
            team_memberships::role.eq(role.name()),
            team_memberships::created_at.eq(now),
        ))
        .returning(person_and_team());
    let label: String = prepared!(insert).get_result(conn)?;
    record(conn, Verb::Created, (workspace_id, team_id, user_id), &label)
}

/// Removes a person who leaves the workspace from all their teams.
pub fn delete_all(conn: &mut Conn, workspace_id: i64, user_id: i64) -> Result<()> {
    let team_ids: Vec<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::user_id.eq(user_id))
        .select(team_memberships::team_id)
        .load(conn)?;
    for team_id in team_ids {
        delete(conn, workspace_id, team_id, user_id)?;
    }
    Ok(())
}

/// Removes a person from a team and returns the number of rows deleted: 0 or 1.
pub(super) fn delete(conn: &mut Conn, workspace_id: i64, team_id: i64, user_id: i64) -> Result<usize> {
    let key = (workspace_id, team_id, user_id);
    let delete = diesel::delete(team_memberships::table.find(key)).returning(person_and_team());
    let left: Option<String> = prepared!(delete).get_result(conn).optional()?;
    let Some(label) = left else { return Ok(0) };
    record(conn, Verb::Deleted, key, &label)?;
    if !has_admin(conn, workspace_id, team_id)? {
        promote_longest_member(conn, workspace_id, team_id)?;
    }
    Ok(1)
}

fn promote_longest_member(conn: &mut Conn, workspace_id: i64, team_id: i64) -> Result<()> {
    let next: Option<i64> = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::team_id.eq(team_id))
        .order((team_memberships::created_at, team_memberships::user_id))
        .select(team_memberships::user_id)
        .first(conn)
        .optional()?;
    match next {
        Some(next) => set_role(conn, workspace_id, team_id, next, TeamRole::Admin),
        None => Ok(()),
    }
}

pub(super) fn set_role(
    conn: &mut Conn,
    workspace_id: i64,
    team_id: i64,
    user_id: i64,
    role: TeamRole,
) -> Result<()> {
    let key = (workspace_id, team_id, user_id);
    let label: String = prepared!(
        diesel::update(team_memberships::table.find(key))
            .set(team_memberships::role.eq(role.name()))
            .returning(person_and_team())
    )
    .get_result(conn)?;
    record(conn, Verb::Updated, key, &label)
}

/// The name of the person and that of the team.
fn person_and_team() -> SqlLiteral<Text> {
    sql("(SELECT coalesce( \
         nullif(trim(coalesce(users.first_name, '') || ' ' || coalesce(users.last_name, '')), ''), users.email) \
         || ', ' || teams.name FROM users JOIN teams ON teams.workspace_id = team_memberships.workspace_id \
         WHERE users.id = team_memberships.user_id AND teams.id = team_memberships.team_id)")
}

fn record(conn: &mut Conn, verb: Verb, key: (i64, i64, i64), label: &str) -> Result<()> {
    let (workspace_id, team_id, user_id) = key;
    let fields = (verb == Verb::Updated).then_some("role");
    Event::new(verb, object::TEAM_USER, workspace_id, &format!("{team_id}/{user_id}"))
        .label(label)
        .about(Some(user_id))
        .fields(fields)
        .record(conn)
}

pub(super) fn has_admin(conn: &mut Conn, workspace_id: i64, team_id: i64) -> Result<bool> {
    let admins = team_memberships::table
        .filter(team_memberships::workspace_id.eq(workspace_id))
        .filter(team_memberships::team_id.eq(team_id))
        .filter(team_memberships::role.eq(TeamRole::Admin.name()));
    Ok(diesel::select(diesel::dsl::exists(admins)).get_result(conn)?)
}
