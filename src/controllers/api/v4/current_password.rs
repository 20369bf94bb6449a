//! Checks the current password before a change of address or password, outside the transaction, because hashing is slow.
//! Attempts are counted by session: whoever has one session guesses slowly, and stops nobody else.

use actix_web::web::Data;
use chrono::TimeDelta;
use secrecy::SecretString;

use crate::{
    app::App,
    crypto::password::Verdict,
    db::Conn,
    error::{Error, Result},
    models::{
        session::Session,
        throttle::{self, Limit},
        user::signing_in::StoredPassword,
    },
};

const FIELD: &str = "user.current_password";

/// Of one session, whatever is allowed at the sign-in.
const PER_HOUR: Limit = Limit { attempts: 30, per: TimeDelta::hours(1) };

/// Checks the password of the session's person and returns the stored password that it matched.
pub async fn check(
    app: &Data<App>,
    session: Session,
    password: Option<SecretString>,
) -> Result<StoredPassword> {
    let per_minute = Limit { attempts: app.settings.sign_in_per_account, per: TimeDelta::minutes(1) };
    let stored = app
        .db
        .write(move |conn| {
            let viewer = session.viewer(conn)?;
            let key = format!("current-password/session/{}", viewer.session_id);
            throttle::attempt(conn, &key, per_minute, session.now)?;
            throttle::attempt(conn, &format!("{key}/hour"), PER_HOUR, session.now)?;
            StoredPassword::find(conn, viewer.user_id)
        })
        .await?;
    let password =
        password.ok_or_else(|| Error::invalid(FIELD, "blank", "Current password can't be blank"))?;
    match app.passwords.verify(password, Some(stored.password_digest.clone())).await? {
        Verdict::Right | Verdict::RightButOutdated => Ok(stored),
        Verdict::Wrong => Err(Error::invalid(FIELD, "invalid", "Current password is invalid")),
    }
}

/// Refuses inside the transaction if the password or the address was changed since [`check`].
pub fn expect_unchanged(conn: &mut Conn, stored: &StoredPassword) -> Result<()> {
    if stored.is_current(conn)? {
        return Ok(());
    }
    Err(Error::invalid(FIELD, "invalid", "Current password is invalid"))
}
