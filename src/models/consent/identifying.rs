//! The second half of finishing a consent: the network is asked whose the tokens are, and they are kept in the grant of that
//! identity, also if the consent is for another account.

use super::{
    Change, Consent, OUTCOME_LIFETIME, Status,
    outcome::StoredProfiles,
    reconnecting::Mismatch,
    redeeming::{PARAMETER, Page, Redemption},
};
use crate::{
    clock::Moment,
    db::{Conn, types::Uuid},
    error::Result,
    models::{
        event,
        grant::{self, identification},
        vault::Vault,
    },
    networks::consent::{Identified, Pair, Profile},
};

impl Redemption {
    pub(super) async fn identify(&self, page: &Page, consent: &Consent, pair: &Pair) -> Result<()> {
        let identified = match page.identify(&pair.access_token).await {
            Ok(identified) => identified,
            Err(failure) => return Err(self.fail(page, consent, Status::Identifying, &failure).await),
        };
        let (db, consent, pair) = (self.db_for(consent), consent.clone(), pair.clone());
        let (vault, user_id, now) = (self.vault.clone(), self.session.user_id, self.clock.now());
        let keep = move |conn: &mut Conn| {
            let consent = consent.reload(conn, Status::Identifying)?;
            event::act_as_person(user_id, None, now);
            consent.keep(conn, &vault, &pair, &identified, now)
        };
        match db.write(keep).await? {
            None => Ok(()),
            Some(mismatch) => Err(mismatch.to_error(PARAMETER, page.network().brand)),
        }
    }
}

impl Consent {
    /// Keeps the tokens, and ends the consent if it is for another account.
    fn keep(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        pair: &Pair,
        Identified { holder_id, profiles }: &Identified,
        now: Moment,
    ) -> Result<Option<Mismatch>> {
        let grant_id = grant::keep(conn, vault, self.workspace_id, &self.provider, holder_id, pair, now)?;
        identification::allow(conn, &self.provider)?;
        let mismatch = self.mismatch(conn, vault, profiles)?;
        self.settle(conn, vault, profiles, mismatch.as_ref(), grant_id, now)?;
        Ok(mismatch)
    }

    fn settle(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        profiles: &[Profile],
        mismatch: Option<&Mismatch>,
        grant_id: Uuid,
        now: Moment,
    ) -> Result<()> {
        let (status, outcome) = match mismatch {
            None => {
                let profiles = StoredProfiles { profiles: profiles.to_vec() };
                (Status::Granted, Some(self.seal_outcome(vault, &profiles)?))
            }
            Some(Mismatch::Gone) => (Status::Failed, None),
            Some(Mismatch::Different(different)) => {
                (Status::Failed, Some(self.seal_outcome(vault, different)?))
            }
        };
        let change = Change {
            status: Some(status.name()),
            reason: mismatch.map(Mismatch::code),
            outcome: Some(outcome),
            grant_id: Some(grant_id),
            leased_until: Some(None),
            expires_at: Some(now + OUTCOME_LIFETIME),
            ..Change::default()
        };
        self.advance(conn, change)
    }
}
