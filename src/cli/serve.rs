//! `roster serve`: binds the port, opens the app and serves until a signal.
//! Binds first, so that a second start by mistake fails before it uses the database.

use std::{
    io::{self, Write},
    net::TcpListener,
    thread,
};

use actix_web::rt::System;
use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use super::welcome;
use crate::{app::App, clock::Clock, server, settings::Settings};

const ACCEPT_QUEUE_LENGTH: i32 = 1024;

pub fn run(settings: Settings) -> anyhow::Result<()> {
    raise_open_file_limit();
    let listener = bind(&settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    let welcome = welcome::render(&settings, listener.local_addr()?);
    let app = App::open(settings, Clock::default())?;
    System::new().block_on(serve(&app, listener, welcome))
}

/// Lets more than the standard library's 128 connections wait to be accepted, for bursts.
fn bind(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    rustix::net::listen(&listener, ACCEPT_QUEUE_LENGTH)?;
    Ok(listener)
}

async fn serve(app: &App, listener: TcpListener, welcome: String) -> anyhow::Result<()> {
    let service = server::serve(app, listener)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        log::info!("{name}: finishing the requests that have arrived, then stopping");
    };
    thread::Builder::new().spawn(move || print(&welcome))?;
    service.run(stop).await?;
    log::info!("stopped");
    Ok(())
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
