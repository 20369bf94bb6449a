//! Sends letters at least once, and retries for a day while the mail server does not accept them. How many letters may be
//! queued in an hour is limited, because strangers decide who gets them and partly what is in them.

mod rendering;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::rendering::Rendered;
use super::{Failure, Job, Policy, Repeat};
use crate::{
    app::App,
    clock::Moment,
    crypto::opaque::OpaqueToken,
    db::{Conn, types::Uuid},
    error::{Error, Result},
    mail::{Change, NotSent},
    models::{
        email::{Email, written},
        invite::{self, IssuedInvite},
        session::Viewer,
        social_account::breaking::BrokenAccount,
        throttle::{self, Limit},
        user::{self, resetting},
        vault::Vault,
        webhook::OffReason,
    },
};

/// A letter to send, as a job. `mail::Letter` is the rendered text.
#[derive(Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    Invite {
        workspace_id: i64,
        invite_id: i64,
    },
    /// Also inserted, but not sent, for an unknown address, so that the time of the answer does not reveal it.
    PasswordReset {
        email: String,
        token: String,
    },
    /// To the address that the person had before the change.
    AccountChange {
        /// 0 in jobs of earlier versions.
        #[serde(default)]
        user_id: i64,
        email: String,
        change: Change,
        at: Moment,
    },
    /// To a person who can connect the account again.
    BrokenAccount {
        workspace_id: i64,
        account_id: i64,
        user_id: i64,
    },
    /// To an admin.
    WebhookOff {
        workspace_id: i64,
        webhook_id: Uuid,
        user_id: i64,
        reason: OffReason,
    },
}

impl Letter {
    fn invite(issued: &IssuedInvite) -> Self {
        Self::Invite { workspace_id: issued.invite.workspace_id, invite_id: issued.invite.id }
    }

    pub fn broken_account(broken: BrokenAccount, user_id: i64) -> Self {
        let BrokenAccount { workspace_id, account_id } = broken;
        Self::BrokenAccount { workspace_id, account_id, user_id }
    }

    pub fn password_reset(email: &Email, token: &OpaqueToken) -> Self {
        Self::PasswordReset { email: email.as_str().to_owned(), token: token.expose().to_owned() }
    }
}

/// Letters an hour to one address for one reason.
const PER_RECIPIENT: Limit = Limit { attempts: 3, per: TimeDelta::hours(1) };
/// Invites an hour from one person, and at most in one request.
const PER_SENDER: Limit = Limit { attempts: 200, per: TimeDelta::hours(1) };
/// Invites an hour from one workspace.
const PER_WORKSPACE: Limit = Limit { attempts: 500, per: TimeDelta::hours(1) };

/// Queues the letters of a member's new and renewed invites; 429 if a limit is reached, 422 if no later attempt could
/// succeed. `parameter` is the parameter that listed the addresses.
pub fn queue_invites(
    conn: &mut Conn,
    vault: &Vault,
    sender: &Viewer,
    issued: &[IssuedInvite],
    parameter: &str,
) -> Result<()> {
    let now = sender.now;
    if issued.len() > PER_SENDER.attempts as usize {
        let sentence = format!("At most {} invites can be sent at once", PER_SENDER.attempts);
        return Err(Error::invalid(parameter, "too_many", sentence));
    }
    let key = format!("letter/invite/sender/{}", sender.user_id);
    throttle::attempt_several(conn, &key, issued.len(), PER_SENDER, now)
        .map_err(|error| name_limit(error, issued, "A person can send 200 invites an hour."))?;
    let key = format!("letter/invite/workspace/{}", sender.workspace_id);
    throttle::attempt_several(conn, &key, issued.len(), PER_WORKSPACE, now)
        .map_err(|error| name_limit(error, issued, "A workspace can send 500 invites an hour."))?;
    count_recipients(conn, issued, now)?;
    issued.iter().try_for_each(|issued| Letter::invite(issued).write(conn, vault, now))
}

/// Counts a letter to each address; 429 if any of them has had too many.
fn count_recipients(conn: &mut Conn, issued: &[IssuedInvite], now: Moment) -> Result<()> {
    let mut recipients: Vec<(String, &str)> = issued
        .iter()
        .map(|issued| issued.invite.email.as_str())
        .map(|email| (throttle::recipient_key("invite", email), email))
        .collect();
    // In one order everywhere, so that two transactions cannot wait for each other.
    recipients.sort_unstable();
    let (mut full, mut refusal) = (Vec::new(), None);
    for (key, email) in recipients {
        match throttle::attempt(conn, &key, PER_RECIPIENT, now) {
            Err(error @ Error::Throttled(_)) => {
                full.push(written(email));
                refusal = Some(error);
            }
            outcome => outcome?,
        }
    }
    full.sort_unstable();
    let reason =
        format!("These addresses had {} invites within an hour: {}", PER_RECIPIENT.attempts, full.join(", "));
    refusal.map_or(Ok(()), |error| Err(name_limit(error, issued, &reason)))
}

