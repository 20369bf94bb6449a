//! Finishing a consent: what the browser brought back is exchanged for tokens, these are stored, and then the network is
//! asked whose they are. Each transaction is short and holds no connection while the network is asked. Of several
//! requests at once one goes on, and the others wait for its outcome.

use std::{sync::Arc, time::Duration};

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, sleep};

use super::{
    Change, Consent, IDENTIFICATION_LEASE, OUTCOME_LIFETIME, REDEMPTION_LEASE, Refusal, Status,
    outcome::StoredPair,
};
use crate::{
    clock::Clock,
    crypto::opaque::OpaqueToken,
    db::{Conn, Db, FirstLock, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        grant::{self, identification},
        session::Session,
        vault::Vault,
    },
    networks::consent::{self as page, Attempt, Consents, Pair, verdict::Failure},
    schema::consents,
};

/// The parameter at which refusals are reported.
pub(super) const PARAMETER: &str = "consent";
/// How long a request waits for the outcome of another: longer than both requests to a network together.
const MAX_WAIT: Duration = Duration::from_secs(16);
/// The most attempts to store the tokens that the network gave, while the database fails.
const STORE_ATTEMPTS: u32 = 20;
const STORE_INTERVAL: Duration = Duration::from_millis(500);

/// What the browser brought back from the network.
#[derive(Debug, Clone)]
pub enum Returned {
    Code(SecretString),
    Error,
}

/// A request to finish a consent.
#[derive(Clone)]
pub struct Redemption {
    pub db: Db,
    pub vault: Vault,
    pub clock: Clock,
    pub pages: Consents,
    pub session: Session,
    pub id: Uuid,
    pub state: SecretString,
    pub returned: Returned,
}

/// What to do next.
enum Step {
    Redeem(Page, Consent, Attempt, SecretString),
    Identify(Page, Consent, Pair),
    /// Another request is at it.
    Wait(Consent),
    Finished,
    /// What has been recorded must be committed, so this is no error of the transaction.
    Refused(Error),
}

pub type Page = Arc<dyn page::Consent>;

impl Redemption {
    /// Returns when the accounts are known, or why they never will be.
    pub async fn run(self) -> Result<()> {
        let until = Instant::now() + MAX_WAIT;
        loop {
            let outcome = match self.next_step().await? {
                Step::Redeem(page, consent, attempt, code) => {
                    let pair = self.redeem(&page, &consent, &attempt, &code).await?;
                    self.identify(&page, &consent, &pair).await
                }
                Step::Identify(page, consent, pair) => self.identify(&page, &consent, &pair).await,
                Step::Finished => return Ok(()),
                Step::Refused(error) => return Err(error),
                Step::Wait(_) if Instant::now() >= until => {
                    return Err(Error::unavailable("a consent is being finished by another request"));
                }
                Step::Wait(consent) => {
                    consent.wait(&self.db_for(&consent), &self.clock, until).await?;
                    continue;
                }
            };
            match outcome {
                // Another request has gone on with it meanwhile.
                Err(Error::NotFound) => {}
                outcome => return outcome,
            }
        }
    }

    async fn next_step(&self) -> Result<Step> {
        let this = self.clone();
        self.db.in_workspace(self.session.first_lock()).write(move |conn| this.begin_step(conn)).await
    }

    /// Only the session that began it may go on, and only with its state.
    fn begin_step(&self, conn: &mut Conn) -> Result<Step> {
        let member = self.session.member(conn)?;
        let consent = Consent::find(conn, &member, self.id)?
            .filter(|consent| consent.session == self.session.uuid)
            .filter(|consent| OpaqueToken::from(self.state.expose_secret()).matches(&consent.state_digest))
            .ok_or(Error::NotFound)?;
        let page = self.pages.find(&consent.provider);
        let page = page.ok_or_else(|| Refusal::NotConfigured.to_error(PARAMETER, "the network", None))?;
        let now = self.clock.now();
        let refused = |refusal| Ok(Step::Refused(to_error(refusal, &page, None)));
        match consent.status()? {
            Status::Pending if consent.expires_at <= now => refused(Refusal::Expired),
            Status::Pending => match &self.returned {
                Returned::Error => {
                    let status = Some(Status::Denied.name());
                    consent.advance(conn, Change { status, verifier: Some(None), ..Change::default() })?;
                    refused(Refusal::Denied)
                }
                Returned::Code(code) => {
                    let attempt = consent.attempt(conn, &self.vault)?;
                    let change = Change {
                        status: Some(Status::Redeeming.name()),
                        leased_until: Some(Some(now + REDEMPTION_LEASE)),
                        expires_at: Some(now + OUTCOME_LIFETIME),
                        ..Change::default()
                    };
                    consent.advance(conn, change)?;
                    Ok(Step::Redeem(page, consent, attempt, code.clone()))
                }
            },
            Status::Redeeming | Status::Identifying if consent.is_leased(now) => Ok(Step::Wait(consent)),
            Status::Redeeming => {
                consent.fail(conn, Refusal::CodeRefused)?;
                refused(Refusal::CodeRefused)
            }
            Status::Identifying | Status::Granted if consent.expires_at <= now => refused(Refusal::Expired),
            Status::Identifying => {
                let pair = consent.outcome::<StoredPair>(conn, &self.vault)?.into_pair(now);
                let leased_until = Some(Some(now + IDENTIFICATION_LEASE));
                consent.advance(conn, Change { leased_until, ..Change::default() })?;
                Ok(Step::Identify(page, consent, pair))
            }
            Status::Granted | Status::Used => Ok(Step::Finished),
            Status::Denied => refused(Refusal::Denied),
            Status::Failed => {
                consent.failure(conn, &self.vault, PARAMETER, page.network().brand).map(Step::Refused)
            }
        }
    }

