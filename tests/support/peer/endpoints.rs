//! What the stand-in answers at each path.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    rt::time::sleep,
    web,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    CLIENT_ID, CLIENT_SECRET, ME, REVOKE, TOKEN,
    state::{Code, Family, SCOPES, State},
};

pub async fn authorize(request: HttpRequest, world: web::Data<Mutex<State>>) -> HttpResponse {
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

pub async fn token(request: HttpRequest, body: String, world: web::Data<Mutex<State>>) -> HttpResponse {
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
    let family = state.add_family(code.account);
    let mut answer = state.give(family);
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

pub async fn revoke(request: HttpRequest, body: String, world: web::Data<Mutex<State>>) -> HttpResponse {
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

pub async fn me(request: HttpRequest, world: web::Data<Mutex<State>>) -> HttpResponse {
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
