//! The directory of a workspace or a team: one list of its people and its pending invites, which the database searches,
//! sorts and pages.

mod listing;

pub use self::listing::{Scope, list};
use crate::{
    db::Conn,
    error::Result,
    models::{
        page::{Listed, Page},
        role::Role,
        session::Viewer,
    },
};

/// A person or an invited address, with the current role or the role after accepting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<R> {
    /// `None` for an invite, even if a person with this address exists in another workspace.
    pub user_id: Option<i64>,
    pub invite_id: Option<i64>,
    pub email: String,
    pub full_name: String,
    pub avatar_image: Option<String>,
    pub role: R,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    Name,
    Email,
    Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub direction: Direction,
}

/// Which entries are listed, and in which order.
#[derive(Debug, Clone)]
pub struct Search {
    pub order: Order,
    /// A part of the name or the address; case is ignored.
    pub name: Option<String>,
    /// Only invites if true, only people if false.
    pub invited: Option<bool>,
    /// All entries if absent.
    pub page: Option<Page>,
}

impl Search {
    /// The whole directory.
    pub fn all(order: Order) -> Self {
        Self { order, name: None, invited: None, page: None }
    }
}

impl Viewer {
    /// The people of the viewer's workspace and the pending invites into it.
    pub fn directory(&self, conn: &mut Conn, search: &Search) -> Result<Listed<Entry<Role>>> {
        let scope = Scope { workspace_id: self.workspace_id, team_id: None, now: self.now };
        list(conn, scope, search, |stored| Role::stored(stored.parse().unwrap_or_default()))
    }

    /// Whether this viewer may remove a person who has `role`, or change that role. Only owners may do so to owners.
    pub fn may_change(&self, role: Role) -> bool {
        match role {
            Role::Owner => self.role == Role::Owner,
            Role::Admin | Role::Member => self.is_admin(),
        }
    }
}

impl Direction {
    /// What follows the term of an `ORDER BY`.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Ascending => "",
            Self::Descending => " DESC",
        }
    }
}