    /// Exchanges the code for tokens, and stores them before anything else is done with them.
    async fn redeem(
        &self,
        page: &Page,
        consent: &Consent,
        attempt: &Attempt,
        code: &SecretString,
    ) -> Result<Pair> {
        let pair = match page.redeem(attempt, code).await {
            Ok(pair) => pair,
            Err(failure) => return Err(self.fail(page, consent, Status::Redeeming, &failure).await),
        };
        let mut attempts = 1;
        loop {
            match self.store(consent, &pair).await {
                Err(error) if attempts < STORE_ATTEMPTS && error.is_passing() => {
                    attempts += 1;
                    sleep(STORE_INTERVAL).await;
                }
                outcome => return outcome?.then_some(pair).ok_or(Error::NotFound),
            }
        }
    }

    /// `false` if the consent is gone, for example with its person; then the pair ends.
    async fn store(&self, consent: &Consent, pair: &Pair) -> Result<bool> {
        let now = self.clock.now();
        let outcome = consent.seal_outcome(&self.vault, &StoredPair::new(pair, now))?;
        let (consent, pair, vault) = (consent.clone(), pair.clone(), self.vault.clone());
        self.db_for(&consent)
            .write(move |conn| {
                let Consent { workspace_id, provider, .. } = &consent;
                let Some(consent) = consent.find_again(conn)? else {
                    grant::revoke(conn, &vault, *workspace_id, provider, None, &pair, now)?;
                    return Ok(false);
                };
                if !consent.awaits_pair()? {
                    return Err(Error::NotFound);
                }
                let change = Change {
                    status: Some(Status::Identifying.name()),
                    verifier: Some(None),
                    outcome: Some(Some(outcome.clone())),
                    leased_until: Some(Some(now + IDENTIFICATION_LEASE)),
                    expires_at: Some(now + OUTCOME_LIFETIME),
                    ..Change::default()
                };
                consent.advance(conn, change).map(|()| true)
            })
            .await
    }

    /// Records a failure of the network and returns the error for the client. A network that only does not say whose the
    /// tokens are may be asked again; a code is spent.
    pub(super) async fn fail(
        &self,
        page: &Page,
        consent: &Consent,
        status: Status,
        failure: &Failure,
    ) -> Error {
        failure.log(page.network());
        let refusal = Refusal::from(failure);
        let may_ask_again = status == Status::Identifying && refusal == Refusal::Unavailable;
        let (consent, db) = (consent.clone(), self.db_for(consent));
        let (cause, now) = (failure.clone(), self.clock.now());
        let recorded = db.write(move |conn| {
            let consent = consent.reload(conn, status)?;
            if may_ask_again {
                if let Failure::Ours(reason) = &cause {
                    identification::refuse(conn, &consent.provider, reason, now)?;
                }
                return consent.advance(conn, Change { leased_until: Some(None), ..Change::default() });
            }
            consent.fail(conn, if refusal == Refusal::Unavailable { Refusal::CodeRefused } else { refusal })
        });
        match recorded.await {
            Ok(()) => to_error(refusal, page, failure.retry_after()),
            Err(error) => error,
        }
    }

    pub(super) fn db_for(&self, consent: &Consent) -> Db {
        self.db.in_workspace(Some(FirstLock::Workspace(consent.workspace_id)))
    }
}

impl Consent {
    /// The row again, under the lock of its workspace; 404 if it is gone, or another request has gone on with it.
    pub(super) fn reload(&self, conn: &mut Conn, expected: Status) -> Result<Self> {
        let consent = self.find_again(conn)?.ok_or(Error::NotFound)?;
        if consent.status()? == expected { Ok(consent) } else { Err(Error::NotFound) }
    }

    /// The row again, under the lock of its workspace; `None` if it is gone.
    fn find_again(&self, conn: &mut Conn) -> Result<Option<Self>> {
        dialect::lock_workspace(conn, self.workspace_id)?;
        let row = consents::table.find((self.workspace_id, self.id)).select(Self::columns());
        Ok(row.first(conn).optional()?)
    }

    /// Whether the row is to keep the pair of its code, also if that took so long that the code was given up.
    fn awaits_pair(&self) -> Result<bool> {
        Ok(match self.status()? {
            Status::Redeeming => true,
            Status::Failed => self.reason.as_deref() == Some(Refusal::CodeRefused.code()),
            _ => false,
        })
    }

    fn attempt(&self, conn: &mut Conn, vault: &Vault) -> Result<Attempt> {
        let sealed: Option<String> =
            consents::table.find((self.workspace_id, self.id)).select(consents::verifier).first(conn)?;
        let verifier = self.open(vault, "verifier", sealed)?;
        Ok(Attempt { redirect_url: self.redirect_url.clone(), verifier })
    }

    fn fail(&self, conn: &mut Conn, refusal: Refusal) -> Result<()> {
        let change = Change {
            status: Some(Status::Failed.name()),
            reason: Some(refusal.code()),
            verifier: Some(None),
            outcome: Some(None),
            leased_until: Some(None),
            ..Change::default()
        };
        self.advance(conn, change)
    }
}

fn to_error(refusal: Refusal, page: &Page, retry_after: Option<Duration>) -> Error {
    refusal.to_error(PARAMETER, page.network().brand, retry_after)
}
