//! The directory of a workspace: one sorted list of its people and its pending invites. It is sorted here, because the two
//! databases order text differently.

use std::cmp::Ordering;

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Result,
    models::{email::written, role::Role, session::Viewer, user::User},
    schema::{invites, memberships, users},
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

impl Viewer {
    /// The people of the viewer's workspace, then the pending invites.
    pub fn directory(&self, conn: &mut Conn) -> Result<Vec<Entry<Role>>> {
        let people: Vec<(User, i32)> = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .select((User::columns(), memberships::role))
            .load(conn)?;
        let invited: Vec<(i64, String)> = invites::table
            .filter(invites::workspace_id.eq(self.workspace_id))
            .filter(invites::expires_at.gt(self.now))
            .select((invites::id, invites::email))
            .load(conn)?;
        let people = people.into_iter().map(|(user, role)| Entry::person(user, Role::stored(role)));
        let invited =
            invited.into_iter().map(|(id, email): (_, String)| Entry::invited(id, &email, Role::Member));
        Ok(people.chain(invited).collect())
    }

    /// Whether this viewer may remove a person who has `role`, or change that role. Only owners may do so to owners.
    pub fn may_change(&self, role: Role) -> bool {
        match role {
            Role::Owner => self.role == Role::Owner,
            Role::Admin | Role::Member => self.is_admin(),
        }
    }
}

impl<R> Entry<R> {
    pub fn person(user: User, role: R) -> Self {
        Self {
            user_id: Some(user.id),
            invite_id: None,
            full_name: user.full_name(),
            email: written(&user.email),
            avatar_image: user.avatar_image,
            role,
        }
    }

    pub fn invited(invite_id: i64, email: &str, role: R) -> Self {
        Self {
            user_id: None,
            invite_id: Some(invite_id),
            email: written(email),
            full_name: String::new(),
            avatar_image: None,
            role,
        }
    }
}

impl Order {
    /// Breaks ties by name, then by address, which is unique. `rank` gives the strongest role the lowest number.
    pub fn sort<R: Copy>(self, entries: &mut [Entry<R>], rank: impl Fn(R) -> i32) {
        let name = |entry: &Entry<R>| entry.full_name.to_lowercase();
        entries.sort_by(|one, other| {
            let wanted = match self.by {
                SortBy::Name => name(one).cmp(&name(other)),
                SortBy::Email => one.email.cmp(&other.email),
                SortBy::Role => rank(one.role).cmp(&rank(other.role)),
            };
            self.direction
                .apply(wanted)
                .then_with(|| name(one).cmp(&name(other)))
                .then_with(|| one.email.cmp(&other.email))
        });
    }
}

impl Direction {
    /// Reverses the ordering for a descending list.
    pub fn apply(self, ordering: Ordering) -> Ordering {
        match self {
            Self::Ascending => ordering,
            Self::Descending => ordering.reverse(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(by: SortBy, direction: Direction) -> String {
        let entry = |email: &str, name: &str, role| Entry {
            full_name: name.to_owned(),
            ..Entry::invited(1, email, role)
        };
        let mut entries = [
            entry("c@x.test", "bea", Role::Member),
            entry("b@x.test", "Bea", Role::Owner),
            entry("a@x.test", "Éva", Role::Admin),
            entry("d@x.test", "éVA", Role::Member),
            entry("e@x.test", "", Role::Member),
        ];
        Order { by, direction }.sort(&mut entries, Role::id);
        entries.iter().map(|entry| &entry.email[..1]).collect()
    }

    #[test]
    fn ignores_case_and_breaks_ties_the_same_way_in_both_directions() {
        use Direction::{Ascending, Descending};
        assert_eq!(sorted(SortBy::Name, Ascending), "ebcad");
        assert_eq!(sorted(SortBy::Name, Descending), "adbce");
        assert_eq!(sorted(SortBy::Email, Descending), "edcba");
        assert_eq!(sorted(SortBy::Role, Ascending), "baecd");
        assert_eq!(sorted(SortBy::Role, Descending), "ecdab");
    }
}
