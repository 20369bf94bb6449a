//! Limits on attempts, such as sign-ins. Attempts are counted in the database, so that a limit is exact across
//! processes, and before any costly work. The times of the latest attempts are stored, not a count for each period.

mod waiting;

use std::{collections::HashMap, iter, net::IpAddr, time::Duration};

use chrono::TimeDelta;
use diesel::{
    prelude::*,
    sql_types::{Text, Timestamp, Untyped},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use self::waiting::{WaitingAttempt, WaitingAttempts};
use crate::{
    clock::{self, Moment},
    db::{Conn, Steps, among, fixed_sql::fixed_sql},
    error::{Error, Result},
    models::{email::Email, known_network},
    prepared,
    schema::throttles,
};

/// An attempt this much later than now still counts: a request takes its time before it waits for the lock.
const COUNTED_AHEAD: TimeDelta = TimeDelta::seconds(30);
/// An attempt later than that does not count, because a clock was ahead. It is kept as long as the clock of another
/// process, for which it is not in the future, may be right.
const KEPT_AHEAD: TimeDelta = TimeDelta::minutes(5);

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
    let recorded = lock(conn, &[key], now)?;
    let attempts = check(recorded.get(key), count, limit, now)?;
    recording(conn, &[Recorded::new(key, attempts, count, limit, now)]).execute(conn)?;
    Ok(())
}

/// The attempts stored for these keys, locked until the transaction ends, in the order of the keys. Inserts the missing
/// rows with `""`.
fn lock(conn: &mut Conn, keys: &[&str], now: Moment) -> Result<HashMap<String, String>> {
    let insert = fixed_sql::<(Text, Text)>(
        conn,
        "INSERT INTO throttles (key, attempts, expires_at) \
         SELECT list.key, '', ? FROM jsonb_array_elements_text(?::jsonb) WITH ORDINALITY AS list (key, place) \
         ORDER BY list.place ON CONFLICT (key) DO UPDATE SET attempts = throttles.attempts RETURNING key, attempts",
        "INSERT INTO throttles (key, attempts, expires_at) SELECT value, '', ? FROM json_each(?) WHERE true \
         ON CONFLICT (key) DO UPDATE SET attempts = throttles.attempts RETURNING key, attempts",
    );
    let keys = serde_json::to_string(keys).map_err(Error::ours)?;
    let insert = insert.bind(now.into_sql::<Timestamp>()).bind(keys.into_sql::<Text>());
    Ok(prepared!(insert).load(conn)?.into_iter().collect())
}

/// The new contents of a row.
#[derive(Serialize)]
struct Recorded<'a> {
    key: &'a str,
    attempts: String,
    expires_at: String,
}

impl<'a> Recorded<'a> {
    fn new(key: &'a str, mut attempts: Vec<i64>, count: usize, limit: Limit, now: Moment) -> Self {
        attempts.extend(iter::repeat_n(now.and_utc().timestamp_millis(), count));
        let attempts: Vec<String> = attempts.iter().map(i64::to_string).collect();
        let expires_at = clock::for_database(now + limit.per);
        Self { key, attempts: attempts.join(" "), expires_at }
    }
}

/// The statement that stores attempts in locked rows.
fn recording(conn: &Conn, rows: &[Recorded]) -> impl Steps + use<> {
    let update = fixed_sql::<Untyped>(
        conn,
        "UPDATE throttles SET attempts = list.attempts, expires_at = list.expires_at \
         FROM jsonb_to_recordset(?::jsonb) AS list (key text, attempts text, expires_at timestamp(3)) \
         WHERE throttles.key = list.key",
        "UPDATE throttles SET attempts = list.value ->> 'attempts', expires_at = list.value ->> 'expires_at' \
         FROM json_each(?) AS list WHERE throttles.key = list.value ->> 'key'",
    );
    let rows = serde_json::to_string(rows).unwrap_or_else(|_| "[]".to_owned());
    prepared!(update.bind(rows.into_sql::<Text>()))
}

/// Refuses like [`attempt`], without recording anything.
pub fn expect_below(conn: &mut Conn, key: &str, limit: Limit, now: Moment) -> Result<()> {
    let recorded = throttles::table.find(key).select(throttles::attempts);
    let recorded: Option<String> = prepared!(recorded).get_result(conn).optional()?;
    check(recorded.as_ref(), 1, limit, now).map(drop)
}

