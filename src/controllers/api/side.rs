//! The side of a workspace that an account is on: the workspace's, or the one of the person who asks.

use strum::AsRefStr;

use crate::{models::social_account::Owner, parameters::Choices};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr)]
#[strum(serialize_all = "lowercase")]
pub enum Side {
    Workspace,
    Personal,
}

impl Side {
    /// The owner of an account on this side; `user_id` is the person who asks.
    pub fn owner(self, user_id: i64) -> Owner {
        match self {
            Self::Workspace => Owner::Workspace,
            Self::Personal => Owner::Person(user_id),
        }
    }
}

impl Choices for Side {
    type Value = Self;
    const ALL: &'static [Self] = &[Self::Workspace, Self::Personal];
}
