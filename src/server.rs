//! The HTTP server: middleware, routes, and the work in the background that starts and stops with it.

use std::{net::TcpListener, time::Duration};

use actix_web::{HttpServer, dev::Server, middleware::from_fn, rt, web::Data};

use crate::{
    app::App,
    controllers::{api::failure, cors, openapi::Document, request_log, rest::openapi::Description},
    housekeeping, routes,
};

const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const SHUTDOWN_TIMEOUT_SECONDS: u64 = 10;
const MAX_CONNECTIONS_PER_WORKER: usize = 10_000;

/// Serves on a listener until the server's handle stops it; requests that have arrived are answered first.
pub fn serve(app: &App, listener: TcpListener) -> std::io::Result<Server> {
    let shared = Data::new(app.clone());
    let document = Data::new(Document::new(&app.settings, routes::described));
    let description = Data::new(Description::new(&app.settings));
    let mut server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(shared.clone())
            .app_data(document.clone())
            .app_data(description.clone())
            .configure(routes::draw)
            .wrap(from_fn(failure::render_errors))
            .wrap(cors::for_origins(&shared.settings))
            .wrap(from_fn(request_log::log))
    })
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .max_connections(MAX_CONNECTIONS_PER_WORKER)
    .worker_max_blocking_threads(usize::max(app.settings.database_connections as usize, 8))
    .shutdown_timeout(SHUTDOWN_TIMEOUT_SECONDS)
    .disable_signals();
    if app.settings.workers > 0 {
        server = server.workers(app.settings.workers);
    }
    start_jobs(app);
    Ok(server.listen(listener)?.run())
}

fn start_jobs(app: &App) {
    rt::spawn(housekeeping::keep(app.clone()));
}