/// The attempts to keep, in milliseconds; refuses `count` more if those that count exceed the limit.
fn check(recorded: Option<&String>, count: usize, limit: Limit, now: Moment) -> Result<Vec<i64>> {
    let millis = |moment: Moment| moment.and_utc().timestamp_millis();
    let (since, longest_wait) = (millis(now - limit.per), limit.per.num_milliseconds());
    let mut attempts: Vec<i64> = recorded
        .map_or("", String::as_str)
        .split(' ')
        .filter_map(|moment| moment.parse().ok())
        .filter(|moment| *moment > since && *moment <= millis(now + KEPT_AHEAD))
        .collect();
    attempts.sort_unstable();
    let counted = attempts.partition_point(|moment| *moment <= millis(now + COUNTED_AHEAD));
    let excess = (counted + count).saturating_sub(limit.attempts as usize);
    if excess > 0 {
        // There is room again when the oldest attempts, as many as the excess, are dropped.
        let wait = attempts[..counted].get(excess - 1).map_or(longest_wait, |moment| moment - since);
        return Err(Error::Throttled(Duration::from_millis(wait.min(longest_wait).unsigned_abs())));
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
    /// Refuses the attempt if it exceeds a limit. Otherwise returns the statement that records it.
    pub fn recording(&self, conn: &mut Conn) -> Result<impl Steps + use<>> {
        let keys = self.keys();
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let stored = lock(conn, &names, self.now)?;
        let checked = self.check(conn, &keys, &stored)?;
        let rows: Vec<Recorded> = keys
            .iter()
            .zip(checked)
            .filter_map(|(key, attempts)| Some(Recorded::new(&key.name, attempts?, 1, key.limit, self.now)))
            .collect();
        Ok(recording(conn, &rows))
    }

    /// Refuses the attempt like [`Self::recording`], but locks nothing. Returns whether there is also room for the `waiting`
    /// attempts from this network at this account that are not recorded yet, this one included.
    pub fn has_room(&self, conn: &mut Conn, waiting: usize) -> Result<bool> {
        let keys = self.keys();
        let stored = throttles::table
            .filter(among(throttles::key, keys.iter().map(|key| &key.name)))
            .select((throttles::key, throttles::attempts));
        let stored: Vec<(String, String)> = prepared!(stored).load(conn)?;
        let stored = stored.into_iter().collect();
        self.check(conn, &keys, &stored)?;
        let Key { name, limit, .. } = &keys[0];
        Ok(self.email.is_none() || check(stored.get(name), waiting, *limit, self.now).is_ok())
    }

    pub fn wait_among(&self, others: &WaitingAttempts) -> WaitingAttempt {
        others.enter(self.email.as_ref().map(|_| self.keys().swap_remove(0).name))
    }

    /// An attempt counts by account and network, by account, and by network, in this order.
    fn keys(&self) -> Vec<Key> {
        let Self { action, limits, .. } = *self;
        let key = |name, limit, is_account| Key { name, limit, is_account };
        let mut keys = Vec::new();
        if let Some(email) = &self.email {
            let account = account_key(action, email);
            let account_and_network = format!("{account}/{}", network(self.client));
            keys.push(key(account_and_network, limits.per_account_and_network, false));
            keys.push(key(account, limits.per_account, true));
        }
        keys.push(key(address_key(action, self.client), limits.per_network, false));
        keys
    }

    /// The attempts to keep of each key, or `None` to leave it as it is. From a network that the person has used lately,
    /// attempts from elsewhere do not matter. Everything else is the same for known networks and others, so that nobody
    /// learns from the answers which they are.
    fn check(
        &self,
        conn: &mut Conn,
        keys: &[Key],
        stored: &HashMap<String, String>,
    ) -> Result<Vec<Option<Vec<i64>>>> {
        let mut checked = Vec::new();
        for key in keys {
            checked.push(match check(stored.get(&key.name), 1, key.limit, self.now) {
                Err(Error::Throttled(_)) if key.is_account && self.is_from_known_network(conn)? => None,
                outcome => Some(outcome?),
            });
        }
        Ok(checked)
    }

    fn is_from_known_network(&self, conn: &mut Conn) -> Result<bool> {
        let Some(email) = &self.email else { return Ok(false) };
        known_network::is_known(conn, email, &network(self.client), self.now)
    }
}

/// The key of a throttle.
struct Key {
    name: String,
    limit: Limit,
    /// Whether attempts from all networks count.
    is_account: bool,
}

/// Deletes at most `most` expired rows, and returns their number.
pub fn delete_expired(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(throttles as old);
    let keys =
        old.filter(old.field(throttles::expires_at).lt(now)).select(old.field(throttles::key)).limit(most);
    let expired = throttles::table.filter(throttles::key.eq_any(keys)).filter(throttles::expires_at.lt(now));
    Ok(diesel::delete(expired).execute(conn)?)
}

/// The throttle key of an account. It contains a digest, so that the address itself is not stored.
fn account_key(action: &str, email: &Email) -> String {
    format!("{action}/account/{}", hex::encode(Sha256::digest(email.as_str().as_bytes())))
}

/// The throttle key of a kind of letter to a stored address: the same for all that fold to one. It holds a digest, so that
/// the address itself is not stored.
pub fn recipient_key(letter: &str, email: &str) -> String {
    let folded = Email::parse(email);
    let mailbox = folded.as_ref().map_or(email, Email::as_str);
    format!("letter/{letter}/recipient/{}", hex::encode(Sha256::digest(mailbox.as_bytes())))
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
    use chrono::DateTime;
    use rstest::rstest;

    use super::*;

    /// Three attempts at a moment, in seconds from now, and the wait for a fourth one, if it is refused.
    #[rstest]
    #[case(-60, None)]
    #[case(-59, Some(1))]
    #[case(0, Some(60))]
    #[case(10, Some(60))]
    #[case(31, None)]
    #[case(3_600, None)]
    fn attempts_of_a_clock_that_was_ahead_do_not_count(#[case] seconds: i64, #[case] wait: Option<u64>) {
        let now = DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(1);
        let moment = (now + TimeDelta::seconds(seconds)).and_utc().timestamp_millis();
        let limit = Limit { attempts: 3, per: TimeDelta::minutes(1) };
        let refusal = match check(Some(&format!("{moment} {moment} {moment}")), 1, limit, now) {
            Err(Error::Throttled(wait)) => Some(wait.as_secs()),
            outcome => outcome.map(|_| None).unwrap(),
        };
        assert_eq!(refusal, wait);
    }

    #[test]
    fn attempts_of_another_process_are_kept_if_its_clock_may_be_right() {
        let now = DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(1);
        let at = |ahead: TimeDelta| (now + ahead).and_utc().timestamp_millis();
        let (near, far) = (at(TimeDelta::minutes(5)), at(TimeDelta::minutes(6)));
        let limit = Limit { attempts: 1, per: TimeDelta::minutes(1) };
        assert_eq!(check(Some(&format!("{near} {far}")), 1, limit, now).unwrap(), [near]);
    }

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
