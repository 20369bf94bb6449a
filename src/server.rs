//! Starts and stops the HTTP server, with its middleware and routes, the jobs, and the watch of the keys.

use std::{
    future::Future,
    io,
    net::TcpListener,
    pin::pin,
    time::{Duration, Instant},
};

use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web::Data,
};

use crate::{
    app::App,
    controllers::{api::failure, cors, openapi::Document, request_log, rest::openapi::Description},
    jobs::runner::{self, Runner},
    key_watch::{self, KeyWatch},
    routes,
};

const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS_PER_WORKER: usize = 10_000;

/// A started service. It answers requests and runs jobs while [`Service::run`] is awaited.
pub struct Service {
    http: Server,
    jobs: Runner,
    keys: KeyWatch,
}

/// Starts the HTTP server on a bound listener, and the jobs. Must run in an actix system.
pub fn serve(app: &App, listener: TcpListener) -> io::Result<Service> {
    let shared = Data::new(app.clone());
    let document = Data::new(Document::new(&app.settings, {
        let networks = app.networks.clone();
        move || routes::openapi_actions(&networks)
    }));
    let description = Data::new(Description::new(&app.settings));
    let mut server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(shared.clone())
            .app_data(document.clone())
            .app_data(description.clone())
            .configure(|config| routes::draw(config, &shared.networks))
            .wrap(from_fn(failure::render_errors))
            .wrap(cors::middleware(&shared.settings))
            .wrap(from_fn(request_log::log))
    })
    .client_request_timeout(REQUEST_HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .max_connections(MAX_CONNECTIONS_PER_WORKER)
    .worker_max_blocking_threads(usize::max(app.settings.database_connections as usize, 8))
    .shutdown_timeout(SHUTDOWN_TIMEOUT.as_secs())
    .disable_signals();
    if app.settings.workers > 0 {
        server = server.workers(app.settings.workers);
    }
    let http = server.listen(listener)?.run();
    Ok(Service { http, jobs: runner::start(app.clone()), keys: key_watch::start(app.clone()) })
}

impl Service {
    /// Stops the HTTP server, which also ends [`Service::run`].
    pub fn handle(&self) -> ServerHandle {
        self.http.handle()
    }

    /// Runs until `stop` is ready. Then answers the requests that have arrived, starts no more jobs, and waits for both
    /// at most ten seconds in all.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let handle = self.http.handle();
        let mut http = pin!(self.http);
        tokio::select! {
            outcome = &mut http => {
                self.keys.finish().await;
                return outcome;
            }
            () = stop => self.jobs.stop(),
        }
        let since = Instant::now();
        let (outcome, ()) = tokio::join!(http, handle.stop(true));
        self.jobs.finish(SHUTDOWN_TIMEOUT.saturating_sub(since.elapsed())).await;
        self.keys.finish().await;
        outcome
    }
}
