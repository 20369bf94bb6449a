//! The state that all requests share: settings, clock, database and keys. Uses no controller, route or job.

use std::{ops::Deref, path::Path, sync::Arc};

use anyhow::Context as _;
use secrecy::ExposeSecret;

use crate::{
    answer_budget::AnswerBudget,
    backup::restored::Restored,
    body_budget::BodyBudget,
    clock::{Clock, Moment},
    crypto::{
        key_file,
        password::{self, Passwords},
    },
    data_dir,
    db::{Conn, Db, Intent, Pooling, Target, events::Listener, waiting},
    error::Result,
    mail::Mail,
    memory_budget::FreeMemory,
    models::{
        grant::refreshing::{Flights, Refresher},
        installation,
        session::{self, Session, Viewer},
        throttle::WaitingAttempts,
        vault::{CurrentVault, Vault},
    },
    networks::{
        self, Network,
        consent::{self, Consents},
    },
    records::{deliveries::DeliveryWriter, requests::Records},
    settings::{Pooler, Settings},
    stopping::Stopping,
};

const MEGABYTE: usize = 1024 * 1024;

/// Clones share one state.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`], which dereferences to them.
pub struct Parts {
    pub settings: Settings,
    pub clock: Clock,
    pub db: Db,
    pub current_vault: Arc<CurrentVault>,
    pub passwords: Passwords,
    /// Sign-in attempts that wait for a hashing thread.
    pub sign_ins: WaitingAttempts,
    pub mail: Mail,
    pub bodies: BodyBudget,
    pub stopping: Stopping,
    pub answers: AnswerBudget,
    /// The networks that V4 serves.
    pub networks: Vec<&'static Network>,
    /// The networks' pages for consent that are set up.
    pub consents: Consents,
    /// The refreshes that are on their way.
    pub flights: Flights,
}

impl App {
    /// Creates the missing ones of folder, database and key file, migrates, and checks that the keys fit the database.
    /// Blocks the thread, also while another process holds a lock.
    pub fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        Self::open_with(settings, clock, networks::ALL.to_vec())
    }

    /// Like [`App::open`], with other networks than [`networks::ALL`]; for tests.
    pub fn open_with(
        settings: Settings,
        clock: Clock,
        networks: Vec<&'static Network>,
    ) -> anyhow::Result<Self> {
        let key_path = settings.key_file();
        key_file::expect_valid_or_missing(&key_path)?;
        let target = target(&settings)?;
        for exposure in target.exposures() {
            log::warn!("{exposure}");
        }
        let vault = waiting::until_free(|| prepare(&target, &key_path, clock.now()))?;
        let passwords = Passwords::new(
            settings.argon2_memory_kib,
            settings.argon2_passes,
            password::default_threads(),
            password::QUEUE_LENGTH,
        );
        let mail = Mail::new(&settings)?;
        let current_vault = Arc::new(CurrentVault::new(vault));
        let consents = consent::configured(&settings)?;
        let free_memory = Arc::new(FreeMemory::new(u64::from(settings.min_free_memory_mb) * MEGABYTE as u64));
        let answers = AnswerBudget::new(settings.answer_memory_mb as usize * MEGABYTE, &free_memory);
        let deliveries: Arc<dyn Listener> = Arc::new(DeliveryWriter::new(Arc::clone(&current_vault)));
        let db = Db::open(
            &target,
            pooling(&settings, &target)?,
            settings.database_connections,
            settings.min_free_disk_percent,
        )
        .heard_by(&deliveries);
        Ok(Self(Arc::new(Parts {
            settings,
            clock,
            db,
            current_vault,
            passwords,
            sign_ins: WaitingAttempts::default(),
            mail,
            bodies: BodyBudget::new(&free_memory),
            stopping: Stopping::default(),
            answers,
            networks,
            consents,
            flights: Flights::default(),
        })))
    }

    /// Reads for a session, and records from time to time that the session was used.
    pub async fn view<T, F>(&self, session: Session, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, &Viewer) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (viewer, answer) = self
            .db
            .in_workspace(session.first_lock())
            .read(move |conn| {
                let viewer = session.viewer(conn)?;
                let answer = work(conn, &viewer)?;
                Ok((viewer, answer))
            })
            .await?;
        self.record_use(viewer).await;
        Ok(answer)
    }

    /// The same for one statement that loads the session's person as well.
    pub async fn view_at_once<T, F>(&self, session: Session, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<(Viewer, T)> + Send + 'static,
        T: Send + 'static,
    {
        let (viewer, answer) = self.db.in_workspace(session.first_lock()).read_at_once(work).await?;
        self.record_use(viewer).await;
        Ok(answer)
    }

    async fn record_use(&self, viewer: Viewer) {
        if viewer.is_use_due() {
            session::record_use(&self.db, viewer.workspace_id, move |conn| viewer.record_use(conn)).await;
        }
    }

    /// The keys for one request. It must not outlive the request, because the keys may be replaced.
    pub fn vault(&self) -> Vault {
        self.current_vault.get()
    }

    pub fn refresher(&self) -> Refresher {
        Refresher {
            db: self.db.clone(),
            vault: self.vault(),
            clock: self.clock.clone(),
            pages: self.consents.clone(),
            stopping: self.stopping.clone(),
            flights: self.flights.clone(),
        }
    }

    pub fn records(&self) -> Records {
        Records::new(&self.db, &self.vault(), &self.answers, self.refresher())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

fn prepare(target: &Target, key_file: &Path, now: Moment) -> anyhow::Result<Vault> {
    let restored = Restored::find(target)?;
    restored.as_ref().map_or(Ok(()), Restored::expect_unchanged)?;
    target.expect_undamaged_if_small()?;
    target.transaction(Intent::Write, |conn| {
        let vault = installation::prepare(conn, key_file, now)?;
        restored.as_ref().map_or(Ok(()), Restored::accept)?;
        Ok(vault)
    })
}

/// The database of these settings. Creates the data folder and the SQLite file if they are missing.
pub fn target(settings: &Settings) -> anyhow::Result<Target> {
    let url = settings.database_url.as_ref().map(ExposeSecret::expose_secret);
    let target = Target::from_url(url, &settings.data_dir)?;
    if url.is_none() || settings.key_file.is_none() {
        data_dir::create(&settings.data_dir).with_context(|| {
            format!("The data folder {} cannot be made{}", settings.data_dir.display(), who_writes())
        })?;
    }
    if let Target::Sqlite(path) = &target {
        data_dir::create_private_file(path).with_context(|| {
            format!("The database {} cannot be opened for writing{}", path.display(), who_writes())
        })?;
    }
    Ok(target)
}

/// As the settings say, or as it turns out.
pub fn pooling(settings: &Settings, target: &Target) -> anyhow::Result<Pooling> {
    match (target, settings.database_pooler) {
        (Target::Sqlite(_), _) | (_, Some(Pooler::Session)) => Ok(Pooling::None),
        (_, Some(Pooler::Transaction)) => Ok(Pooling::Transaction),
        (_, None) => Pooling::find(target),
    }
}

/// What is wrong most often with a folder that is mounted into a container.
fn who_writes() -> String {
    format!(
        ". It and its folder must belong to the user with the number {}, who runs Roster",
        rustix::process::geteuid().as_raw()
    )
}
