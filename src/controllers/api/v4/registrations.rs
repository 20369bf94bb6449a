//! Registering: a person, and their workspace or the one that invited them.

use actix_web::web::Data;
use chrono::TimeDelta;
use secrecy::SecretString;
use utoipa::ToSchema;

use super::{person_params, signed_in::SignedIn};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    error::{Error, Result},
    models::{
        invite::Invite,
        throttle::{self, Limit},
        user::{candidate, registering::Registration, signing_in},
    },
    parameters::Parameters,
    settings::SignUp,
};

const CLOSED: &str = "Registration is closed here. Ask the operator of this service.";
const INVITED_ONLY: &str = "Registration is by invite only. Ask an admin of your workspace for one.";

/// The body of a registration.
#[derive(ToSchema)]
pub struct NewRegistration {
    user: NewUser,
    /// Joins the workspace that sent it, in place of a new one.
    invite: Option<RegistrationInvite>,
}

#[derive(ToSchema)]
pub struct RegistrationInvite {
    id: i64,
    /// The token of the link.
    #[schema(value_type = String)]
    token: SecretString,
}

#[derive(ToSchema)]
pub struct NewUser {
    #[schema(example = "olga@example.com", format = Email)]
    email: String,
    #[schema(value_type = String, format = "password", min_length = 8, max_length = 128)]
    password: SecretString,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Else "First Last Workspace", else by the local part of the e-mail.
    workspace_name: Option<String>,
}

fn read(params: &Parameters) -> Result<NewRegistration> {
    params.read(|root| {
        let user = root.hash("user");
        let user = NewUser {
            email: person_params::email(&user),
            password: person_params::password(&user),
            first_name: user.optional_string("first_name", 255),
            last_name: user.optional_string("last_name", 255),
            workspace_name: user.optional_string("workspace_name", 255),
        };
        let invite = root.optional_hash("invite");
        let invite = invite.map(|invite| RegistrationInvite {
            id: invite.integer("id"),
            token: invite.secret("token", 4_096),
        });
        NewRegistration { user, invite }
    })
}

/// Register
#[utoipa::path(post, path = "/api/v4/registrations", tag = "people", request_body = NewRegistration,
    responses((status = 201, body = SignedIn)))]
pub async fn create(app: Data<App>, client: Client, params: Parameters) -> Result<Answer<SignedIn>> {
    let now = app.clock.now();
    let NewRegistration { user, invite } = read(&params)?;
    let email = candidate::email(&user.email, "user.email")?;
    match app.settings.sign_up {
        SignUp::Closed => return Err(Error::Forbidden(CLOSED)),
        SignUp::Invited if invite.is_none() => return Err(Error::Forbidden(INVITED_ONLY)),
        SignUp::Invited | SignUp::Open => {}
    }
    let limit = Limit { attempts: app.settings.registrations_per_address, per: TimeDelta::hours(1) };
    let key = throttle::address_key("registration", client.address);
    app.db.write(move |conn| throttle::attempt(conn, &key, limit, now)).await?;
    let registration = Registration {
        email,
        password_digest: app.passwords.hash(user.password).await?,
        first_name: user.first_name,
        last_name: user.last_name,
    };
    let vault = app.vault.clone();
    let (session, user, role, workspace) = app
        .db
        .write(move |conn| {
            let (person, role, workspace) = match &invite {
                Some(RegistrationInvite { id, token }) => {
                    let invite = Invite::locked(conn, &vault, *id, token)?;
                    registration.by_invite(conn, &invite, now)?
                }
                None => registration.with_workspace(conn, user.workspace_name.as_deref(), now)?,
            };
            let session = signing_in::begin_session(conn, person.id, client.user_agent.as_deref(), now)?;
            Ok((session, person, role, workspace))
        })
        .await?;
    Ok(answer::created(SignedIn::new(&app, session, user, role, workspace, now)))
}
