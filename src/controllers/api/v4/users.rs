//! The caller: profile, address, password; and being forgotten.

mod shape;

use actix_web::web::Data;
use secrecy::SecretString;
use utoipa::{ToSchema, openapi::Object};

pub use self::shape::{CurrentUser, CurrentWorkspace};
use super::{current_password, person_params, success::Success};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        openapi,
    },
    error::Result,
    models::{
        email::Email,
        session::Session,
        user::{Mode, ProfileChange, candidate},
    },
    parameters::Parameters,
};

/// Show yourself
///
/// `auth_token` is the token of this session, made anew once half its time is gone.
#[utoipa::path(get, path = "/api/v4/users", tag = "people", responses((status = 200, body = CurrentUser)))]
pub async fn show(session: Session, app: Data<App>) -> Result<Answer<CurrentUser>> {
    let auth_token = shape::token(&app, &session);
    app.view(session, move |conn, viewer| Ok(answer::ok(CurrentUser::of(conn, viewer, auth_token.clone())?)))
        .await
}

/// The body of a change to oneself; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct UserParams {
    user: UserChange,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct UserChange {
    first_name: Option<String>,
    last_name: Option<String>,
    role_in_organization: Option<String>,
    state: Option<String>,
    city: Option<String>,
    #[schema(max_length = 2048)]
    avatar_image: Option<String>,
    #[schema(schema_with = modes)]
    mode: Option<String>,
    /// Needs `current_password`.
    email: Option<String>,
    /// Needs `current_password`; ends all other sessions.
    #[schema(format = "password", min_length = 8, max_length = 128)]
    password: Option<String>,
    /// Where sent, the same as `password`.
    #[schema(format = "password")]
    password_confirmation: Option<String>,
    #[schema(format = "password")]
    current_password: Option<String>,
}

fn modes() -> Object {
    openapi::one_of(&Mode::ALL)
}

struct Change {
    profile: ProfileChange,
    email: Option<String>,
    password: Option<SecretString>,
    current_password: Option<SecretString>,
}

fn read(params: &Parameters) -> Result<Change> {
    params.read(|root| {
        let user = root.hash("user");
        Change {
            profile: ProfileChange {
                first_name: user.optional_text("first_name", 255).map(some_text),
                last_name: user.optional_text("last_name", 255).map(some_text),
                role_in_organization: user.optional_text("role_in_organization", 255).map(some_text),
                state: user.optional_text("state", 255).map(some_text),
                city: user.optional_text("city", 255).map(some_text),
                avatar_image: user.optional_text("avatar_image", 2_048).map(some_text),
                mode: user.optional_one_of("mode", &Mode::ALL).map(|mode| mode.as_ref().to_owned()),
            },
            email: person_params::optional_email(&user),
            password: {
                let password = person_params::optional_password(&user);
                person_params::password_confirmation(&user, password.as_ref());
                password
            },
            current_password: user.optional_secret("current_password", 4_096),
        }
    })
}

/// Change your profile, address or password
#[utoipa::path(put, path = "/api/v4/users", tag = "people", request_body = UserParams,
    responses((status = 200, body = CurrentUser)))]
pub async fn update(session: Session, app: Data<App>, params: Parameters) -> Result<Answer<CurrentUser>> {
    let change = read(&params)?;
    let email = match change.email.as_deref() {
        Some(email) => new_email(&app, session, candidate::email(email, "user.email")?).await?,
        None => None,
    };
    let credentials = match (&email, &change.password) {
        (None, None) => None,
        _ => Some(current_password::check(&app, session, change.current_password).await?),
    };
    let password_digest = match change.password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let auth_token = shape::token(&app, &session);
    app.db
        .write(move |conn| {
            let member = session.member(conn)?;
            if let Some(credentials) = &credentials {
                current_password::expect_unchanged(conn, credentials)?;
            }
            if let Some(email) = &email {
                member.change_email(conn, email)?;
            }
            if let Some(digest) = &password_digest {
                member.change_password(conn, digest)?;
            }
            member.change_profile(conn, &change.profile)?;
            Ok(answer::ok(CurrentUser::of(conn, &member, auth_token.clone())?))
        })
        .await
}

/// Erase yourself
///
/// Sessions, personal accounts, tokens, name and address go, and the workspace with them when nobody else is in it.
#[utoipa::path(delete, path = "/api/v4/users", tag = "people", request_body = ErasureParams,
    responses((status = 200, body = Success)))]
pub async fn destroy(session: Session, app: Data<App>, params: Parameters) -> Result<Answer<Success>> {
    let password = params.read(|root| root.hash("user").secret("current_password", 4_096))?;
    let credentials = current_password::check(&app, session, Some(password)).await?;
    app.db
        .write(move |conn| {
            let member = session.member(conn)?;
            current_password::expect_unchanged(conn, &credentials)?;
            member.erase(conn)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

/// The body that erases a person.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct ErasureParams {
    user: Erasure,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct Erasure {
    #[schema(format = "password")]
    current_password: String,
}

/// An empty text takes away what was there.
fn some_text(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// None when it is the one they have already.
async fn new_email(app: &App, session: Session, email: Email) -> Result<Option<Email>> {
    let current = app.view(session, |_, viewer| Ok(viewer.email.clone())).await?;
    Ok((current != email.as_str()).then_some(email))
}
