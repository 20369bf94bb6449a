//! Who may hold an account: one pure rule over those who hold it and the one who wants it.

use std::fmt;

use super::identity::Identity;
use crate::error::{Error, Problem};

/// Whose an account is, or is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    Workspace,
    /// A person, by user id.
    Person(i64),
}

/// An account of this workspace that may be the one wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    pub account_id: i64,
    pub holder: Claimant,
    /// The holder's address, where a person holds it.
    pub email: Option<String>,
    pub identity: Identity,
}

/// Why a claimant cannot have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// For the workspace: the caller holds it personally.
    HeldByYou { account_id: i64 },
    /// For the workspace: others hold it personally; their addresses, oldest connection first.
    HeldByMembers { emails: Vec<String> },
    /// For a person: the workspace holds it.
    HeldByWorkspace { account_id: i64 },
}

/// Looks for a holder on the other side. `caller` is who asks, whoever it is for; a program is nobody.
pub fn between(
    caller: Option<i64>,
    claimant: Claimant,
    wanted: &Identity,
    holdings: &[Holding],
) -> Option<Conflict> {
    let mut same = holdings.iter().filter(|holding| wanted.is_same_account_as(&holding.identity));
    match claimant {
        Claimant::Person(_) => same
            .find(|holding| holding.holder == Claimant::Workspace)
            .map(|holding| Conflict::HeldByWorkspace { account_id: holding.account_id }),
        Claimant::Workspace => {
            let personal: Vec<_> = same.filter(|holding| holding.holder != Claimant::Workspace).collect();
            if let Some(own) = personal
                .iter()
                .find(|holding| caller.is_some_and(|caller| holding.holder == Claimant::Person(caller)))
            {
                return Some(Conflict::HeldByYou { account_id: own.account_id });
            }
            let mut emails: Vec<String> = Vec::new();
            for email in personal.into_iter().filter_map(|holding| holding.email.as_ref()) {
                if !emails.contains(email) {
                    emails.push(email.clone());
                }
            }
            (!emails.is_empty()).then_some(Conflict::HeldByMembers { emails })
        }
    }
}

/// A conflict as its caller may learn of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    InYourAccount { account_id: i64 },
    WithMembers { emails: Vec<String> },
    InWorkspaceForAdmin { account_id: i64 },
    InWorkspaceForMember { ask: String, account_id: Option<i64> },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InYourAccount { .. } => f.write_str(
                "To connect this social media account to your Workspace, you must first remove it from your \
                 Personal accounts",
            ),
            Self::WithMembers { emails } => write!(
                f,
                "This social account is already connected to {} Gipper account(s). If you'd like to use this as a \
                 workspace account, please ask them to remove in their Profile first",
                emails.join(", ")
            ),
            Self::InWorkspaceForAdmin { .. } => f.write_str(
                "To connect this social media account to your Personal, you must first remove it from your \
                 Workspace accounts",
            ),
            Self::InWorkspaceForMember { ask, .. } => write!(
                f,
                "This social account is already connected to your Workspace! Please ask {ask} for access"
            ),
        }
    }
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::InYourAccount { .. } => "held_by_you",
            Self::WithMembers { .. } => "held_by_members",
            Self::InWorkspaceForAdmin { .. } | Self::InWorkspaceForMember { .. } => "held_by_workspace",
        }
    }

    fn account_id(&self) -> Option<i64> {
        match self {
            Self::InYourAccount { account_id } | Self::InWorkspaceForAdmin { account_id } => {
                Some(*account_id)
            }
            Self::InWorkspaceForMember { account_id, .. } => *account_id,
            Self::WithMembers { .. } => None,
        }
    }

    /// As an answer, placed at the field that named the account.
    pub fn at(&self, field: &str) -> Error {
        let mut problem = Problem::new(field, self.code(), self.to_string());
        problem.account_id = self.account_id();
        Error::Invalid(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: i64 = 1;

    fn held(account_id: i64, holder: Claimant) -> Holding {
        let email = match holder {
            Claimant::Workspace => None,
            Claimant::Person(id) => Some(format!("{id}@example.com")),
        };
        let identity = Identity { digest: Some("x".into()), handle: "falcons".into() };
        Holding { account_id, holder, email, identity }
    }

    fn wanted() -> Identity {
        Identity { digest: Some("x".into()), handle: "falcons".into() }
    }

    #[test]
    fn the_table_of_the_contract() {
        use Claimant::{Person, Workspace};
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
        for (claimant, holdings, expected) in cases {
            assert_eq!(
                between(Some(ME), claimant, &wanted(), &holdings),
                expected,
                "{claimant:?} {holdings:?}"
            );
        }
    }

    #[test]
    fn another_external_id_is_another_account_whatever_its_handle() {
        let mut other = held(7, Claimant::Workspace);
        other.identity.digest = Some("y".into());
        assert_eq!(between(Some(ME), Claimant::Person(ME), &wanted(), std::slice::from_ref(&other)), None);
        other.identity.digest = None;
        assert_eq!(
            between(Some(ME), Claimant::Person(ME), &wanted(), &[other]),
            Some(Conflict::HeldByWorkspace { account_id: 7 })
        );
    }
}
