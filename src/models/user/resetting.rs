//! Resets a forgotten password with a link that works once, within six hours.

use chrono::TimeDelta;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use sha2::{Digest as _, Sha256};

use super::confirming::{self, Ended};
use crate::{
    clock::Moment,
    crypto::opaque::OpaqueToken,
    db::{Conn, among, dialect},
    error::{Error, Result},
    models::{
        email::Email,
        event::{self, Verb},
        known_network,
        membership::Membership,
        session,
    },
    schema::{reset_links, users},
};

/// How long a link is valid.
pub const LINK_LIFETIME: TimeDelta = TimeDelta::hours(6);

/// So many links of a person are valid at once, so that a stranger who asks for more does not void the one in use.
const MAX_LINKS: i64 = 3;

/// Creates a reset token. `None` if no person has the address: then a link is stored that is valid for nothing, so that the
/// time of an answer does not tell.
pub fn create_token(conn: &mut Conn, email: &Email, now: Moment) -> Result<Option<OpaqueToken>> {
    let person = || users::table.filter(users::email.eq(email.as_str())).select(users::id.nullable());
    let token = OpaqueToken::generate();
    let user_id: Option<i64> = diesel::insert_into(reset_links::table)
        .values((
            reset_links::digest.eq(token.digest()),
            reset_links::user_id.eq(person().single_value()),
            reset_links::expires_at.eq(now + LINK_LIFETIME),
        ))
        .returning(reset_links::user_id)
        .get_result(conn)?;
    // The new link is kept even if the others are from a clock that was ahead.
    let others = || {
        reset_links::table
            .filter(reset_links::user_id.eq_any(person()))
            .filter(reset_links::digest.ne(token.digest()))
    };
    let kept: Vec<String> = others()
        .order(reset_links::expires_at.desc())
        .limit(MAX_LINKS - 1)
        .select(reset_links::digest)
        .load(conn)?;
    diesel::delete(others().filter(not(among(reset_links::digest, &kept)))).execute(conn)?;
    Ok(user_id.map(|_| token))
}

/// The subject of the job that sends the link. It contains a digest, because the address must not be stored in it.
pub fn job_subject(email: &str) -> String {
    format!("password-reset/{}", hex::encode(Sha256::digest(email.as_bytes())))
}

/// Whether a token with this digest can reset the password of the person with this address. It may have been folded since
/// the letter was queued.
pub fn is_valid_for(conn: &mut Conn, email: &str, digest: &str, now: Moment) -> Result<bool> {
    let folded = Email::parse(email);
    let spellings = [email, folded.as_ref().map_or(email, Email::as_str)];
    let theirs = reset_links::table
        .inner_join(users::table.on(users::id.nullable().eq(reset_links::user_id)))
        .filter(among(users::email, spellings))
        .filter(reset_links::digest.eq(digest))
        .filter(reset_links::expires_at.gt(now));
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

/// The person's id; 422 if the token is unknown or expired. Called first, so that no password is hashed in vain.
pub fn expect_valid(conn: &mut Conn, digest: &str, now: Moment) -> Result<i64> {
    reset_links::table
        .find(digest)
        .filter(reset_links::expires_at.gt(now))
        .filter(reset_links::user_id.is_not_null())
        .select(reset_links::user_id.assume_not_null())
        .first(conn)
        .optional()?
        .ok_or_else(|| {
            Error::invalid("user.reset_password_token", "invalid", "Reset password token is invalid")
        })
}

/// Makes every link of a person invalid.
pub(super) fn delete_links(conn: &mut Conn, user_id: i64) -> Result<()> {
    diesel::delete(reset_links::table.filter(reset_links::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}

/// A password that was reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    pub user_id: i64,
    pub email: String,
    pub ended: Ended,
}

/// Sets the new password, ends all sessions, forgets all networks but that of the request, and confirms the address. The
/// token is checked again under the workspace's lock.
pub fn set_new_password(
    conn: &mut Conn,
    digest: &str,
    password_digest: &str,
    network: &str,
    now: Moment,
) -> Result<Reset> {
    let user_id = expect_valid(conn, digest, now)?;
    let locked = dialect::lock_workspace_of_user(conn, user_id)?;
    expect_valid(conn, digest, now)?;
    let membership = Membership::find_current(conn, user_id)?;
    if !locked.includes(membership.workspace_id) {
        return Err(dialect::moved_error().into());
    }
    event::act_as_person(user_id, Some(membership.name.clone()), now);
    super::set_password(conn, user_id, password_digest, now)?;
    membership.event(Verb::Updated).fields(["password"]).record(conn)?;
    session::end_all(conn, membership.workspace_id, user_id)?;
    known_network::forget_others(conn, user_id, network, now)?;
    let ended = if confirming::confirm(conn, user_id, &membership.email, now)? {
        confirming::end_invites_and_keys(conn, &membership, now)?
    } else {
        Ended::default()
    };
    Ok(Reset { user_id, email: membership.email, ended })
}

/// Deletes at most `most` expired links, and returns their number.
pub fn delete_expired(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(reset_links as old);
    let digests = old
        .filter(old.field(reset_links::expires_at).le(now))
        .select(old.field(reset_links::digest))
        .limit(most);
    Ok(diesel::delete(reset_links::table.filter(reset_links::digest.eq_any(digests))).execute(conn)?)
}
