//! A whole Roster inside the test process, behind a real socket, over a database of its own.
//! It stops when dropped; its clock is moved by `clock.advance`, its settings are changed by a restart.

use std::{
    future,
    net::TcpListener,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use actix_web::dev::ServerHandle;
use roster::{app::App, clock::Clock, settings::Settings};

use super::{
    database::{Database, Kind},
    process::{Address, HasAddress},
};

pub struct TestApp {
    pub base_url: String,
    pub clock: Clock,
    pub settings: Settings,
    pub database: Database,
    address: Address,
    running: Option<Running>,
}

struct Running {
    handle: ServerHandle,
    thread: JoinHandle<()>,
}

/// Settings that suit tests: cheap passwords, one worker, and throttles nobody reaches by accident.
pub fn settings() -> Settings {
    Settings {
        database_connections: 3,
        workers: 1,
        sign_in_per_account: 10_000,
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
        let database = Database::new(kind);
        let mut settings = database.settings();
        change(&mut settings);
        let mut app = Self {
            base_url: String::new(),
            clock: Clock::default(),
            settings,
            database,
            address: Address::default(),
            running: None,
        };
        app.run();
        app
    }

    /// Stops the server and starts another over the same database, under changed settings, on another port.
    pub fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        self.stop();
        change(&mut self.settings);
        self.run();
    }

    fn run(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        self.base_url = format!("http://{}", listener.local_addr().expect("an address"));
        self.address.set(&self.base_url);
        let app = App::open(self.settings.clone(), self.clock.clone()).expect("an app that opens");
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let service = roster::server::serve(&app, listener).expect("an app that serves");
                started.send(service.handle()).expect("a test that waits");
                service.run(future::pending()).await.expect("a server that ends well");
            });
        });
        self.running = Some(Running { handle: start.recv().expect("a server that starts"), thread });
    }

    fn stop(&mut self) {
        if let Some(Running { handle, thread }) = self.running.take() {
            drop(handle.stop(false));
            thread.join().expect("a server that ended well");
        }
    }
}

impl HasAddress for TestApp {
    fn address(&self) -> Address {
        self.address.clone()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(Running { handle, thread }) = self.running.take() {
            drop(handle.stop(false));
            let _ = thread.join();
        }
    }
}
