//! `roster serve`: from a free port to the last answered request.
//! The port comes first, so that a second start by mistake fails before it touches the database.

use std::{
    io::{self, Write},
    net::TcpListener,
    time::Duration,
};

use actix_web::rt::System;
use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use super::welcome;
use crate::{app::App, clock::Clock, server, settings::Settings};

const WAITING_CONNECTIONS: i32 = 1024;

/// How long letters on their way may take to get out.
const LAST_LETTERS: Duration = Duration::from_secs(10);

pub fn run(settings: Settings) -> anyhow::Result<()> {
    raise_open_files();
    let listener = bind(&settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    let welcome = welcome::text(&settings, listener.local_addr()?);
    let app = App::open(settings, Clock::default())?;
    System::new().block_on(serve(&app, listener, &welcome))
}

/// The standard library lets 128 connections wait to be accepted; a burst is larger than that.
fn bind(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    rustix::net::listen(&listener, WAITING_CONNECTIONS)?;
    Ok(listener)
}

async fn serve(app: &App, listener: TcpListener, welcome: &str) -> anyhow::Result<()> {
    let server = server::serve(app, listener)?;
    let handle = server.handle();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    actix_web::rt::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        log::info!("{name}: answering what has arrived, then stopping");
        handle.stop(true).await;
    });
    say(welcome);
    server.await?;
    app.mail.finish(LAST_LETTERS);
    log::info!("stopped");
    Ok(())
}

/// A closed standard output is no reason to stop serving.
fn say(text: &str) {
    if let Err(error) = io::stdout().write_all(text.as_bytes()) {
        log::debug!("nobody reads standard output: {error}");
    }
}

/// Every connection is an open file, and the usual soft limit of 1024 is soon reached.
fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        log::warn!("the limit of open files stays at {current:?}: {error}");
    }
}
