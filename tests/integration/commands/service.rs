//! The running service, asked over its socket.

use std::sync::OnceLock;

use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

use crate::support::server::TestApp;

pub const PASSWORD: &str = "Touchdown on 4th and 7";

pub fn ask(app: &TestApp, method: &Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
    at(&app.base_url, method, path, token, body)
}

pub fn at(base_url: &str, method: &Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let request =
        CLIENT.get_or_init(Client::new).request(method.clone(), format!("{base_url}/api/v4/{path}"));
    let request = if token.is_empty() { request } else { request.bearer_auth(token) };
    let request = if body.is_null() { request } else { request.json(body) };
    let answer = request.send().expect("an answer");
    (answer.status().as_u16(), answer.json().expect("JSON"))
}

/// Registers the owner of a new workspace, and answers their token.
pub fn register(app: &TestApp, name: &str, workspace: &str) -> String {
    let user = json!({"email": email(name), "password": PASSWORD, "workspace_name": workspace});
    let (status, answer) = ask(app, &Method::POST, "registrations", "", &json!({"user": user}));
    assert_eq!(status, 201, "{answer}");
    answer["user"]["auth_token"].as_str().expect("a token").to_owned()
}

pub fn sign_in(app: &TestApp, email: &str, password: &str) -> (u16, Value) {
    ask(app, &Method::POST, "sessions", "", &json!({"user": {"email": email, "password": password}}))
}

/// Connects an account for the workspace, and answers the status.
pub fn connect(base_url: &str, token: &str, name: &str) -> u16 {
    let account = json!({
        "twitter_token": "canary-token", "twitter_uid": name, "screen_name": name, "twitter_nickname": name,
        "logo_url": "https://example.com/logo.png", "location": "signUpForm",
    });
    let body = json!({"twitter_account": account});
    at(base_url, &Method::POST, "workspaces/twitter_accounts", token, &body).0
}

pub fn email(name: &str) -> String {
    format!("{name}@example.test")
}
