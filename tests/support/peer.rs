//! X as far as a consent and a refresh need it, on a socket of this process: a page that asks nobody, codes with PKCE that
//! work once, refresh tokens that work once, and X's own error bodies. A spent refresh token ends its family, and a new
//! consent the family before it. Tests may put any other answer in its place.

mod endpoints;
mod state;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, rt::System, web};
use reqwest::{Url, redirect};
use roster::settings::Settings;
use serde_json::{Value, json};

use self::state::{Account, Family, State};
use super::process;

pub const CLIENT_ID: &str = "client";
pub const CLIENT_SECRET: &str = "canary-client-secret";
/// The id of the account that is signed in at first.
pub const FALCONS: &str = "2244994945";
const AUTHORIZE: &str = "/i/oauth2/authorize";
pub const TOKEN: &str = "/2/oauth2/token";
pub const REVOKE: &str = "/2/oauth2/revoke";
pub const ME: &str = "/2/users/me";

/// The stand-in. It stops when dropped.
pub struct Peer {
    pub url: String,
    world: World,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

type World = Arc<Mutex<State>>;

/// What the browser brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// With the query.
    pub path: String,
    pub query: BTreeMap<String, String>,
}

impl Peer {
    pub fn start() -> Self {
        let world = World::default();
        let (started, start) = mpsc::channel();
        let shared = Arc::clone(&world);
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let data = web::Data::from(shared);
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .route(AUTHORIZE, web::get().to(endpoints::authorize))
                        .route(TOKEN, web::post().to(endpoints::token))
                        .route(REVOKE, web::post().to(endpoints::revoke))
                        .route(ME, web::get().to(endpoints::me))
                });
                let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
                let address = server.addrs()[0];
                let server = server.run();
                started.send((address, server.handle())).expect("a test that waits");
                server.await.expect("a server that ends well");
            });
        });
        let (address, handle) = start.recv().expect("a server that starts");
        Self { url: format!("http://{address}"), world, handle, thread: Some(thread) }
    }

    /// Makes a service send people here in place of X.
    pub fn configure(&self, settings: &mut Settings) {
        settings.x_client_id = Some(CLIENT_ID.to_owned());
        settings.x_client_secret = Some(CLIENT_SECRET.into());
        settings.x_base_url = Some(self.url.clone());
        settings.public_url = Some("https://roster.example.test".to_owned());
        settings.return_urls = vec!["https://front.example.test/connected".to_owned()];
    }

    /// The same for a service in a process of its own.
    pub fn environment(&self) -> [(&'static str, &str); 3] {
        [
            ("ROSTER_X_CLIENT_ID", CLIENT_ID),
            ("ROSTER_X_CLIENT_SECRET", CLIENT_SECRET),
            ("ROSTER_X_BASE_URL", &self.url),
        ]
    }

    pub fn sign_in(&self, id: &str, username: &str) {
        self.state().account = Account { id: id.to_owned(), username: username.to_owned() };
    }

    pub fn deny(&self) {
        self.state().denies = true;
    }

    /// From now on without a refresh token.
    pub fn grant_nothing_that_lasts(&self) {
        self.state().lasting = false;
    }

    /// Codes that were given are too old from now on.
    pub fn end_codes(&self) {
        self.state().codes.clear();
    }

    /// From now on access tokens live this long.
    pub fn live_for(&self, lifetime: Duration) {
        self.state().lifetime = lifetime;
    }

    /// From now on each refresh takes a random time up to this.
    pub fn take_up_to(&self, slowness: Duration) {
        self.state().slowness = slowness;
    }

    /// How many refresh tokens were exchanged.
    pub fn refreshes(&self) -> usize {
        self.state().refreshes
    }

    /// How many families have ended, and how many there are.
    pub fn families(&self) -> (usize, usize) {
        let state = self.state();
        (state.families.iter().filter(|family| !family.is_alive).count(), state.families.len())
    }

    /// Lets an account grant access without the page; returns an access and a refresh token.
    pub fn grant(&self, id: &str) -> [String; 2] {
        let mut state = self.state();
        let account = Account { id: id.to_owned(), username: format!("team{id}") };
        let family = state.add_family(account);
        let answer = state.give(family);
        ["access_token", "refresh_token"].map(|name| answer[name].as_str().expect("a token").to_owned())
    }

    /// Ends everything that this account has granted, as when its owner takes the access away.
    pub fn end_families(&self, id: &str) {
        self.state().end_families(id);
    }

    /// Exchanges the refresh token of this account in place of the service, which never learns what it got.
    pub fn refresh_elsewhere(&self, id: &str) {
        let mut state = self.state();
        let family = state.families.iter().find(|family| family.is_alive && family.account.id == id);
        let token = family.and_then(|family| family.refresh_tokens.last()).expect("a refresh token").clone();
        state.refresh(&token).expect("new tokens");
    }

    /// Whether an access token is the current one of a family that is alive.
    pub fn is_current(&self, access_token: &str) -> bool {
        let is_last = |family: &Family| family.access_tokens.last().is_some_and(|last| last == access_token);
        self.state().families.iter().any(|family| family.is_alive && is_last(family))
    }

    /// The next answer at this path.
    pub fn answer(&self, path: &'static str, status: u16, body: &str) {
        self.answer_after(Duration::ZERO, path, status, body);
    }

    /// The next answer at this path, which comes late.
    pub fn answer_after(&self, delay: Duration, path: &'static str, status: u16, body: &str) {
        self.state().scripted.entry(path).or_default().push_back((delay, status, body.to_owned()));
    }

    /// The next answer at this path is right, but late.
    pub fn delay(&self, delay: Duration, path: &'static str) {
        self.answer_after(delay, path, 0, "");
    }

    /// How often a path was asked.
    pub fn count(&self, path: &str) -> usize {
        self.state().requests.iter().filter(|asked| *asked == path).count()
    }

    /// The verifiers of all redemptions, also of those that were refused.
    pub fn verifiers(&self) -> Vec<String> {
        self.state().verifiers.clone()
    }

    /// Goes to X's page as the browser does, and comes back.
    pub fn visit(&self, authorize_url: &Value) -> Callback {
        let browser = process::http_client().no_proxy().redirect(redirect::Policy::none());
        let url = authorize_url.as_str().expect("a URL");
        assert!(url.starts_with(&self.url), "{url} is elsewhere");
        let answer = browser.build().expect("a browser").get(url).send().expect("an answer");
        assert_eq!(answer.status(), 302, "{url}");
        let location = answer.headers()["location"].to_str().expect("a URL");
        let location: Url = location.parse().expect("a URL");
        Callback {
            path: format!("{}?{}", location.path(), location.query().unwrap_or_default()),
            query: location.query_pairs().map(|(name, value)| (name.into(), value.into())).collect(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.world.lock().expect("the peer's state")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl Callback {
    /// The body that finishes the consent.
    pub fn body(&self) -> Value {
        let part = |name: &str| self.query.get(name).cloned();
        match (part("code"), part("error")) {
            (Some(code), _) => json!({"consent": {"state": part("state"), "code": code}}),
            (None, error) => json!({"consent": {"state": part("state"), "error": error}}),
        }
    }
}
