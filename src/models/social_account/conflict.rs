//! Whether an owner may have an account that others already have, and the sentences that report a conflict.

use std::fmt;

use super::{Owner, identity::Identity};
use crate::{
    error::{Error, Problem},
    models::email::written,
};

/// An account of this workspace that may be the wanted one, with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub account_id: i64,
    pub owner: Owner,
    /// The owner's address; `None` for the workspace.
    pub email: Option<String>,
    pub identity: Identity,
    /// Whether its pasted token begins with the wanted external id. Only looked for if a network has named the wanted account.
    pub has_wanted_token: bool,
}

/// Why an account is the wanted one, the strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    ExternalId,
    Token,
    Handle,
}

impl Holder {
    /// `email` is the owner's address as it is stored.
    pub fn new(account_id: i64, owner: Owner, email: Option<&str>, identity: Identity) -> Self {
        Self { account_id, owner, email: email.map(written), identity, has_wanted_token: false }
    }

    /// `None` if it is another account.
    pub fn matching(&self, wanted: &Identity) -> Option<Match> {
        let is_same = wanted.is_same_account_as(&self.identity);
        match (is_same, self.has_wanted_token) {
            (true, _) if wanted.digest.is_some() && wanted.digest == self.identity.digest => {
                Some(Match::ExternalId)
            }
            (_, true) => Some(Match::Token),
            (true, false) => Some(Match::Handle),
            (false, false) => None,
        }
    }
}

/// Why the wanted owner cannot have the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Wanted for the workspace: the actor owns it personally.
    HeldByYou { account_id: i64 },
    /// Wanted for the workspace: other people own it personally. Their addresses, oldest connection first.
    HeldByMembers { emails: Vec<String> },
    /// Wanted for a person: the workspace owns it.
    HeldByWorkspace { account_id: i64 },
}

/// The conflict rule, a pure function: a personal and a workspace account conflict, two personal accounts do not.
/// `actor` is a user id, or `None` for a program.
pub fn between(actor: Option<i64>, owner: Owner, wanted: &Identity, holders: &[Holder]) -> Option<Conflict> {
    let mut same = holders.iter().filter(|holder| holder.matching(wanted).is_some());
    match owner {
        Owner::Person(_) => same
            .find(|holder| holder.owner == Owner::Workspace)
            .map(|holder| Conflict::HeldByWorkspace { account_id: holder.account_id }),
        Owner::Workspace => {
            let personal: Vec<_> = same.filter(|holder| holder.owner != Owner::Workspace).collect();
            if let Some(own) =
                personal.iter().find(|holder| actor.is_some_and(|actor| holder.owner == Owner::Person(actor)))
            {
                return Some(Conflict::HeldByYou { account_id: own.account_id });
            }
            let mut emails: Vec<String> = Vec::new();
            for email in personal.into_iter().filter_map(|holder| holder.email.as_ref()) {
                if !emails.contains(email) {
                    emails.push(email.clone());
                }
            }
            (!emails.is_empty()).then_some(Conflict::HeldByMembers { emails })
        }
    }
}

/// A conflict with only the details that the actor may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    HeldByYou {
        account_id: i64,
    },
    HeldByMembers {
        emails: Vec<String>,
    },
    /// A member learns which admin to ask, and the id if the account is shared with them.
    HeldByWorkspace {
        ask: Option<String>,
        account_id: Option<i64>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeldByYou { .. } => f.write_str(
                "To connect this social media account to your Workspace, you must first remove it from your \
                 Personal accounts",
            ),
            Self::HeldByMembers { emails } => write!(
                f,
                "This social account is already connected to {} Gipper account(s). If you'd like to use this as a \
                 workspace account, please ask them to remove in their Profile first",
                emails.join(", ")
            ),
            Self::HeldByWorkspace { ask: None, .. } => f.write_str(
                "To connect this social media account to your Personal, you must first remove it from your \
                 Workspace accounts",
            ),
            Self::HeldByWorkspace { ask: Some(ask), .. } => write!(
                f,
                "This social account is already connected to your Workspace! Please ask {ask} for access"
            ),
        }
    }
}

