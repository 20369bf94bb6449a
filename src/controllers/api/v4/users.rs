//! The caller: profile, address, password; and being forgotten.

mod responses;

use actix_web::web::Data;

pub use self::responses::{CurrentUser, CurrentWorkspace};
use super::{
    current_password,
    password_kinds::{ChosenPassword, Password, PasswordConfirmation},
    success::Success,
};
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::{
        email::Email,
        session::Session,
        user::{Mode, ProfileChange},
    },
    parameters::{Body, Choices, OneOf, TextOrEmpty, parameters},
};

pub async fn show(session: Session, app: Data<App>) -> Result<Answer<CurrentUser>> {
    let auth_token = responses::token(&app, &session);
    app.view(session, move |conn, viewer| Ok(answer::ok(CurrentUser::of(conn, viewer, auth_token.clone())?)))
        .await
}

parameters! {
    /// The body of a change to oneself; what is absent stays.
    pub struct UserParams {
        user: UserChange,
    }

    pub struct UserChange {
        first_name: Option<TextOrEmpty<255>>,
        last_name: Option<TextOrEmpty<255>>,
        role_in_organization: Option<TextOrEmpty<255>>,
        state: Option<TextOrEmpty<255>>,
        city: Option<TextOrEmpty<255>>,
        avatar_image: Option<TextOrEmpty<2048>>,
        mode: Option<OneOf<Mode>>,
        /// Needs `current_password`.
        email: Option<Email>,
        /// Needs `current_password`; ends all other sessions.
        password: Option<ChosenPassword>,
        /// Where sent, the same as `password`.
        password_confirmation: Option<PasswordConfirmation>,
        current_password: Option<Password>,
    }

    /// The body that erases a person.
    pub struct ErasureParams {
        user: Erasure,
    }

    pub struct Erasure {
        current_password: Password,
    }
}

impl Choices for Mode {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

pub async fn update(session: Session, app: Data<App>, body: Body<UserParams>) -> Result<Answer<CurrentUser>> {
    let change = body.parameters.user;
    let profile = ProfileChange {
        first_name: change.first_name.map(some_text),
        last_name: change.last_name.map(some_text),
        role_in_organization: change.role_in_organization.map(some_text),
        state: change.state.map(some_text),
        city: change.city.map(some_text),
        avatar_image: change.avatar_image.map(some_text),
        mode: change.mode.map(|mode| mode.as_ref().to_owned()),
    };
    let email = match change.email {
        Some(email) => new_email(&app, session, email).await?,
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
    let auth_token = responses::token(&app, &session);
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
            member.change_profile(conn, &profile)?;
            Ok(answer::ok(CurrentUser::of(conn, &member, auth_token.clone())?))
        })
        .await
}

pub async fn destroy(session: Session, app: Data<App>, body: Body<ErasureParams>) -> Result<Answer<Success>> {
    let password = body.parameters.user.current_password;
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

/// An empty text takes away what was there.
fn some_text(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// None when it is the one they have already.
async fn new_email(app: &App, session: Session, email: Email) -> Result<Option<Email>> {
    let current = app.view(session, |_, viewer| Ok(viewer.email.clone())).await?;
    Ok((current != email.as_str()).then_some(email))
}
