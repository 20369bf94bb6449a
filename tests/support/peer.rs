//! X as far as a consent and a refresh need it, on a socket of this process: a page that asks nobody, codes with PKCE that
//! work once, refresh tokens that work once, and X's own error bodies. A spent refresh token ends its family, and a new
//! consent the family before it. Tests may put any other answer in its place.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{StatusCode, header},
    rt::{System, time::sleep},
    web,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{Url, redirect};
use roster::settings::Settings;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::process;

pub const CLIENT_ID: &str = "client";
pub const CLIENT_SECRET: &str = "canary-client-secret";
/// The id of the account that is signed in at first.
pub const FALCONS: &str = "2244994945";
const AUTHORIZE: &str = "/i/oauth2/authorize";
pub const TOKEN: &str = "/2/oauth2/token";
pub const REVOKE: &str = "/2/oauth2/revoke";
pub const ME: &str = "/2/users/me";
const SCOPES: &str = "tweet.read users.read tweet.write media.write";

/// The stand-in. It stops when dropped.
pub struct Peer {
    pub url: String,
    world: World,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// An account at the stand-in.
#[derive(Clone, Debug)]
struct Account {
    id: String,
    username: String,
}

/// What the browser brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// With the query.
    pub path: String,
    pub query: BTreeMap<String, String>,
}

type World = Arc<Mutex<State>>;

struct State {
    /// Who is signed in at X in the browser.
    account: Account,
    denies: bool,
    lasting: bool,
    /// Answers in place of the next ones at a path: how late they come, status and body.
    scripted: BTreeMap<&'static str, VecDeque<(Duration, u16, String)>>,
    codes: BTreeMap<String, Code>,
    families: Vec<Family>,
    /// How long access tokens live.
    lifetime: Duration,
    /// Answers of refreshes come at a random time within this, half of it before the tokens are exchanged.
    slowness: Duration,
    refreshes: usize,
    requests: Vec<String>,
    verifiers: Vec<String>,
    number: u32,
}

/// The tokens that come from one consent.
struct Family {
    account: Account,
    is_alive: bool,
    access_tokens: Vec<String>,
    /// Only the last one is not spent.
    refresh_tokens: Vec<String>,
}

struct Code {
    account: Account,
    challenge: String,
    redirect_uri: String,
}

impl Peer {
    pub fn start() -> Self {
        let world: World = Arc::new(Mutex::new(State {
            account: Account { id: FALCONS.to_owned(), username: "Falcons".to_owned() },
            denies: false,
            lasting: true,
            scripted: BTreeMap::new(),
            codes: BTreeMap::new(),
            families: Vec::new(),
            lifetime: Duration::from_hours(2),
            slowness: Duration::ZERO,
            refreshes: 0,
            requests: Vec::new(),
            verifiers: Vec::new(),
            number: 0,
        }));
        let (started, start) = mpsc::channel();
        let shared = Arc::clone(&world);
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let data = web::Data::from(shared);
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .route(AUTHORIZE, web::get().to(authorize))
                        .route(TOKEN, web::post().to(token))
                        .route(REVOKE, web::post().to(revoke))
                        .route(ME, web::get().to(me))
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

async fn authorize(request: HttpRequest, world: web::Data<Mutex<State>>) -> HttpResponse {
    let query = pairs(request.query_string());
    let mut state = world.lock().expect("the peer's state");
    let part = |name: &str| query.get(name).cloned().unwrap_or_default();
    if part("client_id") != CLIENT_ID || part("code_challenge_method") != "S256" || part("state").is_empty() {
        return HttpResponse::BadRequest().body("X's own error page");
    }
    let mut back: Url = part("redirect_uri").parse().expect("a redirect address");
    back.query_pairs_mut().append_pair("state", &part("state"));
    if state.denies {
        back.query_pairs_mut().append_pair("error", "access_denied");
    } else {
        let code = state.secret("code");
        let (account, challenge) = (state.account.clone(), part("code_challenge"));
        state.codes.insert(code.clone(), Code { account, challenge, redirect_uri: part("redirect_uri") });
        back.query_pairs_mut().append_pair("code", &code);
    }
    HttpResponse::Found().insert_header((header::LOCATION, back.to_string())).finish()
}

async fn token(request: HttpRequest, body: String, world: web::Data<Mutex<State>>) -> HttpResponse {
    let form = pairs(&body);
    let part = |name: &str| form.get(name).cloned().unwrap_or_default();
    world.lock().expect("the peer's state").verifiers.push(part("code_verifier"));
    if let Some(answer) = scripted(TOKEN, &world).await {
        return answer;
    }
    if !is_app(&request) {
        return refuse(StatusCode::UNAUTHORIZED, "unauthorized_client", "Missing valid authorization header");
    }
    if part("grant_type") == "refresh_token" {
        return refresh(&part("refresh_token"), &world).await;
    }
    let mut state = world.lock().expect("the peer's state");
    let Some(code) =
        state.codes.remove(&part("code")).filter(|code| code.redirect_uri == part("redirect_uri"))
    else {
        let sentence = "Value passed for the authorization code was invalid.";
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence);
    };
    if URL_SAFE_NO_PAD.encode(Sha256::digest(part("code_verifier"))) != code.challenge {
        let sentence = "Value passed for the code verifier did not match the code challenge.";
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence);
    }
    state.end_families(&code.account.id);
    let lasting = state.lasting;
    let family =
        Family { account: code.account, is_alive: true, access_tokens: vec![], refresh_tokens: vec![] };
    state.families.push(family);
    let last = state.families.len() - 1;
    let mut answer = state.give(last);
    if !lasting {
        answer["scope"] = json!(SCOPES);
        answer["refresh_token"] = Value::Null;
    }
    HttpResponse::Ok().json(answer)
}

