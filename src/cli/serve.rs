//! `roster serve`: binds the port, opens the app and serves until a signal.
//! Binds first, so that a second start by mistake fails before it uses the database. While the database cannot be opened
//! yet, requests get 503.

mod claim;

use std::{
    io::{self, Write},
    mem,
    net::TcpListener,
    process, thread,
    time::Duration,
};

use actix_web::rt::{self, System};
use anyhow::{Context as _, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    time::timeout,
};

use super::{existing, welcome};
use crate::{
    app::App,
    clock::Clock,
    logging,
    server::{
        self,
        refusal::{Phase, Refusal},
    },
    settings::Settings,
};

const ACCEPT_QUEUE_LENGTH: i32 = 1024;
/// In a shorter start, requests wait until they are accepted.
const SHORT_START: Duration = Duration::from_secs(1);

pub fn run(settings: Settings) -> anyhow::Result<()> {
    raise_open_file_limit();
    let listener = bind(&settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    let welcome = welcome::render(&settings, listener.local_addr()?);
    let target = existing::named(&settings)?;
    let system = System::new();
    let outcome = system.block_on(async {
        let mut signals = Signals::new()?;
        let app = tokio::select! {
            app = open(settings, &listener) => app?,
            (name, _) = signals.next() => {
                log::info!("{name}: stopped before the database was open");
                return Ok(());
            }
        };
        let _claim = claim::claim(&target);
        serve(&app, listener, signals, welcome).await
    });
    // Dropping it would wait for threads that wait for a database, however long that takes.
    mem::forget(system);
    outcome
}

/// Opens the app on another thread. If that takes long, refuses the requests that arrive meanwhile.
async fn open(settings: Settings, listener: &TcpListener) -> anyhow::Result<App> {
    let (sender, mut opening) = oneshot::channel();
    thread::Builder::new().spawn(move || sender.send(App::open(settings, Clock::default())))?;
    if let Ok(app) = timeout(SHORT_START, &mut opening).await {
        return app?;
    }
    log::info!("the database is not open yet; until then, /health/live answers and everything else is 503");
    let mut refusal = Refusal::new(listener.try_clone()?, Phase::Starting)?;
    let app = tokio::select! {
        app = opening => app?,
        () = refusal.run() => bail!("the port is closed"),
    };
    refusal.hand_over();
    app
}

/// Lets more than the standard library's 128 connections wait to be accepted, for bursts.
fn bind(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    rustix::net::listen(&listener, ACCEPT_QUEUE_LENGTH)?;
    Ok(listener)
}

async fn serve(
    app: &App,
    listener: TcpListener,
    mut signals: Signals,
    welcome: String,
) -> anyhow::Result<()> {
    let service = server::serve(app, listener)?;
    let stop = async move {
        let (name, _) = signals.next().await;
        log::info!("{name}: finishing the requests that have arrived, then stopping");
        rt::spawn(end_at_next(signals));
    };
    thread::Builder::new().spawn(move || print(&welcome))?;
    service.run(stop).await?;
    app.db.empty_log_at_end().await;
    log::info!("stopped");
    Ok(())
}

/// The signals that stop the service.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The name and the number of the next signal.
    async fn next(&mut self) -> (&'static str, i32) {
        tokio::select! {
            _ = self.terminate.recv() => ("SIGTERM", SignalKind::terminate().as_raw_value()),
            _ = self.interrupt.recv() => ("SIGINT", SignalKind::interrupt().as_raw_value()),
        }
    }
}

/// Ends the process at once, with the exit code of a shell for a process that was killed by the signal.
async fn end_at_next(mut signals: Signals) {
    let (name, number) = signals.next().await;
    log::warn!("{name} again: ending at once; what was not answered may or may not have happened");
    logging::flush();
    process::exit(128 + number);
}

/// Unlike `print!`, does not panic if standard output is closed. Has a thread of its own, because it blocks while
/// nothing reads standard output.
fn print(text: &str) {
    if let Err(error) = io::stdout().write_all(text.as_bytes()) {
        log::debug!("standard output is closed: {error}");
    }
}

/// Every connection is an open file, and the usual soft limit is 1,024.
fn raise_open_file_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        log::warn!("the limit of open files stays at {current:?}: {error}");
    }
}
