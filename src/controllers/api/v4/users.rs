//! `/users`: shows, changes and erases the caller.

mod responses;

use actix_web::web::Data;

pub use self::responses::{CurrentUser, CurrentWorkspace};
use super::{
    current_password,
    password_kinds::{ChosenPassword, Password, PasswordConfirmation},
    registrations::registration_limit,
    success::Success,
};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    error::Result,
    jobs::letters,
    mail::Change,
    models::{
        email::Email,
        session::Session,
        throttle,
        user::{Mode, ProfileChange},
    },
    parameters::{Body, Choices, OneOf, TextOrEmpty, parameters},
};

pub async fn show(session: Session, app: Data<App>) -> Result<Answer<CurrentUser>> {
    let vault = app.vault();
    app.view(session, move |conn, viewer| {
        let auth_token = responses::renewed_token(vault.tokens(), &session, viewer);
        Ok(answer::ok(CurrentUser::load(conn, viewer, auth_token)?))
    })
    .await
}

parameters! {
    /// The body that changes the caller; absent fields stay as they are.
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
        /// Requires `current_password`; ends all other sessions and the links that reset the password.
        email: Option<Email>,
        /// Requires `current_password`; ends all other sessions and the links that reset the password.
        password: Option<ChosenPassword>,
        /// If sent, must equal `password`.
        password_confirmation: Option<PasswordConfirmation>,
        current_password: Option<Password>,
    }

    /// The body that erases the caller.
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

pub async fn update(
    session: Session,
    app: Data<App>,
    client: Client,
    body: Body<UserParams>,
) -> Result<Answer<CurrentUser>> {
    let change = body.parameters.user;
    let profile = ProfileChange {
        first_name: change.first_name.map(non_empty),
        last_name: change.last_name.map(non_empty),
        role_in_organization: change.role_in_organization.map(non_empty),
        state: change.state.map(non_empty),
        city: change.city.map(non_empty),
        avatar_image: change.avatar_image.map(non_empty),
        mode: change.mode.map(|mode| mode.as_ref().to_owned()),
    };
    let email = match change.email {
        Some(email) => changed_email(&app, session, &client, email).await?,
        None => None,
    };
    let stored_password = match (&email, &change.password) {
        (None, None) => None,
        _ => Some(current_password::check(&app, session, change.current_password).await?),
    };
    let password_digest = match change.password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let account_change = match (&email, &password_digest) {
        (None, None) => None,
        (Some(_), None) => Some(Change::Address),
        (None, Some(_)) => Some(Change::Password),
        (Some(_), Some(_)) => Some(Change::AddressAndPassword),
    };
    let (service, vault) = (app.clone(), app.vault());
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let member = session.member(conn)?;
            if let Some(stored_password) = &stored_password {
                current_password::expect_unchanged(conn, stored_password)?;
            }
            if let Some(email) = &email {
                member.change_email(conn, email, !service.mail.is_configured())?;
            }
            if let Some(digest) = &password_digest {
                member.change_password(conn, digest)?;
            }
            if let Some(change) = account_change {
                letters::queue_account_change(conn, &service, member.user_id, &member.email, change)?;
            }
            member.change_profile(conn, &profile)?;
            let auth_token = responses::renewed_token(vault.tokens(), &session, &member);
            Ok(answer::ok(CurrentUser::load(conn, &member, auth_token)?))
        })
        .await
}

pub async fn destroy(session: Session, app: Data<App>, body: Body<ErasureParams>) -> Result<Answer<Success>> {
    let password = body.parameters.user.current_password;
    let stored_password = current_password::check(&app, session, Some(password)).await?;
    let vault = app.vault();
    app.db
        .in_workspace(session.first_lock())
        .write_long(move |conn| {
            let member = session.member(conn)?;
            current_password::expect_unchanged(conn, &stored_password)?;
            member.erase(conn, &vault)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}

/// An empty text clears the field.
fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// `None` if it is the caller's current address, in whatever spelling that is stored. Another one is counted like a registration, by person and by client,
/// because the response tells whether somebody has it.
async fn changed_email(app: &App, session: Session, client: &Client, email: Email) -> Result<Option<Email>> {
    let current = app.view(session, |_, viewer| Ok(viewer.email.clone())).await?;
    if current == email.as_str() || Email::parse(&current).as_ref() == Some(&email) {
        return Ok(None);
    }
    let limit = registration_limit(app);
    let by_person = format!("change-of-address/user/{}", session.user_id);
    let by_client = throttle::address_key("registration", client.address);
    app.db
        .write(move |conn| {
            throttle::attempt(conn, &by_person, limit, session.now)?;
            throttle::attempt(conn, &by_client, limit, session.now)
        })
        .await?;
    Ok(Some(email))
}
