//! A forgotten password: a link by mail, and the new password it allows.

use actix_web::web::Data;
use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use utoipa::ToSchema;

use super::{person_params, success::Success};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    crypto::opaque::OpaqueToken,
    error::Result,
    mail::Letter,
    models::{
        email::Email,
        throttle::{self, Limit},
        user::resetting,
    },
    parameters::Parameters,
};

/// The body that asks for a link.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct ResetRequest {
    user: AddressOnly,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct AddressOnly {
    #[schema(example = "olga@example.com")]
    email: String,
}

/// Ask for a link that resets your password
///
/// The answer is the same whether or not somebody has this address.
#[utoipa::path(post, path = "/api/v4/passwords", tag = "people", request_body = ResetRequest,
    responses((status = 200, body = Success)))]
pub async fn create(app: Data<App>, client: Client, params: Parameters) -> Result<Answer<Success>> {
    let now = app.clock.now();
    let email = params.read(|root| root.hash("user").string("email", 255))?;
    let Some(email) = Email::parse(&email) else { return Ok(answer::ok(Success::TRUE)) };
    let per = TimeDelta::minutes(1);
    let by_account = Limit { attempts: app.settings.sign_in_per_account, per };
    let by_address = Limit { attempts: app.settings.sign_in_per_address, per };
    let account = throttle::account_key("password-reset", &email);
    let address = throttle::address_key("password-reset", client.address);
    let to = email.clone();
    let token = app
        .db
        .write(move |conn| {
            throttle::attempt(conn, &account, by_account, now)?;
            throttle::attempt(conn, &address, by_address, now)?;
            resetting::begin(conn, &email, now)
        })
        .await?;
    if let Some(token) = token {
        app.mail
            .send(Letter::password_reset(&to, &app.settings.link(&format!("passwords/{}", token.expose()))));
    }
    Ok(answer::ok(Success::TRUE))
}

/// The body that sets the new password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct NewPassword {
    user: TokenAndPassword,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct TokenAndPassword {
    /// From the link.
    reset_password_token: String,
    #[schema(format = "password", min_length = 8, max_length = 128)]
    password: String,
}

/// Set a new password
///
/// The link works once, and every session ends.
#[utoipa::path(put, path = "/api/v4/passwords", tag = "people", request_body = NewPassword,
    responses((status = 200, body = Success)))]
pub async fn update(app: Data<App>, params: Parameters) -> Result<Answer<Success>> {
    let now = app.clock.now();
    let (token, password): (SecretString, SecretString) = params.read(|root| {
        let user = root.hash("user");
        (user.secret("reset_password_token", 255), person_params::password(&user))
    })?;
    let digest = OpaqueToken::from(token.expose_secret()).digest();
    let asked = digest.clone();
    app.db.read(move |conn| resetting::expect_valid(conn, &asked, now)).await?;
    let password_digest = app.passwords.hash(password).await?;
    app.db.write(move |conn| resetting::finish(conn, &digest, &password_digest, now)).await?;
    Ok(answer::ok(Success::TRUE))
}
