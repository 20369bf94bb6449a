//! Signing in.

use actix_web::web::Data;
use chrono::TimeDelta;
use secrecy::SecretString;
use utoipa::ToSchema;

use super::signed_in::SignedIn;
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    crypto::password::Verdict,
    error::{Error, Result},
    models::{
        email::Email,
        role::Role,
        throttle::{self, Limit},
        user::{
            User,
            signing_in::{self, Credentials},
        },
        workspace::Workspace,
    },
    parameters::Parameters,
};

const WRONG: Error = Error::Unauthenticated("Invalid Email or password.");

/// The body of a sign-in.
#[derive(ToSchema)]
pub struct NewSession {
    user: EmailAndPassword,
}

#[derive(ToSchema)]
pub struct EmailAndPassword {
    #[schema(example = "olga@example.com")]
    email: String,
    #[schema(value_type = String, format = "password")]
    password: SecretString,
}

fn read(params: &Parameters) -> Result<NewSession> {
    params.read(|root| {
        let user = root.hash("user");
        let user =
            EmailAndPassword { email: user.string("email", 255), password: user.secret("password", 4_096) };
        NewSession { user }
    })
}

/// Sign in
#[utoipa::path(post, path = "/api/v4/sessions", tag = "people", request_body = NewSession,
    responses((status = 200, body = SignedIn)))]
pub async fn create(app: Data<App>, client: Client, params: Parameters) -> Result<Answer<SignedIn>> {
    let now = app.clock.now();
    let NewSession { user: EmailAndPassword { email, password } } = read(&params)?;
    let credentials = attempt(&app, &client, &email).await?;
    let digest = credentials.as_ref().map(|credentials| credentials.password_digest.clone());
    let verdict = app.passwords.verify(password.clone(), digest).await?;
    let (Some(credentials), Verdict::Right | Verdict::RightButOutdated) = (credentials, verdict) else {
        return Err(WRONG);
    };
    let renewed = match verdict {
        Verdict::RightButOutdated => Some(app.passwords.hash(password).await?),
        _ => None,
    };
    let (session, user, role, workspace) = app
        .db
        .write(move |conn| {
            if !credentials.still_stand(conn)? {
                return Err(WRONG);
            }
            if let Some(digest) = &renewed {
                credentials.renew(conn, digest)?;
            }
            let user = User::find(conn, credentials.user_id)?;
            let role = Role::of(conn, user.workspace_id, user.id)?;
            let workspace = Workspace::find(conn, user.workspace_id)?;
            let session = signing_in::begin_session(conn, user.id, client.user_agent.as_deref(), now)?;
            Ok((session, user, role, workspace))
        })
        .await?;
    Ok(answer::ok(SignedIn::new(&app, session, user, role, workspace, now)))
}

/// Counts the attempt, before any costly work, and looks up what the password is to be held against.
async fn attempt(app: &App, client: &Client, email: &str) -> Result<Option<Credentials>> {
    let now = app.clock.now();
    let per = TimeDelta::minutes(1);
    let by_account = Limit { attempts: app.settings.sign_in_per_account, per };
    let by_address = Limit { attempts: app.settings.sign_in_per_address, per };
    let email = Email::parse(email);
    let account = throttle::account_key(email.as_ref().map_or("", Email::as_str));
    let address = throttle::address_key("sign-in", client.address);
    app.db
        .write(move |conn| {
            throttle::attempt(conn, &account, by_account, now)?;
            throttle::attempt(conn, &address, by_address, now)?;
            match &email {
                Some(email) => Credentials::of(conn, email),
                None => Ok(None),
            }
        })
        .await
}
