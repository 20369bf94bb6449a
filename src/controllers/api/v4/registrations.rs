//! `/registrations`: creates a person, in a new workspace or in the one that invited them.

use actix_web::web::Data;
use chrono::TimeDelta;

use super::{password_kinds::ChosenPassword, signed_in::SignedIn};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        client::Client,
    },
    db::Lane,
    error::{Error, Result},
    models::{
        email::Email,
        invite::Invite,
        lane,
        throttle::{self, Limit},
        user::{registering::Registration, signing_in},
    },
    parameters::{Body, Secret, Text, parameters},
    settings::SignUp,
};

const CLOSED: &str = "Registration is closed here. Ask the operator of this service.";
const INVITED_ONLY: &str = "Registration is by invite only. Ask an admin of your workspace for one.";

parameters! {
    /// The body of a registration.
    pub struct NewRegistration {
        user: NewUser,
        /// With an invite, the person joins its workspace instead of a new one.
        invite: Option<RegistrationInvite>,
    }

    pub struct RegistrationInvite {
        id: i64,
        /// The token of the link.
        token: Secret<4096>,
    }

    pub struct NewUser {
        #[schema(example = "olga@example.com")]
        email: Email,
        password: ChosenPassword,
        first_name: Option<Text<255>>,
        last_name: Option<Text<255>>,
        /// Absent: the full name, or else the local part of the address, followed by "Workspace".
        workspace_name: Option<Text<255>>,
    }
}

pub async fn create(app: Data<App>, client: Client, body: Body<NewRegistration>) -> Result<Answer<SignedIn>> {
    let now = app.clock.now();
    let NewRegistration { user, invite } = body.parameters;
    match app.settings.sign_up {
        SignUp::Closed => return Err(Error::Forbidden(CLOSED)),
        SignUp::Invited if invite.is_none() => return Err(Error::Forbidden(INVITED_ONLY)),
        SignUp::Invited | SignUp::Open => {}
    }
    let limit = registration_limit(&app);
    let key = throttle::address_key("registration", client.address);
    app.db.write(move |conn| throttle::attempt(conn, &key, limit, now)).await?;
    let registration = Registration {
        email: user.email,
        // The token of an invite arrives by mail, if mail is sent.
        is_confirmed: invite.is_some() || !app.mail.is_configured(),
        password_digest: app.passwords.hash(user.password).await?,
        first_name: user.first_name,
        last_name: user.last_name,
    };
    let vault = app.vault();
    let lane = invite.as_ref().map_or(Lane::Service, |invite| lane::of_token(&invite.token));
    let (session, user, role, workspace) = app
        .db
        .in_lane(lane)
        .write(move |conn| {
            let (person, role, workspace) = match &invite {
                Some(RegistrationInvite { id, token }) => {
                    let invite = Invite::find_locked_by_token(conn, &vault, *id, token)?;
                    registration.by_invite(conn, &invite, now)?
                }
                None => registration.with_workspace(conn, user.workspace_name.as_deref(), now)?,
            };
            let network = throttle::network(client.address);
            let user_agent = client.user_agent.as_deref();
            let session = signing_in::begin_session(conn, person.id, user_agent, Some(&network), now)?;
            Ok((session, person, role, workspace))
        })
        .await?;
    Ok(answer::created(SignedIn::new(&app, session, user, role, workspace, now)))
}

/// The limit of registrations by address. Changes of address have the same.
pub(super) fn registration_limit(app: &App) -> Limit {
    Limit { attempts: app.settings.registrations_per_address, per: TimeDelta::hours(1) }
}