/// Adds to a refusal that nobody was invited, and why, if there were several addresses.
fn name_limit(error: Error, issued: &[IssuedInvite], reason: &str) -> Error {
    match error {
        Error::Throttled(wait) if issued.len() > 1 => {
            Error::TooManyLetters(wait, format!("Nobody was invited. {reason}"))
        }
        error => error,
    }
}

/// Whether another letter with a reset link may be sent to an address now. If so, it is counted.
pub fn may_send_password_reset(conn: &mut Conn, email: &Email, now: Moment) -> Result<bool> {
    may_send(conn, "password-reset", email.as_str(), now)
}

/// Queues a letter to the address that a person had before a change of their account, if mail is sent.
pub fn queue_account_change(
    conn: &mut Conn,
    app: &App,
    user_id: i64,
    email: &str,
    change: Change,
) -> Result<()> {
    let now = app.clock.now();
    let name: &str = change.into();
    if app.mail.is_configured() && may_send(conn, &format!("account-change/{name}"), email, now)? {
        let letter = Letter::AccountChange { user_id, email: email.to_owned(), change, at: now };
        letter.write(conn, &app.vault(), now)?;
    }
    Ok(())
}

fn may_send(conn: &mut Conn, letter: &str, email: &str, now: Moment) -> Result<bool> {
    match throttle::attempt(conn, &throttle::recipient_key(letter, email), PER_RECIPIENT, now) {
        Ok(()) => Ok(true),
        Err(Error::Throttled(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

impl Job for Letter {
    const KIND: &'static str = "letter";
    const POLICY: Policy = Policy {
        max_running: 2,
        lease: TimeDelta::minutes(2),
        first_delay: TimeDelta::seconds(30),
        max_delay: TimeDelta::hours(1),
        repeat: Repeat::UntilDone { within: TimeDelta::hours(24) },
    };

    fn subject(&self) -> String {
        match self {
            Self::Invite { invite_id, .. } => invite::job_subject(*invite_id),
            Self::PasswordReset { email, .. } => resetting::job_subject(email),
            Self::AccountChange { user_id, email, change, .. } => {
                let (prefix, change): (_, &str) = (user::change_job_prefix(*user_id), change.into());
                format!("{prefix}{change}/{}", hex::encode(Sha256::digest(email.as_bytes())))
            }
            Self::BrokenAccount { account_id, user_id, .. } => {
                format!("broken-account/{account_id}/{user_id}")
            }
            Self::WebhookOff { webhook_id, user_id, .. } => format!("webhook-off/{}/{user_id}", webhook_id.0),
        }
    }

    fn workspace_id(&self) -> Option<i64> {
        match self {
            Self::Invite { workspace_id, .. }
            | Self::BrokenAccount { workspace_id, .. }
            | Self::WebhookOff { workspace_id, .. } => Some(*workspace_id),
            Self::PasswordReset { .. } | Self::AccountChange { .. } => None,
        }
    }

    /// Invites go last: a person is waiting for a reset link, and has to learn quickly that their account was changed.
    fn priority(&self) -> i32 {
        match self {
            Self::PasswordReset { .. } | Self::AccountChange { .. } => 0,
            Self::Invite { .. } | Self::BrokenAccount { .. } | Self::WebhookOff { .. } => 1,
        }
    }

    async fn run(self, app: App) -> Result<(), Failure> {
        let service = app.clone();
        match app.db.read(move |conn| self.render(conn, &service)).await? {
            Rendered::Letter(letter) => Ok(app.mail.send(letter).await?),
            Rendered::Obsolete => Ok(()),
            Rendered::Damaged => Err(Failure::Never("the stored link of its invite is damaged".to_owned())),
        }
    }

    /// A sender sees that their invite was not delivered. A failed password reset is not shown, because that would
    /// reveal whether the address is known.
    fn give_up(&self, conn: &mut Conn, now: Moment) -> Result<()> {
        match self {
            Self::Invite { workspace_id, invite_id } => {
                invite::note_delivery_failed(conn, *workspace_id, *invite_id, now)
            }
            Self::PasswordReset { .. }
            | Self::AccountChange { .. }
            | Self::BrokenAccount { .. }
            | Self::WebhookOff { .. } => Ok(()),
        }
    }
}

impl From<NotSent> for Failure {
    fn from(failure: NotSent) -> Self {
        match failure {
            NotSent::Refused(reason) => Self::Never(reason),
            NotSent::Delayed(reason) => Self::Later(reason),
        }
    }
}
