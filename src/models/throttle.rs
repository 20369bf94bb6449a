//! Limits on attempts, such as sign-ins. Attempts are counted in the database, so that a limit is exact across
//! processes, and before any costly work. The times of the latest attempts are stored, not a count for each period.

use std::{iter, net::IpAddr, time::Duration};

use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::{
    clock::Moment,
    db::{Conn, dialect},
    error::{Error, Result},
    models::{email::Email, known_network},
    schema::throttles,
};

#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub attempts: u32,
    pub per: TimeDelta,
}

/// Records an attempt, or refuses it with the time to wait. Refused attempts are not recorded.
pub fn attempt(conn: &mut Conn, key: &str, limit: Limit, now: Moment) -> Result<()> {
    attempt_several(conn, key, 1, limit, now)
}

/// The same for `count` attempts at once: all are recorded, or none. `count` must not be greater than the limit.
pub fn attempt_several(conn: &mut Conn, key: &str, count: usize, limit: Limit, now: Moment) -> Result<()> {
    let recorded = dialect::lock_attempts(conn, key, now)?;
    let mut attempts = check(&recorded, count, limit, now)?;
    attempts.extend(iter::repeat_n(now.and_utc().timestamp_millis(), count));
    let text: Vec<String> = attempts.iter().map(i64::to_string).collect();
    diesel::update(throttles::table.find(key))
        .set((throttles::attempts.eq(text.join(" ")), throttles::expires_at.eq(now + limit.per)))
        .execute(conn)?;
    Ok(())
}

/// Refuses like [`attempt`], without recording anything.
pub fn expect_below(conn: &mut Conn, key: &str, limit: Limit, now: Moment) -> Result<()> {
    let recorded: Option<String> =
        throttles::table.find(key).select(throttles::attempts).first(conn).optional()?;
    recorded.map_or(Ok(()), |recorded| check(&recorded, 1, limit, now).map(drop))
}

/// The attempts that still count, in milliseconds; refuses `count` more if they exceed the limit.
fn check(recorded: &str, count: usize, limit: Limit, now: Moment) -> Result<Vec<i64>> {
    let since = (now - limit.per).and_utc().timestamp_millis();
    let attempts: Vec<i64> = recorded
        .split(' ')
        .filter_map(|moment| moment.parse().ok())
        .filter(|moment| *moment > since)
        .collect();
    let excess = (attempts.len() + count).saturating_sub(limit.attempts as usize);
    if excess > 0 {
        // There is room again when the oldest attempts, as many as the excess, are dropped.
        let wait = attempts.get(excess - 1).map_or(limit.per.num_milliseconds(), |moment| moment - since);
        return Err(Error::Throttled(Duration::from_millis(wait.unsigned_abs())));
    }
    Ok(attempts)
}

/// How many attempts at an account, such as sign-ins, are allowed.
#[derive(Debug, Clone, Copy)]
pub struct AccountLimits {
    pub per_account_and_network: Limit,
    pub per_account: Limit,
    /// At all accounts.
    pub per_network: Limit,
}

/// An attempt at the account with an address; the account may not exist, and the address may be none.
#[derive(Debug, Clone)]
pub struct AccountAttempt {
    /// What is attempted, such as `sign-in`.
    pub action: &'static str,
    pub email: Option<Email>,
    pub client: IpAddr,
    pub limits: AccountLimits,
    pub now: Moment,
}

impl AccountAttempt {
    /// Records the attempt, or refuses it.
    pub fn record(&self, conn: &mut Conn) -> Result<()> {
        self.count(conn, attempt)
    }

    /// Refuses like [`Self::record`], without recording anything.
    pub fn expect_below(&self, conn: &mut Conn) -> Result<()> {
        self.count(conn, expect_below)
    }

    /// Counts the attempt by account and network, by account, and by network. From a network that the person has used
    /// lately, attempts from elsewhere do not matter. Everything else is the same for known networks and others, so that
    /// nobody learns from the answers which they are.
    fn count(
        &self,
        conn: &mut Conn,
        count: impl Fn(&mut Conn, &str, Limit, Moment) -> Result<()>,
    ) -> Result<()> {
        let Self { action, limits, now, .. } = *self;
        let network = network(self.client);
        if let Some(email) = &self.email {
            let account = account_key(action, email);
            count(conn, &format!("{account}/{network}"), limits.per_account_and_network, now)?;
            match count(conn, &account, limits.per_account, now) {
                Err(Error::Throttled(_)) if known_network::is_known(conn, email, &network, now)? => {}
                outcome => outcome?,
            }
        }
        count(conn, &address_key(action, self.client), limits.per_network, now)
    }
}

pub fn delete_expired(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(diesel::delete(throttles::table.filter(throttles::expires_at.lt(now))).execute(conn)?)
}

/// The throttle key of an account. It contains a digest, so that the address itself is not stored.
fn account_key(action: &str, email: &Email) -> String {
    format!("{action}/account/{}", hex::encode(Sha256::digest(email.as_str().as_bytes())))
}

/// The throttle key of a kind of letter to an address. It holds a digest, so that the address itself is not stored.
pub fn recipient_key(letter: &str, email: &str) -> String {
    format!("letter/{letter}/recipient/{}", hex::encode(Sha256::digest(email.as_bytes())))
}

/// The throttle key of a client: that of its network.
pub fn address_key(action: &str, address: IpAddr) -> String {
    format!("{action}/address/{}", network(address))
}

/// The network of a client: its IPv4 address, or the /64 of its IPv6 address.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_counts_by_network_and_a_mapped_ipv4_client_by_address() {
        let cases = [
            ("203.0.113.7", "x/address/203.0.113.7"),
            ("::ffff:203.0.113.7", "x/address/203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "x/address/2001:db8:1:2::/64"),
        ];
        for (address, key) in cases {
            assert_eq!(address_key("x", address.parse().unwrap()), key);
        }
    }
}
