//! `roster keys rotate`: puts a new key to use and seals everything anew with it, while the service runs. Every step
//! can be interrupted and run again. Until the earlier keys are retired, a second run makes no further key.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::time::sleep;

use super::progress::Progress;
use crate::{
    app,
    cli::existing,
    clock::{Clock, Moment},
    crypto::{key_file, key_ring::KeyRing},
    db::{Conn, Db, Intent, Target, dialect, waiting},
    error::Result,
    models::{
        installation,
        key_holder::{self, KeyHolder},
        sealed_columns::{SealedTable, TABLES},
        sealing_key,
    },
    settings::Settings,
};

/// How long to wait for the running processes, each of which looks for new keys twice a second.
const PATIENCE: Duration = Duration::from_secs(90);
/// Waiting for so long is worth a sentence.
const NOTICEABLE: Duration = Duration::from_secs(3);
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// Rows that the service has locked are skipped, and sealed in a later pass.
const MAX_PASSES: u32 = 20;
/// After each batch, so that the service writes in between.
const PAUSE: Duration = Duration::from_millis(10);

struct Rotation {
    target: Target,
    db: Db,
    key_file: PathBuf,
    now: Moment,
}

/// The result of sealing everything anew.
struct Resealed {
    rows: u64,
    took: Duration,
    /// Why the first of the values that cannot be opened cannot be opened.
    failure: Option<String>,
}

pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let target = existing::current_database(settings)?;
    let key_file = settings.key_file();
    let _lock = key_file::lock(&key_file)?;
    let new_key = target.transaction(Intent::Read, |conn| prepare_new_key(conn, &key_file))?;
    let db = Db::open(&target, app::pooling(settings, &target)?, 1, 0).with_long_timeouts();
    let rotation = Rotation { target, db, key_file, now: Clock::default().now() };
    actix_web::rt::System::new().block_on(rotation.run(new_key))
}

/// The id of the key to put to use: a new one in the key file, which an operator or an interrupted run has put there,
/// or else a generated one; `None` while an earlier key is not retired.
fn prepare_new_key(conn: &mut Conn, path: &Path) -> anyhow::Result<Option<String>> {
    let ring = installation::verify(conn, path)?;
    let known = sealing_key::load_all(conn)?;
    let is_unknown = |id: &&str| known.iter().all(|key| key.id != *id);
    if let Some(id) = ring.ids().find(is_unknown) {
        return Ok(Some(id.to_owned()));
    }
    if known.iter().filter(|key| key.retired_at.is_none()).count() > 1 {
        return Ok(None);
    }
    let new = KeyRing::generate();
    key_file::put_first(path, &new).with_context(|| {
        format!(
            "Add a line made by `openssl rand -base64 32` to {} yourself, then run this again",
            path.display()
        )
    })?;
    writeln!(io::stdout(), "Put the new key {} into {}.", new.current_id(), path.display())?;
    Ok(Some(new.current_id().to_owned()))
}

impl Rotation {
    async fn run(&self, new_key: Option<String>) -> anyhow::Result<()> {
        if let Some(id) = &new_key {
            self.use_new_key(id).await?;
        }
        let current = self.current_key().await?;
        let lags = |holder: &KeyHolder| !holder.seals_only_with(&current);
        self.wait_for_processes(lags, &format!("seals with key {current} alone")).await?;
        let resealed = self.reseal_all(&current).await?;
        self.print(&current, resealed).await
    }

    /// Makes the key the current one as soon as every running process has it.
    async fn use_new_key(&self, id: &str) -> anyhow::Result<()> {
        let ring = key_file::load(&self.key_file)?.with_first(id);
        let now = self.now;
        loop {
            let lags = |holder: &KeyHolder| !holder.holds(id);
            let goal = format!("has key {id}; copy {} to its machine", self.key_file.display());
            self.wait_for_processes(lags, &goal).await?;
            let make_current =
                || self.target.transaction(Intent::Write, |conn| Ok(make_current(conn, &ring, now)?));
            if waiting::until_free(make_current)? {
                return Ok(());
            }
        }
    }

    async fn current_key(&self) -> anyhow::Result<String> {
        let known = self.db.read(|conn| Ok(sealing_key::load_all(conn)?)).await?;
        let current = sealing_key::current(&known).context("This database has no key")?;
        Ok(current.id.clone())
    }