async fn refresh(token: &str, world: &web::Data<Mutex<State>>) -> HttpResponse {
    let slowness = world.lock().expect("the peer's state").slowness;
    let pause = || sleep(slowness.mul_f64(rand::random::<f64>() / 2.0));
    pause().await;
    let answer = world.lock().expect("the peer's state").refresh(token);
    pause().await;
    answer.map_or_else(refuse_token, |answer| HttpResponse::Ok().json(answer))
}

fn refuse_token() -> HttpResponse {
    let sentence = "Value passed for the token was invalid.";
    refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence)
}

async fn revoke(request: HttpRequest, body: String, world: web::Data<Mutex<State>>) -> HttpResponse {
    if let Some(answer) = scripted(REVOKE, &world).await {
        return answer;
    }
    if !is_app(&request) {
        return refuse(StatusCode::UNAUTHORIZED, "unauthorized_client", "Missing valid authorization header");
    }
    let token = pairs(&body).remove("token").unwrap_or_default();
    let mut state = world.lock().expect("the peer's state");
    let is_of = |family: &&mut Family| {
        family.refresh_tokens.contains(&token) || family.access_tokens.contains(&token)
    };
    state.families.iter_mut().filter(is_of).for_each(Family::end);
    HttpResponse::Ok().json(json!({"revoked": true}))
}

fn is_app(request: &HttpRequest) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    request.headers().get(header::AUTHORIZATION).is_some_and(|sent| *sent == expected)
}

async fn me(request: HttpRequest, world: web::Data<Mutex<State>>) -> HttpResponse {
    if let Some(answer) = scripted(ME, &world).await {
        return answer;
    }
    let state = world.lock().expect("the peer's state");
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let is_of = |family: &&Family| family.is_alive && family.access_tokens.iter().any(|known| known == token);
    match state.families.iter().find(is_of).map(|family| &family.account) {
        Some(account) => HttpResponse::Ok().json(json!({"data": {
            "id": account.id, "username": account.username, "name": format!("The {}", account.username),
            "verified": true, "verified_type": "blue",
            "profile_image_url": format!("https://pbs.example.test/{}_normal.png", account.id),
        }})),
        None => HttpResponse::Unauthorized().json(
            json!({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}),
        ),
    }
}

/// Counts the request, and takes the next scripted answer. The status 0 means the right answer. The address matters to
/// redirects alone.
async fn scripted(path: &'static str, world: &web::Data<Mutex<State>>) -> Option<HttpResponse> {
    let next = {
        let mut state = world.lock().expect("the peer's state");
        state.requests.push(path.to_owned());
        state.scripted.get_mut(path).and_then(VecDeque::pop_front)
    };
    let (delay, status, body) = next?;
    sleep(delay).await;
    let status = (status > 0).then(|| StatusCode::from_u16(status).expect("a status"))?;
    Some(HttpResponse::build(status).insert_header((header::LOCATION, ME)).body(body))
}

fn refuse(status: StatusCode, error: &str, description: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({"error": error, "error_description": description}))
}

fn pairs(form: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

impl Family {
    fn end(&mut self) {
        self.is_alive = false;
    }
}

impl State {
    /// A consent ends what the same person granted before.
    fn end_families(&mut self, id: &str) {
        self.families.iter_mut().filter(|family| family.account.id == id).for_each(Family::end);
    }

    /// A new pair for a family, as the token endpoint answers it.
    fn give(&mut self, family: usize) -> Value {
        let (access_token, refresh_token) = (self.secret("access"), self.secret("refresh"));
        let family = &mut self.families[family];
        family.access_tokens.push(access_token.clone());
        family.refresh_tokens.push(refresh_token.clone());
        json!({
            "token_type": "bearer", "expires_in": self.lifetime.as_secs(), "access_token": access_token,
            "scope": format!("{SCOPES} offline.access"), "refresh_token": refresh_token,
        })
    }

    /// `None` if the token is spent, which ends its family, or unknown.
    fn refresh(&mut self, token: &str) -> Option<Value> {
        let is_of = |family: &Family| family.refresh_tokens.iter().any(|known| known == token);
        let at = self.families.iter().position(is_of)?;
        let family = &mut self.families[at];
        if family.refresh_tokens.last().is_none_or(|last| last != token) {
            family.end();
        }
        if !family.is_alive {
            return None;
        }
        self.refreshes += 1;
        Some(self.give(at))
    }

    /// A new text that no other test has; all begin with `canary`.
    fn secret(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("canary-{kind}-{}-{:032x}", self.number, rand::random::<u128>())
    }
}
