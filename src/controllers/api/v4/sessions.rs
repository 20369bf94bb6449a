//! `/sessions`: signs in, lists the caller's open sessions and ends them.

pub mod current;

use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use super::{password_kinds::Password, signed_in::SignedIn, success::Success};
use crate::{
    app::App,
    clock::{self, Moment},
    controllers::{
        answer::{self, Answer},
        api::id::Id,
        client::Client,
    },
    crypto::password::Verdict,
    db::{FirstLock, Steps as _},
    error::{Error, Result},
    models::{
        email::Email,
        session::Session,
        throttle::{self, AccountAttempt, AccountLimits, Limit, WaitingAttempt},
        user::signing_in::{self, StoredPassword},
    },
    parameters::{Body, Text, parameters},
};

/// How long an attempt waits for others that are not recorded yet.
const UNDECIDED_WAIT: Duration = Duration::from_secs(1);
const WRONG_CREDENTIALS: Error = Error::Unauthenticated("Invalid Email or password.");

parameters! {
    /// The body of a sign-in.
    pub struct NewSession {
        user: EmailAndPassword,
    }

    pub struct EmailAndPassword {
        #[schema(example = "olga@example.com")]
        email: Text<255>,
        password: Password,
    }
}

pub async fn create(app: Data<App>, client: Client, body: Body<NewSession>) -> Result<Answer<SignedIn>> {
    let now = app.clock.now();
    let EmailAndPassword { email, password } = body.parameters.user;
    let attempt = AccountAttempt {
        action: "sign-in",
        email: Email::parse(&email),
        client: client.address,
        limits: sign_in_limits(&app),
        now,
    };
    let waiting = attempt.wait_among(&app.sign_ins);
    let (checked, count) = (attempt.clone(), waiting.count());
    // A client over a limit takes no permit from others, and costs no write.
    if !app.db.read_at_once(move |conn| checked.has_room(conn, count)).await? {
        return Err(Error::Unavailable { retry_after: UNDECIDED_WAIT, cause: None });
    }
    let permit = app.passwords.permit().await?;
    let stored = load_password(&app, attempt, waiting).await?;
    let digest = stored.as_ref().map(|stored| stored.password_digest.clone());
    let verdict = app.passwords.verify_with_permit(permit, password.clone(), digest).await?;
    let (Some(stored), Verdict::Right | Verdict::RightButOutdated) = (stored, verdict) else {
        return Err(WRONG_CREDENTIALS);
    };
    let renewed = match verdict {
        Verdict::RightButOutdated => Some(app.passwords.hash(password).await?),
        _ => None,
    };
    let (session, user, role, workspace) = app
        .db
        .in_workspace(Some(FirstLock::Workspace(stored.workspace_id)))
        .write(move |conn| {
            // A change of the password takes the same lock, so it cannot happen between this check and the new session.
            let (user, role, workspace) = stored.current_person(conn)?.ok_or(WRONG_CREDENTIALS)?;
            if let Some(digest) = &renewed {
                stored.replace_digest(conn, digest)?;
            }
            let network = throttle::network(client.address);
            let user_agent = client.user_agent.as_deref();
            let session = signing_in::begin_session(conn, user.id, user_agent, Some(&network), now)?;
            Ok((session, user, role, workspace))
        })
        .await?;
    Ok(answer::ok(SignedIn::new(&app, session, user, role, workspace, now)))
}

/// Counts the attempt before any hashing, and loads the stored password if there is a person with this address.
async fn load_password(
    app: &App,
    attempt: AccountAttempt,
    waiting: WaitingAttempt,
) -> Result<Option<StoredPassword>> {
    app.db
        .write(move |conn| {
            let recording = attempt.recording(conn)?;
            // From here on others wait for the lock of the record, so that no attempt counts twice.
            waiting.end();
            match &attempt.email {
                Some(email) => StoredPassword::find_by_email(conn, email, recording),
                None => Ok(recording.execute(conn).map(|()| None)?),
            }
        })
        .await
}

/// The limits of sign-ins. Requests to reset a password have the same.
pub(super) fn sign_in_limits(app: &App) -> AccountLimits {
    let per_minute = |attempts| Limit { attempts, per: TimeDelta::minutes(1) };
    AccountLimits {
        per_account_and_network: per_minute(app.settings.sign_in_per_account),
        per_account: per_minute(app.settings.sign_in_per_account_in_all),
        per_network: per_minute(app.settings.sign_in_per_address),
    }
}

/// The caller's open sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    sessions: Vec<SessionDetails>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionDetails {
    id: i64,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Accurate to the hour.
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Moment,
    user_agent: Option<String>,
    /// Whether it is the session of this request.
    current: bool,
}

pub async fn index(session: Session, app: Data<App>) -> Result<Answer<Sessions>> {
    app.view(session, |conn, viewer| {
        let sessions = viewer.sessions(conn)?.into_iter().map(|open| SessionDetails {
            id: open.id,
            created_at: open.created_at,
            last_used_at: open.last_used_at,
            user_agent: open.user_agent,
            current: open.id == viewer.session_id,
        });
        Ok(answer::ok(Sessions { sessions: sessions.collect() }))
    })
    .await
}

pub async fn destroy(session: Session, app: Data<App>, Id(id): Id) -> Result<Answer<Success>> {
    app.db
        .write(move |conn| {
            session.viewer(conn)?.end_session(conn, id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
