//! Refreshing: a due grant is leased, the network is asked outside any transaction, and what it gives is committed before
//! anybody sees it. A process has at most one such flight for a grant and a purpose, and all who need it wait for its
//! end without a connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, Shared},
    stream,
};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout},
};

use super::{
    GrantId,
    leasing::{self, Lease, Progress, Step},
    schedule::Purpose,
    storing::{Outcome, Recorded},
};
use crate::{
    clock::Clock,
    db::{Conn, Db, FirstLock, Lane},
    error::Result,
    models::vault::Vault,
    networks::consent::{Consents, verdict::Failure},
    stopping::Stopping,
};

/// How long a reader waits for new tokens.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(8);
/// How many grants one request refreshes at the same time.
const MAX_FLIGHTS: usize = 20;
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
const STORE_INTERVAL: Duration = Duration::from_millis(500);

type Flight = Shared<BoxFuture<'static, ()>>;
/// What a flight is for. One for another purpose may do nothing.
type Destination = (GrantId, Purpose);

/// The flights of this process. Clones share them.
#[derive(Clone, Default)]
pub struct Flights(Arc<Air>);

#[derive(Default)]
struct Air {
    flights: Mutex<HashMap<Destination, Flight>>,
    runtime: OnceLock<Handle>,
}

/// Refreshes grants.
#[derive(Clone)]
pub struct Refresher {
    pub db: Db,
    pub vault: Vault,
    pub clock: Clock,
    pub pages: Consents,
    pub stopping: Stopping,
    pub flights: Flights,
}

impl Flights {
    /// Flights are on this runtime, which must outlive those who wait for them.
    pub fn run_on(&self, runtime: Handle) {
        _ = self.0.runtime.set(runtime);
    }

    /// Waits until all flights have ended.
    pub async fn finish(&self) {
        loop {
            let flight = self.lock().values().next().cloned();
            let Some(flight) = flight else { return };
            flight.await;
        }
    }

    /// The flight for a grant and a purpose: the one that there is, or a new one.
    fn join(&self, destination: Destination, start: impl FnOnce() -> BoxFuture<'static, ()>) -> Flight {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(&destination) {
            return flight.clone();
        }
        let (this, work) = (self.clone(), start());
        let runtime = self.0.runtime.get().cloned().unwrap_or_else(Handle::current);
        let task = runtime.spawn(async move {
            let _landing = Landing { flights: this, destination };
            work.await;
        });
        let flight = task.map(|_| ()).boxed().shared();
        flights.insert(destination, flight.clone());
        flight
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Destination, Flight>> {
        self.0.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a flight, also when it panics.
struct Landing {
    flights: Flights,
    destination: Destination,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.destination);
    }
}

impl Refresher {
    /// Whether any network could be asked.
    pub fn is_configured(&self) -> bool {
        !self.pages.is_empty()
    }

    /// Refreshes those grants whose tokens end soon, and returns when that is done or has taken too long.
    pub async fn refresh_ending(&self, grants: Vec<GrantId>) {
        let flights = stream::iter(grants)
            .for_each_concurrent(MAX_FLIGHTS, |grant| self.refresh(grant, Purpose::Reading));
        _ = timeout(MAX_WAIT, flights).await;
    }

    /// Refreshes a grant if it is due.
    pub async fn refresh(&self, grant: GrantId, purpose: Purpose) {
        self.flights.join((grant, purpose), || self.clone().fly(grant, purpose).boxed()).await;
    }

    async fn fly(self, grant: GrantId, purpose: Purpose) {
        let until = Instant::now() + MAX_WAIT;
        loop {
            let step = match self.begin(grant, purpose).await {
                Ok(Step::Wait(progress)) if Instant::now() < until => self.wait(grant, progress, until).await,
                Ok(Step::Ask(lease)) => return self.ask(lease).await,
                Ok(Step::Nothing | Step::Wait(_)) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = step {
                log::warn!("a grant could not be refreshed: {}", error.causes());
                return;
            }
        }
    }

    async fn begin(&self, grant: GrantId, purpose: Purpose) -> Result<Step> {
        if self.stopping.has_begun() {
            return Ok(Step::Nothing);
        }
        let (vault, networks, now) = (self.vault.clone(), self.pages.networks(), self.clock.now());
        let begin = move |conn: &mut Conn| leasing::begin(conn, &vault, &networks, grant, purpose, now);
        self.db.in_lane(Lane::Workspace(grant.workspace_id)).write_among_reads(1, begin).await
    }

    /// Returns when another process has changed the grant, when its lease has ended, or at `until`.
    async fn wait(&self, grant: GrantId, known: Progress, until: Instant) -> Result<()> {
        let (_, leased_until) = known;
        let db = self.db.in_lane(Lane::Workspace(grant.workspace_id));
        while Instant::now() < until && leased_until.is_some_and(|end| end > self.clock.now()) {
            sleep(LOOK_INTERVAL).await;
            if db.read_at_once(move |conn| leasing::progress(conn, grant)).await? != Some(known) {
                break;
            }
        }
        Ok(())
    }

    async fn ask(&self, lease: Lease) {
        let Some(page) = self.pages.find(&lease.provider) else { return };
        let outcome = match page.refresh(&lease.refresh_token).await {
            Ok(pair) => Outcome::Renewed(pair),
            Err(failure) => {
                failure.log(page.network());
                self.outcome(failure)
            }
        };
        self.store(&lease, outcome).await;
    }

    fn outcome(&self, failure: Failure) -> Outcome {
        match failure {
            Failure::Dead(death) => Outcome::Dead(death),
            Failure::Ours(reason) => Outcome::Ours(reason),
            Failure::Wait { retry_after, .. } => {
                Outcome::Wait(retry_after.map(|wait| self.clock.now() + wait))
            }
            Failure::NotLasting => Outcome::Wait(None),
        }
    }

    /// Tries until the lease ends, because new tokens are nowhere else.
    async fn store(&self, lease: &Lease, outcome: Outcome) {
        loop {
            match self.record(lease, &outcome).await {
                Ok(_) => return,
                Err(error) if error.is_passing() && self.clock.now() < lease.until => {
                    sleep(STORE_INTERVAL).await;
                }
                Err(error) => {
                    log::error!("the outcome of a refresh could not be stored: {}", error.causes());
                    return;
                }
            }
        }
    }

    /// Records the outcome in the workspace where the grant is now.
    async fn record(&self, lease: &Lease, outcome: &Outcome) -> Result<Recorded> {
        let mut workspace_id = lease.grant.workspace_id;
        loop {
            let (lease, outcome) = (lease.clone(), outcome.clone());
            let (vault, now) = (self.vault.clone(), self.clock.now());
            let db = self.db.in_workspace(Some(FirstLock::Workspace(workspace_id)));
            let work = move |conn: &mut Conn| lease.record(conn, &vault, workspace_id, &outcome, now);
            match db.write(work).await? {
                Recorded::MovedTo(id) => workspace_id = id,
                recorded => return Ok(recorded),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;
    use crate::db::types::Uuid;

    #[tokio::test]
    async fn a_flight_is_joined_for_its_own_purpose_alone() {
        let (flights, grant) = (Flights::default(), GrantId { workspace_id: 1, id: Uuid::random() });
        let reading = flights.join((grant, Purpose::Reading), || pending().boxed());
        let joined = flights.join((grant, Purpose::Reading), || panic!("there is one"));
        assert!(reading.ptr_eq(&joined));
        flights.join((grant, Purpose::Rejected(1)), || ready(()).boxed()).await;
        assert!(reading.now_or_never().is_none());
    }
}
