//! Follows the keys of a running service. Twice a second it reads the key file, if that has changed, and the database's
//! list of keys; then it replaces the service's vault, and reports to other processes which keys this one has.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use actix_web::rt;
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::{
    app::App,
    crypto::{
        key_file::{self, Stamp},
        key_ring::KeyRing,
    },
    db::{Db, types::Uuid},
    error::Result,
    models::{
        key_holder::{self, Report},
        sealing_key::{self, SealingKey},
    },
};

const INTERVAL: Duration = Duration::from_millis(500);
/// A third of the time after which other processes think that this one has ended.
const REPORT_INTERVAL: Duration = Duration::from_secs(20);

/// A handle for the watch of this process.
pub struct KeyWatch {
    stop: watch::Sender<bool>,
    done: JoinHandle<()>,
}

struct Watch {
    app: App,
    /// Waits for its turn rather than to miss a report.
    db: Db,
    id: Uuid,
    name: String,
    /// The ring in the key file, as it was last loaded.
    file: Option<KeyRing>,
    stamp: Option<Stamp>,
    reported: Option<(Report, Instant)>,
    /// What was logged since the last round without a complaint, so that it is logged once.
    complaints: BTreeSet<String>,
    has_complained: bool,
}

/// Starts to watch on the thread of the calling runtime.
pub fn start(app: App) -> KeyWatch {
    let (stop, stop_requested) = watch::channel(false);
    KeyWatch { stop, done: rt::spawn(Watch::new(app).run(stop_requested)) }
}

impl KeyWatch {
    /// Stops, and tells the other processes that this one has ended.
    pub async fn finish(self) {
        self.stop.send_replace(true);
        let _ = self.done.await;
    }
}

impl Watch {
    fn new(app: App) -> Self {
        Self {
            db: app.db.with_long_timeouts(),
            app,
            id: Uuid::random(),
            name: process_name(),
            file: None,
            stamp: None,
            reported: None,
            complaints: BTreeSet::new(),
            has_complained: false,
        }
    }

    async fn run(mut self, mut stop_requested: watch::Receiver<bool>) {
        while !*stop_requested.borrow() {
            if let Err(error) = self.follow().await {
                self.complain(format!("the keys of the database cannot be read: {error}"));
            }
            if !std::mem::take(&mut self.has_complained) {
                self.complaints.clear();
            }
            tokio::select! {
                _ = stop_requested.changed() => {}
                () = sleep(INTERVAL) => {}
            }
        }
        let id = self.id;
        let removed = self.db.write(move |conn| Ok(key_holder::remove(conn, id)?)).await;
        if let Err(error) = removed {
            log::debug!("other processes are not told that this one has ended: {error}");
        }
    }

    async fn follow(&mut self) -> Result<()> {
        self.load_file_if_changed();
        let known = self.db.read(|conn| Ok(sealing_key::load_all(conn)?)).await?;
        self.replace_vault_if_changed(&known);
        let vaults = &self.app.current_vault;
        let report = Report { held: vaults.held_ids(), sealing: vaults.sealing_ids() };
        let is_current = |(last, at): &(Report, Instant)| *last == report && at.elapsed() < REPORT_INTERVAL;
        if !self.reported.as_ref().is_some_and(is_current) {
            self.report(report).await?;
        }
        Ok(())
    }

    fn load_file_if_changed(&mut self) {
        let path = self.app.settings.key_file();
        let stamp = key_file::stamp(&path);
        if stamp == self.stamp {
            return;
        }
        match key_file::load(&path) {
            Ok(ring) => {
                self.file = Some(ring);
                self.stamp = stamp;
            }
            Err(error) => self.complain(format!("{error}. The keys stay as they were")),
        }
    }

    /// A key that is still needed is never dropped, even if it is no longer in the file.
    fn replace_vault_if_changed(&mut self, known: &[SealingKey]) {
        let Some(file) = &self.file else { return };
        let mut needed = known.iter().filter(|key| key.retired_at.is_none());
        if let Some(missing) = needed.find(|key| !file.holds(&key.id)) {
            return self.complain(format!(
                "the key file lacks key {}, which seals secrets of this database: copy the file here",
                missing.id
            ));
        }
        let (Some(ring), vault) = (sealing_key::arrange(file, known), self.app.vault()) else { return };
        if !ring.ids().eq(vault.ring().ids()) {
            log::info!("the keys are now {}", ring.ids().collect::<Vec<_>>().join(", "));
            let vault = vault.with_ring(ring);
            self.app.current_vault.replace(vault, || self.db.begin_generation());
        }
    }

    async fn report(&mut self, report: Report) -> Result<()> {
        let (id, name, sent) = (self.id, self.name.clone(), report.clone());
        self.db.write(move |conn| Ok(key_holder::record(conn, id, &name, &sent)?)).await?;
        self.reported = Some((report, Instant::now()));
        Ok(())
    }

    fn complain(&mut self, complaint: String) {
        self.has_complained = true;
        if !self.complaints.contains(&complaint) {
            log::warn!("{complaint}");
            self.complaints.insert(complaint);
        }
    }
}

/// Such as `process 4711 on web-1`.
fn process_name() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = if machine.trim().is_empty() { "an unnamed machine" } else { machine.trim() };
    format!("process {} on {machine}", std::process::id())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{Permissions, set_permissions},
        os::unix::fs::PermissionsExt as _,
    };

    use super::*;
    use crate::{clock::Clock, settings::Settings};

    /// Permissions are no part of the stamp.
    #[test]
    fn a_file_that_could_not_be_loaded_is_loaded_again() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: folder.path().to_owned(), ..Settings::default() };
        let path = settings.key_file();
        let mut watch = Watch::new(App::open(settings, Clock::default()).unwrap());
        set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        watch.load_file_if_changed();
        assert!(watch.file.is_none() && watch.has_complained);
        set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        watch.load_file_if_changed();
        assert!(watch.file.is_some());
    }
}