impl Refusal {
    /// What an admin learns, who sees every account of the workspace; other members learn as much if people have it.
    pub fn to_an_admin(conflict: Conflict) -> Self {
        match conflict {
            Conflict::HeldByYou { account_id } => Self::HeldByYou { account_id },
            Conflict::HeldByMembers { emails } => Self::HeldByMembers { emails },
            Conflict::HeldByWorkspace { account_id } => {
                Self::HeldByWorkspace { ask: None, account_id: Some(account_id) }
            }
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::HeldByYou { .. } => "held_by_you",
            Self::HeldByMembers { .. } => "held_by_members",
            Self::HeldByWorkspace { .. } => "held_by_workspace",
        }
    }

    fn account_id(&self) -> Option<i64> {
        match self {
            Self::HeldByYou { account_id } => Some(*account_id),
            Self::HeldByWorkspace { account_id, .. } => *account_id,
            Self::HeldByMembers { .. } => None,
        }
    }

    /// The error for the client, at the parameter `field` that named the account.
    pub fn to_error(&self, field: &str) -> Error {
        let mut problem = Problem::new(field, self.code(), self.to_string());
        problem.account_id = self.account_id();
        Error::Invalid(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: i64 = 1;

    fn held(account_id: i64, owner: Owner) -> Holder {
        let email = match owner {
            Owner::Workspace => None,
            Owner::Person(id) => Some(format!("{id}@example.com")),
        };
        let identity = Identity { digest: Some("x".into()), handle: "falcons".into() };
        Holder { account_id, owner, email, identity, has_wanted_token: false }
    }

    fn wanted() -> Identity {
        Identity { digest: Some("x".into()), handle: "falcons".into() }
    }

    #[test]
    fn follows_the_table_of_the_contract() {
        use Owner::{Person, Workspace};
        let members = |ids: &[i64]| Conflict::HeldByMembers {
            emails: ids.iter().map(|id| format!("{id}@example.com")).collect(),
        };
        let cases = [
            (Workspace, vec![], None),
            (Workspace, vec![held(7, Workspace)], None),
            (Workspace, vec![held(7, Person(ME))], Some(Conflict::HeldByYou { account_id: 7 })),
            (
                Workspace,
                vec![held(6, Person(2)), held(7, Person(ME))],
                Some(Conflict::HeldByYou { account_id: 7 }),
            ),
            (Workspace, vec![held(7, Person(3)), held(8, Person(2))], Some(members(&[3, 2]))),
            (Person(ME), vec![held(7, Person(ME))], None),
            (Person(ME), vec![held(7, Person(2))], None),
            (Person(ME), vec![held(7, Workspace)], Some(Conflict::HeldByWorkspace { account_id: 7 })),
        ];
        for (owner, holders, expected) in cases {
            assert_eq!(between(Some(ME), owner, &wanted(), &holders), expected, "{owner:?} {holders:?}");
        }
    }

    #[test]
    fn a_different_external_id_is_a_different_account_even_with_the_same_handle() {
        let mut other = held(7, Owner::Workspace);
        other.identity.digest = Some("y".into());
        assert_eq!(between(Some(ME), Owner::Person(ME), &wanted(), std::slice::from_ref(&other)), None);
        other.identity.digest = None;
        assert_eq!(
            between(Some(ME), Owner::Person(ME), &wanted(), &[other]),
            Some(Conflict::HeldByWorkspace { account_id: 7 })
        );
    }

    #[test]
    fn a_token_of_the_wanted_account_counts_after_its_external_id_and_before_its_handle() {
        let cases = [
            (Some("x"), "falcons", false, Some(Match::ExternalId)),
            (Some("x"), "hawks", true, Some(Match::ExternalId)),
            (None, "hawks", true, Some(Match::Token)),
            (None, "falcons", true, Some(Match::Token)),
            (None, "falcons", false, Some(Match::Handle)),
            (None, "hawks", false, None),
            (Some("y"), "falcons", false, None),
        ];
        for (digest, handle, has_wanted_token, expected) in cases {
            let identity = Identity { digest: digest.map(str::to_owned), handle: handle.to_owned() };
            let holder = Holder { identity, has_wanted_token, ..held(7, Owner::Workspace) };
            assert_eq!(holder.matching(&wanted()), expected, "{holder:?}");
            let conflict = between(Some(ME), Owner::Person(ME), &wanted(), &[holder]);
            assert_eq!(conflict.is_some(), expected.is_some());
        }
        assert!(Match::ExternalId < Match::Token && Match::Token < Match::Handle);
    }
}
