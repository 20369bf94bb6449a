//! A team: people of one workspace and the accounts shared with them. Its admins look after it, and so may
//! the workspace's.

pub mod admin;
pub mod leaving;
pub mod listing;
pub mod membership;
pub mod roll;

use diesel::prelude::*;

use crate::{clock::Moment, db::MultiBackend, schema::teams};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Team {
    pub id: i64,
    pub workspace_id: i64,
    pub name: String,
    pub created_at: Moment,
}

pub type Columns = <Team as Selectable<MultiBackend>>::SelectExpression;

impl Team {
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }
}

/// What a person may do in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRole {
    Admin,
    Member,
}

impl TeamRole {
    pub const ALL: [Self; 2] = [Self::Member, Self::Admin];

    /// In the database and in V4.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The database's CHECK admits nothing else; should it, the weakest is the safe reading.
    pub fn stored(name: &str) -> Self {
        Self::ALL.into_iter().find(|role| role.name() == name).unwrap_or(Self::Member)
    }

    /// The strongest first.
    pub fn rank(self) -> i32 {
        match self {
            Self::Admin => 1,
            Self::Member => 2,
        }
    }
}

impl AsRef<str> for TeamRole {
    fn as_ref(&self) -> &str {
        self.name()
    }
}
