//! A Roster inside the test process, with a real socket and a database of its own. It stops when dropped.
//! `clock.advance` moves its clock; a restart changes its settings.

use std::{
    future,
    net::TcpListener,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use actix_web::dev::ServerHandle;
use roster::{
    app::App,
    clock::Clock,
    crypto::{identity::IdentityKey, key_file},
    models::vault::Vault,
    networks::{self, Network},
    settings::Settings,
};

use super::{
    database::{Database, Kind},
    peer::Peer,
    process::{Address, HasAddress},
};

pub struct TestApp {
    pub base_url: String,
    pub clock: Clock,
    pub settings: Settings,
    pub networks: Vec<&'static Network>,
    /// A stand-in for X, if a test has started one.
    pub peer: Option<Peer>,
    address: Address,
    /// Declared before the database, so that it stops first.
    running: Option<Running>,
    pub database: Database,
}

/// A service on its own thread.
pub struct Running {
    address: Address,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Settings for tests: cheap password hashing, one worker, throttles that are not reached by accident.
pub fn settings() -> Settings {
    Settings {
        database_connections: 3,
        min_free_disk_percent: 0,
        min_free_memory_mb: 0,
        workers: 1,
        sign_in_per_account: 10_000,
        sign_in_per_account_in_all: 10_000,
        sign_in_per_address: 10_000,
        registrations_per_address: 10_000,
        argon2_memory_kib: 64,
        argon2_passes: 1,
        log: "off".to_owned(),
        ..Settings::default()
    }
}

impl TestApp {
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, |_| ())
    }

    pub fn start_with(kind: Kind, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_and_share(kind, change).0
    }

    /// Also returns the service's own state, such as its connections.
    pub fn start_and_share(kind: Kind, change: impl FnOnce(&mut Settings)) -> (Self, App) {
        let database = Database::new(kind);
        let mut settings = database.settings();
        change(&mut settings);
        let mut app = Self {
            base_url: String::new(),
            clock: Clock::default(),
            settings,
            networks: networks::ALL.to_vec(),
            peer: None,
            database,
            address: Address::default(),
            running: None,
        };
        let state = app.run();
        (app, state)
    }

    /// The keys of the service.
    pub fn vault(&self) -> Vault {
        let ring = key_file::load(&self.settings.key_file()).expect("keys");
        Vault::new(ring, IdentityKey::generate())
    }

    /// Restarts on the same database with changed settings; the port changes.
    pub fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        self.stop();
        change(&mut self.settings);
        self.run();
    }

    /// Starts a second service with the same database, settings and clock; it stops when dropped.
    pub fn beside(&self) -> Running {
        Running::start(&self.settings, &self.clock, &self.networks).1
    }

    fn run(&mut self) -> App {
        let (base_url, running, state) = Running::start(&self.settings, &self.clock, &self.networks);
        self.base_url = base_url;
        self.address.set(&self.base_url);
        self.running = Some(running);
        state
    }

    fn stop(&mut self) {
        drop(self.running.take());
    }
}

impl Running {
    /// Returns the URL, the service and its state.
    fn start(settings: &Settings, clock: &Clock, networks: &[&'static Network]) -> (String, Self, App) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let app =
            App::open_with(settings.clone(), clock.clone(), networks.to_vec()).expect("an app that opens");
        let state = app.clone();
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let service = roster::server::serve(&app, listener).expect("an app that serves");
                started.send(service.handle()).expect("a test that waits");
                service.run(future::pending()).await.expect("a server that ends well");
            });
        });
        let handle = start.recv().expect("a server that starts");
        let address = Address::default();
        address.set(&base_url);
        (base_url, Self { address, handle, thread: Some(thread) }, state)
    }
}

impl HasAddress for TestApp {
    fn address(&self) -> Address {
        self.address.clone()
    }
}

impl HasAddress for Running {
    fn address(&self) -> Address {
        self.address.clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(ended.is_none_or(|ended| ended.is_ok()), "a server ended badly");
        }
    }
}
