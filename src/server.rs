//! Starts and stops the HTTP server, with its middleware and routes, the jobs, and the watch of the keys.

mod chunks;
mod client_stream;
pub mod refusal;
mod turn;

use std::{
    future::{Future, ready},
    io,
    net::TcpListener,
    num::NonZero,
    pin::pin,
    thread,
    time::Duration,
};

use actix_http::HttpService;
use actix_server::ServerBuilder;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    dev::{AppConfig, Server, ServerHandle},
    middleware::from_fn,
    rt::net::TcpStream,
    web::Data,
};
use rustix::process::{Resource, getrlimit};
use socket2::SockRef;
use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{sleep, timeout},
};

use self::{
    client_stream::ClientStream,
    refusal::{Phase, Refusal},
};
use crate::{
    app::App,
    controllers::{
        api::failure, cors, open_requests, openapi::Document, pages::Page, paths, request_log,
        rest::openapi::Description,
    },
    db,
    jobs::{
        Job as _,
        letters::Letter,
        refreshing,
        runner::{self, Runner},
    },
    key_watch::{self, KeyWatch},
    models::job,
    routes,
    settings::Settings,
};

const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Before the port is closed, answers close their connections for this long, so that clients have no open ones left.
const MIN_DRAIN: Duration = Duration::from_millis(200);
/// For the first request of a connection that was accepted last.
const HANDOVER: Duration = Duration::from_millis(250);
/// For the requests and jobs that have begun. All times after the drain together are less than the ten seconds after
/// which `docker stop` kills.
const FINISH_TIMEOUT: Duration = Duration::from_secs(6);
/// For new tokens that a network is giving: they are nowhere else, and it may take seven seconds.
const FLIGHT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// For the requests that are refused after that: the server looks every second whether all are answered.
const REFUSAL_TIMEOUT: Duration = Duration::from_millis(1_200);
/// For what uses the database last.
const LAST_TIMEOUT: Duration = Duration::from_millis(300);
const MAX_CONNECTIONS_PER_WORKER: usize = 10_000;
/// The last file descriptors, which connections never take.
const RESERVED_FILES: u64 = 64;
/// File descriptors of the service itself, apart from connections to PostgreSQL and workers.
const FILES_OF_SERVICE: u64 = 32;
/// File descriptors of a worker itself.
const FILES_PER_WORKER: u64 = 8;
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// What the kernel buffers for a client before it has sent it. Without this limit it is up to 4 MB for each connection,
/// and a slow client seems to take nothing until a third of that is free.
const MAX_UNSENT_BYTES: u32 = 128 * 1024;

/// A started service. It answers requests and runs jobs while [`Service::run`] is awaited.
pub struct Service {
    app: App,
    http: Server,
    jobs: Runner,
    refreshing: Option<JoinHandle<()>>,
    keys: KeyWatch,
    /// A second handle of the port, for connections that the server does not accept any more.
    refusal: Refusal,
}

