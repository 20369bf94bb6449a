//! The statement that lists a directory. People and invites are two tables, so each half selects the same columns.

use super::{Entry, Order, Search, SortBy};
use crate::{
    clock::{self, Moment},
    db::{
        Cell, Conn,
        statement::{Statement, Texts},
    },
    error::{Error, Result},
    models::{
        email::{self, written},
        page::Listed,
        role::Role,
        team::TeamRole,
    },
};

/// Whose directory is listed: a workspace's, or that of one of its teams. Invites that end before `now` are left out.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    pub workspace_id: i64,
    pub team_id: Option<i64>,
    pub now: Moment,
}

const COLUMNS: [(Cell, &str); 7] = [
    (Cell::Integer, "user_id"),
    (Cell::Integer, "invite_id"),
    (Cell::Text, "email"),
    (Cell::Text, "full_name"),
    (Cell::Text, "avatar_image"),
    (Cell::Text, "role"),
    (Cell::Integer, "count(*) OVER ()"),
];

/// As [`crate::person_name::full`].
const FULL_NAME: &str = "concat_ws(' ', nullif(users.first_name, ''), nullif(users.last_name, ''))";

/// `role` converts a stored role.
pub fn list<R>(
    conn: &mut Conn,
    scope: Scope,
    search: &Search,
    role: impl Fn(&str) -> R,
) -> Result<Listed<Entry<R>>> {
    let mut statement = Statement::new(conn.dialect(), "SELECT ");
    push_entries(statement.select_as_text(COLUMNS), scope, search);
    push_order(&mut statement, search.order);
    if let Some(page) = search.page {
        statement.push(&format!(" LIMIT {} OFFSET {}", page.limit(), page.offset()));
    }
    if search.name.is_none() && search.page.is_none() {
        statement.prepare();
    }
    let rows = statement.rows(conn)?;
    let total_count = match (rows.first(), search.page) {
        (Some(Texts(cells)), _) => id(cells.last().cloned().flatten())?.unwrap_or_default(),
        // A page after the last has no row that says it.
        (None, Some(page)) if page.offset() > 0 => count(conn, scope, search)?,
        (None, _) => 0,
    };
    let rows = rows.into_iter().map(|row| entry(row, &role)).collect::<Result<_>>()?;
    Ok(Listed { rows, total_count })
}

fn count(conn: &mut Conn, scope: Scope, search: &Search) -> Result<i64> {
    let mut statement = Statement::new(conn.dialect(), "SELECT ");
    statement.select_as_text([(Cell::Integer, "count(*)")]);
    push_entries(&mut statement, scope, search);
    let rows = statement.rows(conn)?;
    let counted = rows.into_iter().flat_map(|Texts(cells)| cells).next().flatten();
    Ok(id(counted)?.unwrap_or_default())
}

fn push_entries(statement: &mut Statement, scope: Scope, search: &Search) {
    statement.push(" FROM (");
    if search.invited != Some(true) {
        push_people(statement, scope);
    }
    if search.invited.is_none() {
        statement.push(" UNION ALL ");
    }
    if search.invited != Some(false) {
        push_invites(statement, scope);
    }
    statement.push(") AS entries");
    if let Some(name) = &search.name {
        let full_name = statement.dialect().fold_case("full_name");
        let part = email::fold_part(name);
        statement.push(" WHERE (").any_contains(&[&full_name, "email"], &part.text);
        if let Some(address) = part.address {
            statement.push(" OR ").any_contains(&["email"], &address);
        }
        statement.push(")");
    }
}

fn push_people(statement: &mut Statement, scope: Scope) {
    let table = if scope.team_id.is_some() { "team_memberships" } else { "memberships" };
    statement
        .push(&format!(
            "SELECT users.id AS user_id, CAST(NULL AS bigint) AS invite_id, users.email AS email, \
             {FULL_NAME} AS full_name, users.avatar_image AS avatar_image, CAST(own.role AS text) AS role \
             FROM {table} AS own JOIN users ON users.id = own.user_id WHERE own.workspace_id = "
        ))
        .bind(Cell::Integer, Some(scope.workspace_id.to_string()));
    push_team(statement, scope);
}

fn push_invites(statement: &mut Statement, scope: Scope) {
    let (role, teams) = match scope.team_id {
        None => (Role::Member.id().to_string(), ""),
        Some(_) => (
            TeamRole::Member.name().to_owned(),
            " JOIN invite_teams AS own ON own.workspace_id = invites.workspace_id AND own.invite_id = invites.id",
        ),
    };
    statement
        .push(&format!(
            "SELECT CAST(NULL AS bigint) AS user_id, invites.id AS invite_id, invites.email AS email, \
             '' AS full_name, CAST(NULL AS text) AS avatar_image, '{role}' AS role \
             FROM invites{teams} WHERE invites.workspace_id = "
        ))
        .bind(Cell::Integer, Some(scope.workspace_id.to_string()))
        .push(" AND invites.expires_at > ")
        .bind(Cell::Moment, Some(clock::for_database(scope.now)));
    push_team(statement, scope);
}

fn push_team(statement: &mut Statement, scope: Scope) {
    if let Some(team_id) = scope.team_id {
        statement.push(" AND own.team_id = ").bind(Cell::Integer, Some(team_id.to_string()));
    }
}

/// Breaks ties by name, then by address; a person and an invite may have the same one. The text of a role, 1 to 3 or
/// `admin` and `member`, sorts the strongest first.
fn push_order(statement: &mut Statement, order: Order) {
    let dialect = statement.dialect();
    let name = dialect.by_code_points(&dialect.fold_case("full_name"));
    let email = dialect.by_code_points("email");
    let wanted = match order.by {
        SortBy::Name => &name,
        SortBy::Email => &email,
        SortBy::Role => "role",
    };
    let direction = order.direction.keyword();
    statement.push(&format!(
        " ORDER BY {wanted}{direction}, {name}, {email}, user_id IS NULL, coalesce(user_id, invite_id)"
    ));
}

fn entry<R>(Texts(cells): Texts, role: impl Fn(&str) -> R) -> Result<Entry<R>> {
    let mut cells = cells.into_iter();
    let mut next = || cells.next().flatten();
    Ok(Entry {
        user_id: id(next())?,
        invite_id: id(next())?,
        email: written(&next().unwrap_or_default()),
        full_name: next().unwrap_or_default(),
        avatar_image: next(),
        role: role(&next().unwrap_or_default()),
    })
}

fn id(text: Option<String>) -> Result<Option<i64>> {
    text.map(|text| text.parse().map_err(Error::ours)).transpose()
}
