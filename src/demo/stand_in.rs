//! A stand-in for X, for `roster demo --with-x`: a page that says what it is, and the requests that a consent needs. It
//! listens on this machine only, and forgets everything when the process ends.

mod page;
mod world;

use std::{
    net::{Ipv4Addr, TcpListener},
    thread,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION},
    rt::System,
    web::{self, Data},
};
use anyhow::{Context as _, ensure};
use serde_json::json;
use url::form_urlencoded::parse;

use self::world::World;
use crate::{crypto::opaque::OpaqueToken, networks::TWITTER, settings::Settings};

/// No other page may embed this one, because that page could make people click on it. It loads nothing.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Starts the stand-in on a thread of its own, and makes the service of these settings use it in place of X.
pub fn start(settings: &mut Settings) -> anyhow::Result<()> {
    ensure!(
        settings.x_client_id.is_none() && settings.x_base_url.is_none(),
        "x_client_id or x_base_url is set, and --with-x stands in for X; remove one of them"
    );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("the stand-in for X has no port")?;
    let url = format!("http://{}", listener.local_addr()?);
    let secret = OpaqueToken::generate();
    settings.x_client_id = Some(world::CLIENT_ID.to_owned());
    settings.x_client_secret = Some(secret.expose().into());
    settings.x_base_url = Some(url);
    let world = Data::new(World::new(settings.callback_url(TWITTER.name), &secret));
    thread::Builder::new().name("stand-in for X".to_owned()).spawn(move || {
        if let Err(error) = System::new().block_on(serve(listener, world)) {
            log::error!("the stand-in for X has ended: {error}");
        }
    })?;
    Ok(())
}

async fn serve(listener: TcpListener, world: Data<World>) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(world.clone())
            .service(
                web::resource("/i/oauth2/authorize").route(web::get().to(ask)).route(web::post().to(decide)),
            )
            .route("/2/oauth2/token", web::post().to(exchange))
            .route("/2/oauth2/revoke", web::post().to(revoke))
            .route("/2/users/me", web::get().to(identify))
    });
    server.workers(1).disable_signals().listen(listener)?.run().await
}

/// The page on which a person chooses an account and grants access to it.
async fn ask(request: HttpRequest, world: Data<World>) -> HttpResponse {
    match world.asked(request.query_string()) {
        Some(asked) => html(HttpResponse::Ok(), page::render(&asked)),
        None => html(HttpResponse::BadRequest(), page::REFUSAL.to_owned()),
    }
}

/// The form posts to the address of the page, whose query says what was asked.
async fn decide(request: HttpRequest, world: Data<World>, form: String) -> HttpResponse {
    let Some(asked) = world.asked(request.query_string()) else {
        return html(HttpResponse::BadRequest(), page::REFUSAL.to_owned());
    };
    let chosen = value(&form, "account").filter(|_| value(&form, "decision").as_deref() == Some("grant"));
    let back = world.decide(&asked, chosen.as_deref());
    HttpResponse::SeeOther().insert_header((LOCATION, back)).finish()
}

async fn exchange(request: HttpRequest, world: Data<World>, form: String) -> HttpResponse {
    if !world.is_app(header(&request)) {
        return refuse(401, "unauthorized_client", "Missing valid authorization header");
    }
    let value = |name| value(&form, name).unwrap_or_default();
    let (pair, refused) = match value("grant_type").as_str() {
        "refresh_token" => (world.refresh(&value("refresh_token")), "token"),
        _ => (world.redeem(&value("code"), &value("code_verifier")), "authorization code"),
    };
    match pair {
        Some(pair) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair),
        None => refuse(400, "invalid_request", &format!("Value passed for the {refused} was invalid.")),
    }
}

async fn revoke(request: HttpRequest, world: Data<World>, form: String) -> HttpResponse {
    if !world.is_app(header(&request)) {
        return refuse(401, "unauthorized_client", "Missing valid authorization header");
    }
    world.revoke(&value(&form, "token").unwrap_or_default());
    HttpResponse::Ok().json(json!({"revoked": true}))
}

async fn identify(request: HttpRequest, world: Data<World>) -> HttpResponse {
    let token = header(&request).strip_prefix("Bearer ");
    match token.and_then(|token| world.holder(token)) {
        Some(account) => HttpResponse::Ok().json(json!({ "data": account })),
        None => HttpResponse::Unauthorized().json(
            json!({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}),
        ),
    }
}

fn header(request: &HttpRequest) -> &str {
    request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A value of a form or of a query.
fn value(form: &str, name: &str) -> Option<String> {
    parse(form.as_bytes()).find(|(sent, _)| sent == name).map(|(_, value)| value.into_owned())
}

fn refuse(status: u16, error: &str, description: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).json(json!({"error": error, "error_description": description}))
}

fn html(mut answer: actix_web::HttpResponseBuilder, page: String) -> HttpResponse {
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .content_type("text/html; charset=utf-8")
        .body(page)
}
