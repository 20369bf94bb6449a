//! Lists teams and the people in one.

use diesel::{dsl::sql, prelude::*, sql_types::Untyped};
use unicode_normalization::UnicodeNormalization as _;

use super::{Team, TeamRole};
use crate::{
    clock::Moment,
    db::{Conn, Dialect, MultiBackend, Variant, pattern},
    error::{Error, Result},
    models::{
        page::{Listed, Page},
        session::Viewer,
        workspace::directory::{self, Direction, Entry, Scope},
    },
    schema::{team_memberships, teams},
};

/// A team with the number of its people and the viewer's own role in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamInView {
    pub team: Team,
    pub tally: RoleCounts,
    pub own_role: Option<TeamRole>,
}

/// How many people of each role are in a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleCounts {
    pub members: i64,
    pub admins: i64,
}

#[derive(Debug, Clone)]
pub struct Search {
    /// A part of the name; case is ignored.
    pub name: Option<String>,
    /// Only the viewer's own teams.
    pub own: bool,
    pub by: SortBy,
    pub direction: Direction,
    /// All teams if absent.
    pub page: Option<Page>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    Name,
}

impl Viewer {
    pub fn is_in_a_team(&self, conn: &mut Conn) -> Result<bool> {
        let own = team_memberships::table
            .filter(team_memberships::workspace_id.eq(self.workspace_id))
            .filter(team_memberships::user_id.eq(self.user_id));
        Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
    }

    pub fn teams(&self, conn: &mut Conn, search: &Search) -> Result<Vec<TeamInView>> {
        let dialect = conn.dialect();
        let in_team = || {
            team_memberships::table
                .filter(team_memberships::workspace_id.eq(teams::workspace_id))
                .filter(team_memberships::team_id.eq(teams::id))
        };
        let with_role = |role: TeamRole| {
            in_team().filter(team_memberships::role.eq(role.name())).count().single_value().assume_not_null()
        };
        let own_role = in_team()
            .filter(team_memberships::user_id.eq(self.user_id))
            .select(team_memberships::role)
            .single_value();
        let query = search.query(self, dialect).order(sql::<Untyped>(&search.order(dialect))).select((
            Team::columns(),
            with_role(TeamRole::Member),
            with_role(TeamRole::Admin),
            own_role,
        ));
        let rows: Vec<(Team, i64, i64, Option<String>)> = if search.name.is_none() && search.page.is_none() {
            Variant(query).load(conn)?
        } else {
            query.load(conn)?
        };
        let in_view = |(team, members, admins, own_role): (Team, i64, i64, Option<String>)| TeamInView {
            team,
            tally: RoleCounts { members, admins },
            own_role: own_role.as_deref().map(TeamRole::stored),
        };
        Ok(rows.into_iter().map(in_view).collect())
    }

    /// Finds any team of the viewer's workspace.
    pub fn team(&self, conn: &mut Conn, id: i64) -> Result<Team> {
        teams::table
            .filter(teams::workspace_id.eq(self.workspace_id))
            .filter(teams::id.eq(id))
            .select(Team::columns())
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)
    }
}

impl Search {
    fn query<'a>(&self, viewer: &Viewer, dialect: Dialect) -> teams::BoxedQuery<'a, MultiBackend> {
        let mut query = teams::table.filter(teams::workspace_id.eq(viewer.workspace_id)).into_boxed();
        if self.own {
            let own = team_memberships::table
                .filter(team_memberships::workspace_id.eq(viewer.workspace_id))
                .filter(team_memberships::user_id.eq(viewer.user_id));
            query = query.filter(teams::id.eq_any(own.select(team_memberships::team_id)));
        }
        if let Some(name) = &self.name {
            let part: String = name.nfc().collect();
            let folded = dialect.fold_case("teams.name");
            query = query.filter(pattern::any_contains(dialect, &[&folded], &part));
        }
        match self.page {
            Some(page) => query.limit(page.limit()).offset(page.offset()),
            None => query,
        }
    }

    fn order(&self, dialect: Dialect) -> String {
        let direction = self.direction.keyword();
        match self.by {
            SortBy::CreatedAt => format!("teams.created_at{direction}, teams.id{direction}"),
            SortBy::Name => {
                let name = dialect.by_code_points(&dialect.fold_case("teams.name"));
                format!("{name}{direction}, teams.id")
            }
        }
    }
}

impl Team {
    /// The people in the team and the pending invites into it.
    pub fn directory(
        &self,
        conn: &mut Conn,
        search: &directory::Search,
        now: Moment,
    ) -> Result<Listed<Entry<TeamRole>>> {
        let scope = Scope { workspace_id: self.workspace_id, team_id: Some(self.id), now };
        directory::list(conn, scope, search, TeamRole::stored)
    }

    pub fn tally(&self, conn: &mut Conn) -> Result<RoleCounts> {
        let count = |conn: &mut Conn, role: TeamRole| {
            team_memberships::table
                .filter(team_memberships::workspace_id.eq(self.workspace_id))
                .filter(team_memberships::team_id.eq(self.id))
                .filter(team_memberships::role.eq(role.name()))
                .count()
                .get_result(conn)
        };
        Ok(RoleCounts { members: count(conn, TeamRole::Member)?, admins: count(conn, TeamRole::Admin)? })
    }
}