/// Starts the HTTP server on a bound listener, and the jobs. Must run in an actix system.
pub fn serve(app: &App, listener: TcpListener) -> io::Result<Service> {
    let shared = Data::new(app.clone());
    let document = Data::new(Document::new(&app.settings, {
        let networks = app.networks.clone();
        move || routes::openapi_actions(&networks)
    }));
    let description = Data::new(Description::new(&app.settings));
    let page = Data::new(Page::new(&app.settings));
    app.db.run_calls_on(Handle::current());
    app.flights.run_on(Handle::current());
    let answer_timeout = app.settings.answer_timeout;
    let app_factory = move || {
        actix_web::App::new()
            .app_data(shared.clone())
            .app_data(document.clone())
            .app_data(description.clone())
            .app_data(page.clone())
            .configure(|config| routes::draw(config, &shared.networks))
            .wrap(from_fn(paths::rewrite))
            .wrap(from_fn(failure::render_errors))
            .wrap(cors::middleware(&shared.settings))
            .wrap(from_fn(request_log::log))
            .wrap(from_fn(open_requests::count))
            .wrap(from_fn(chunks::split))
    };
    let refusal = Refusal::new(listener.try_clone()?, Phase::Stopping)?;
    let server = http_server(&app.settings);
    // Connections inherit the option from their listener.
    #[cfg(target_os = "linux")]
    SockRef::from(&listener).set_tcp_notsent_lowat(MAX_UNSENT_BYTES)?;
    let stopping = server.graceful_shutdown_signal();
    // As `actix_web::HttpServer` does it, which supports no connections but its own.
    let server = server.listen("http", listener, move || {
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            // It also limits how long the end of an answer may stay untaken.
            .keep_alive(KEEP_ALIVE.max(answer_timeout))
            .client_request_timeout(REQUEST_HEAD_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .on_connect_ext(|stream: &ClientStream, connection| stream.turns().share_in(connection));
        let app = app_factory().into_factory().map_err(|error: actix_web::Error| error.error_response());
        fn_service(move |stream: TcpStream| {
            let peer = stream.peer_addr().ok();
            ready(Ok((ClientStream::new(stream, answer_timeout), peer)))
        })
        .and_then(http.h1(map_config(app, |()| AppConfig::default())))
    })?;
    let (jobs, keys) = (runner::start(app.clone()), key_watch::start(app.clone()));
    let refreshing = refreshing::start(app.clone());
    Ok(Service { app: app.clone(), http: server.run(), jobs, refreshing, keys, refusal })
}

fn http_server(settings: &Settings) -> ServerBuilder {
    let workers = match settings.workers {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        workers => workers,
    };
    Server::build()
        .workers(workers)
        .max_concurrent_connections(max_connections_per_worker(workers, settings.database_connections))
        .worker_max_blocking_threads(db::max_connections(settings.database_connections) as usize + 8)
        .shutdown_timeout((FINISH_TIMEOUT + FLIGHT_TIMEOUT + REFUSAL_TIMEOUT).as_secs() + 1)
        .disable_signals()
}

/// Beyond this, connections wait to be accepted.
fn max_connections_per_worker(workers: usize, database_connections: u32) -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let workers = workers as u64;
    let kept = RESERVED_FILES
        + FILES_OF_SERVICE
        + u64::from(db::max_connections(database_connections))
        + FILES_PER_WORKER * workers;
    let share = limit.saturating_sub(kept) / workers.max(1);
    usize::try_from(share).unwrap_or(usize::MAX).clamp(1, MAX_CONNECTIONS_PER_WORKER)
}

impl Service {
    /// Stops the HTTP server, which also ends [`Service::run`].
    pub fn handle(&self) -> ServerHandle {
        self.http.handle()
    }

    /// Runs until `stop` is ready. Then it is not ready while the drain lasts, answers the requests that have arrived,
    /// finishes the jobs that run, and refuses what still waits for the database after six seconds.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { app, http, jobs, refreshing, keys, mut refusal } = self;
        let handle = http.handle();
        let mut http = pin!(http);
        tokio::select! {
            outcome = &mut http => {
                keys.finish().await;
                return outcome;
            }
            () = stop => {}
        }
        app.stopping.begin();
        jobs.stop();
        refreshing.inspect(JoinHandle::abort);
        tokio::select! {
            outcome = &mut http => {
                keys.finish().await;
                return outcome;
            }
            () = sleep(Duration::from_secs(app.settings.drain_seconds).max(MIN_DRAIN)) => {}
        }
        let requests = async {
            let outcome = tokio::select! {
                outcome = finish_requests(&app, http, handle) => outcome,
                () = refusal.run() => Ok(()),
            };
            refusal.end().await?;
            outcome
        };
        let flights = timeout(FINISH_TIMEOUT + FLIGHT_TIMEOUT, app.flights.finish());
        let (outcome, (), _) = tokio::join!(requests, jobs.finish(FINISH_TIMEOUT), flights);
        _ = timeout(LAST_TIMEOUT, keys.finish()).await;
        log_what_stays(&app).await;
        outcome
    }
}

/// Stops the server once it has begun with all connections that it has accepted.
async fn finish_requests(
    app: &App,
    http: impl Future<Output = io::Result<()>>,
    handle: ServerHandle,
) -> io::Result<()> {
    let stop = async {
        handle.pause().await;
        sleep(HANDOVER).await;
        handle.stop(true).await;
    };
    let mut finished = pin!(async { tokio::join!(http, stop).0 });
    if let Ok(outcome) = timeout(FINISH_TIMEOUT, &mut finished).await {
        return outcome;
    }
    _ = timeout(FLIGHT_TIMEOUT, app.flights.finish()).await;
    app.db.close();
    timeout(REFUSAL_TIMEOUT, finished).await.unwrap_or_else(|_| {
        log::warn!("{} requests take too long and are not answered", app.stopping.open_requests());
        Ok(())
    })
}

async fn log_what_stays(app: &App) {
    let letters = app.db.read(|conn| job::count(conn, Letter::KIND));
    if let Ok(Ok(letters @ 1..)) = timeout(LAST_TIMEOUT, letters).await {
        log::info!("letters that are stored and are sent after the next start: {letters}");
    }
}
