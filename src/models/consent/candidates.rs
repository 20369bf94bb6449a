//! The accounts that a finished consent offers, and what the person may know about who has them already.

use super::{Consent, Status, outcome::StoredProfiles, reconnecting, refusal::Refusal};
use crate::{
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{
        session::Viewer,
        social_account::{Owner, holders::Holders},
        vault::Vault,
    },
    networks::consent::Profile,
};

/// What became of a consent.
#[derive(Debug)]
pub struct Finished {
    pub id: Uuid,
    pub status: Status,
    /// The stored name of the network.
    pub provider: String,
    /// Empty when one of them is connected.
    pub candidates: Vec<Candidate>,
}

/// An account that may be connected.
#[derive(Debug)]
pub struct Candidate {
    /// Names it among the candidates of this consent.
    pub key: String,
    pub profile: Profile,
    /// Who has it already. What colleagues have for themselves is not shown.
    pub connected: Option<Held>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Yours,
    Workspace,
}

impl Viewer {
    /// A consent of this person that has its outcome, in whichever session it began. 404 before that.
    pub fn finished_consent(&self, conn: &mut Conn, vault: &Vault, id: Uuid) -> Result<Finished> {
        let consent = Consent::find(conn, self, id)?.ok_or(Error::NotFound)?;
        let status = consent.status()?;
        let candidates = match status {
            Status::Granted if consent.expires_at <= self.now => {
                return Err(Refusal::Expired.to_error("consent", "", None));
            }
            Status::Granted => self.candidates(conn, vault, &consent)?,
            Status::Used => Vec::new(),
            _ => return Err(Error::NotFound),
        };
        Ok(Finished { id, status, provider: consent.provider, candidates })
    }

    fn candidates(&self, conn: &mut Conn, vault: &Vault, consent: &Consent) -> Result<Vec<Candidate>> {
        let StoredProfiles { profiles } = consent.outcome(conn, vault)?;
        let numbered = profiles.into_iter().zip(1_usize..);
        numbered
            .map(|(profile, number)| {
                let connected = self.holder(conn, vault, &consent.provider, &profile)?;
                Ok(Candidate { key: number.to_string(), profile, connected })
            })
            .collect()
    }

    fn holder(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        provider: &str,
        profile: &Profile,
    ) -> Result<Option<Held>> {
        let wanted = reconnecting::identity(vault, provider, profile);
        let holders =
            Holders::find_named(conn, vault, self.workspace_id, provider, &wanted, &profile.external_id)?;
        let has = |owner| holders.held_by(owner).next().is_some();
        Ok(match (has(Owner::Person(self.user_id)), has(Owner::Workspace)) {
            (true, _) => Some(Held::Yours),
            (false, true) => Some(Held::Workspace),
            (false, false) => None,
        })
    }
}
