//! What a person may do in a workspace.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Owner,
    Admin,
    Member,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// 1 owner, 2 admin, 3 member: in the database and in V4.
    pub fn id(self) -> i32 {
        match self {
            Self::Owner => 1,
            Self::Admin => 2,
            Self::Member => 3,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    pub fn with_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| i64::from(role.id()) == id)
    }

    /// The database's CHECK admits nothing else; should it, the weakest is the safe reading.
    pub fn stored(id: i32) -> Self {
        Self::with_id(i64::from(id)).unwrap_or(Self::Member)
    }

    /// "Admin" means owner or admin.
    pub fn is_admin(self) -> bool {
        self != Self::Member
    }
}