    async fn wait_for_processes(&self, lags: impl Fn(&KeyHolder) -> bool, goal: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        let mut told = false;
        loop {
            let holders = self.db.read(|conn| Ok(key_holder::seen_within(conn, key_holder::LIVE)?)).await?;
            let Some(late) = holders.into_iter().find(&lags) else { return Ok(()) };
            if since.elapsed() > PATIENCE {
                bail!(
                    "Nothing is lost, but this cannot go on until {} {goal}; then run this again",
                    late.name
                );
            }
            if !told && since.elapsed() > NOTICEABLE {
                writeln!(io::stderr(), "Waiting until {} {goal}.", late.name)?;
                told = true;
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Seals everything that is not sealed with the current key. Retired keys in the file open here too.
    async fn reseal_all(&self, current: &str) -> anyhow::Result<Resealed> {
        let ring = key_file::load(&self.key_file)?.with_first(current);
        let since = Instant::now();
        let mut progress = Progress::new(self.count_left(current).await?);
        let mut failure = None;
        for _ in 0..MAX_PASSES {
            failure = None;
            for table in &TABLES {
                let refused = self.reseal_table(table, &ring, &mut progress).await?;
                failure = failure.or(refused);
            }
            if failure.is_some() || self.count_left(current).await? == 0 {
                break;
            }
            sleep(POLL_INTERVAL).await;
        }
        progress.finish();
        Ok(Resealed { rows: progress.done(), took: since.elapsed(), failure })
    }

    /// Returns why the first value that cannot be opened cannot be opened.
    async fn reseal_table(
        &self,
        table: &'static SealedTable,
        ring: &KeyRing,
        progress: &mut Progress,
    ) -> Result<Option<String>> {
        let (mut after, mut failure) = (None, None);
        loop {
            let (current, from) = (ring.current_id().to_owned(), after.clone());
            let rows = self.db.read(move |conn| table.next_rows(conn, &current, from.as_deref())).await?;
            let Some(last) = rows.last() else { return Ok(failure) };
            after = Some(last.key.clone());
            let mut exchanges = Vec::with_capacity(rows.len());
            for row in &rows {
                match table.reseal(ring, row) {
                    Ok(exchange) => exchanges.push(exchange),
                    Err(error) => {
                        failure.get_or_insert_with(|| {
                            format!("{} {}: {error}", table.columns.table, row.name())
                        });
                    }
                }
            }
            let stored = self.db.write_long(move |conn| Ok(table.store(conn, &exchanges)?)).await?;
            progress.add(stored as u64);
            sleep(PAUSE).await;
        }
    }

    async fn count_left(&self, current: &str) -> Result<u64> {
        let current = current.to_owned();
        let count = move |conn: &mut Conn| {
            let counts = TABLES.iter().map(|table| table.count_not_sealed_with(conn, &current));
            Ok(counts.sum::<Result<u64, _>>()?)
        };
        self.db.read(count).await
    }

    async fn print(&self, current: &str, resealed: Resealed) -> anyhow::Result<()> {
        let left = self.count_left(current).await?;
        let Resealed { rows, took, failure } = resealed;
        let mut out = io::stdout().lock();
        if rows == 0 {
            writeln!(out, "Nothing was sealed anew.")?;
        } else {
            writeln!(out, "Sealed {rows} rows anew with key {current} in {:.1} s.", took.as_secs_f64())?;
        }
        if left > 0 {
            let reason = failure.map(|reason| format!(" ({reason})")).unwrap_or_default();
            bail!("{left} rows are not sealed with key {current} yet{reason}; run this again");
        }
        let known = self.db.read(|conn| Ok(sealing_key::load_all(conn)?)).await?;
        let old: Vec<_> = known.iter().filter(|key| key.retired_at.is_none() && key.id != current).collect();
        writeln!(out, "Key {current} seals everything. Back up {} now.", self.key_file.display())?;
        for key in old {
            writeln!(
                out,
                "No row needs key {0} any more; `roster keys retire {0}` ends the tokens that it signed.",
                key.id
            )?;
        }
        Ok(())
    }
}

/// Returns false if a process without the key has started in the meantime.
fn make_current(conn: &mut Conn, ring: &KeyRing, now: Moment) -> Result<bool> {
    dialect::lock_installation(conn)?;
    if sealing_key::load_all(conn)?.iter().any(|key| key.id == ring.current_id()) {
        return Ok(true);
    }
    let holders = key_holder::seen_within(conn, key_holder::LIVE)?;
    if holders.iter().any(|holder| !holder.holds(ring.current_id())) {
        return Ok(false);
    }
    sealing_key::insert(conn, ring, now)?;
    Ok(true)
}
