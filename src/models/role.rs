//! A person's role in a workspace.

use strum::IntoStaticStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    Member,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];
    /// Those for which [`Self::is_admin`] is true.
    pub const ADMINS: [Self; 2] = [Self::Owner, Self::Admin];

    /// The number in the database and in V4: 1 owner, 2 admin, 3 member.
    pub fn id(self) -> i32 {
        match self {
            Self::Owner => 1,
            Self::Admin => 2,
            Self::Member => 3,
        }
    }

    pub fn name(self) -> &'static str {
        self.into()
    }

    pub fn with_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| i64::from(role.id()) == id)
    }

    /// Converts the stored id. A CHECK allows no other id; an unknown id would give the weakest role.
    pub fn stored(id: i32) -> Self {
        Self::with_id(i64::from(id)).unwrap_or(Self::Member)
    }

    /// True for admins and owners.
    pub fn is_admin(self) -> bool {
        self != Self::Member
    }
}
