//! `/passwords`: sends a link by mail, and sets a new password with the token of the link.

use actix_web::web::Data;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{password_kinds::ChosenPassword, sessions::sign_in_limits, success::Success};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    crypto::opaque::OpaqueToken,
    db::Steps as _,
    error::Result,
    jobs::{
        Job as _,
        letters::{self, Letter},
    },
    mail::Change,
    models::{
        email::Email,
        throttle::{self, AccountAttempt},
        user::{confirming::Ended, resetting},
    },
    parameters::{Body, Secret, Text, parameters},
};

parameters! {
    /// The body that requests a link.
    pub struct ResetRequest {
        user: AddressOnly,
    }

    pub struct AddressOnly {
        #[schema(example = "olga@example.com")]
        email: Text<255>,
    }
}

pub async fn create(app: Data<App>, client: Client, body: Body<ResetRequest>) -> Result<Answer<Success>> {
    let now = app.clock.now();
    let Some(email) = Email::parse(&body.user.email) else { return Ok(answer::ok(Success::TRUE)) };
    let attempt = AccountAttempt {
        action: "password-reset",
        email: Some(email.clone()),
        client: client.address,
        limits: sign_in_limits(&app),
        now,
    };
    let service = app.clone();
    app.db
        .write(move |conn| {
            attempt.recording(conn)?.execute(conn)?;
            // Without a letter, no link is made. The response is the same, so it does not tell that others asked.
            if service.mail.is_configured() && letters::may_send_password_reset(conn, &email, now)? {
                // An unknown address gets a token that is valid for nothing, so that the response takes as long.
                let token = resetting::create_token(conn, &email, now)?.unwrap_or_else(OpaqueToken::generate);
                Letter::password_reset(&email, &token).write(conn, &service.vault(), now)?;
            }
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

parameters! {
    /// The body that sets the new password.
    pub struct NewPassword {
        user: TokenAndPassword,
    }

    pub struct TokenAndPassword {
        /// The token of the link.
        reset_password_token: Secret<255>,
        password: ChosenPassword,
    }
}

/// The new password is set.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordReset {
    #[schema(example = true)]
    success: bool,
    /// What was ended besides the sessions, because the address had never been confirmed and a stranger may have made it.
    /// Absent if nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    ended: Option<EndedByReset>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EndedByReset {
    /// Pending invites.
    invites: usize,
    /// API keys of the workspace, if nobody else is in it.
    api_keys: usize,
}

impl From<Ended> for PasswordReset {
    fn from(ended: Ended) -> Self {
        let Ended { invites, api_keys } = ended;
        let is_any = ended != Ended::default();
        Self { success: true, ended: is_any.then_some(EndedByReset { invites, api_keys }) }
    }
}

pub async fn update(
    app: Data<App>,
    client: Client,
    body: Body<NewPassword>,
) -> Result<Answer<PasswordReset>> {
    let now = app.clock.now();
    let TokenAndPassword { reset_password_token, password } = body.parameters.user;
    let digest = OpaqueToken::from(reset_password_token.expose_secret()).digest();
    let unchecked = digest.clone();
    app.db.read(move |conn| resetting::expect_valid(conn, &unchecked, now)).await?;
    let password_digest = app.passwords.hash(password).await?;
    let service = app.clone();
    app.db
        .write(move |conn| {
            let network = throttle::network(client.address);
            let reset = resetting::set_new_password(conn, &digest, &password_digest, &network, now)?;
            letters::queue_account_change(conn, &service, reset.user_id, &reset.email, Change::Password)?;
            Ok(answer::ok(reset.ended.into()))
        })
        .await
}
