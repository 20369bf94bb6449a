//! G3: limits on attempts are exact across processes and clients that lie about their address, and an import that waits
//! as it is told loses nothing.

mod burst;
mod import;

use std::process::Command;

use self::burst::{Counts, burst};
use crate::{
    support::{
        database::{Database, Kind},
        people::Person,
        process::{HasAddress, Server},
    },
    verdict::{Verdict, announce, hold},
    wire::Request,
};

/// Of each throttle that is tried.
const LIMIT: u64 = 20;
/// The address of the proxy, and of all clients.
const PROXY: &str = "127.0.0.1";
const CLIENT: &str = "203.0.113.1";

struct Size {
    /// For each throttle.
    attempts: usize,
    clients: usize,
    /// For each way to lie about an address.
    lies: usize,
    imports: usize,
}

/// The throttles that any client can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Throttle {
    SignInsFromOneAddress,
    SignInsToOneAccount,
    Registrations,
    UnknownKeys,
}

impl Throttle {
    const ALL: [Self; 4] =
        [Self::SignInsFromOneAddress, Self::SignInsToOneAccount, Self::Registrations, Self::UnknownKeys];

    /// The attempts differ in all that the throttle does not count.
    fn attempt(self, number: usize) -> Request {
        match self {
            Self::SignInsFromOneAddress => burst::sign_in(&format!("nobody{number}")).from(CLIENT),
            Self::SignInsToOneAccount => {
                burst::sign_in("victim").from(&format!("198.51.{}.{}", number / 250, number % 250))
            }
            Self::Registrations => burst::registration(&format!("new{number}")).from(CLIENT),
            Self::UnknownKeys => burst::unknown_key().from(CLIENT),
        }
    }
}

fn limited(database: &Database, trusted_proxies: &str) -> Command {
    let mut command = database.serving();
    command.env("ROSTER_TRUSTED_PROXIES", trusted_proxies);
    for name in ["SIGN_IN_PER_ACCOUNT_IN_ALL", "SIGN_IN_PER_ADDRESS", "REGISTRATIONS_PER_ADDRESS"] {
        command.env(format!("ROSTER_{name}"), LIMIT.to_string());
    }
    command
}

fn throttles(verdict: &mut Verdict, size: &Size) {
    let database = Database::new(verdict.kind);
    let processes = if verdict.kind == Kind::Postgres { 2 } else { 1 };
    let servers: Vec<Server> = (0..processes).map(|_| Server::start(limited(&database, PROXY))).collect();
    let addresses: Vec<String> = servers.iter().map(HasAddress::base_url).collect();
    let olga = Person::owner(&servers[0], "olga");
    let mut counts = Counts::default();
    let (mut overshoot, mut undershoot) = (0, 0);
    for throttle in Throttle::ALL {
        let counted = burst(&addresses, size.clients, size.attempts, &|number| throttle.attempt(number));
        overshoot += counted.admitted.saturating_sub(LIMIT);
        undershoot += LIMIT.saturating_sub(counted.admitted);
        counts.add(&counted);
    }
    let bypasses = lies(&addresses, size, &mut counts, |database| Server::start(limited(database, "")));
    verdict.none("overshoot", overshoot);
    verdict.none("undershoot", undershoot);
    verdict.none("bypasses", bypasses);
    verdict.at_least("refused", counts.refused, size.attempts as u64);
    verdict.none("without_retry_after", counts.without_retry_after);
    verdict.none("other_answers", counts.others);
    let imported = import::run(&olga, size.imports, CLIENT);
    verdict.note("import_waits", imported.waits);
    verdict.none("import_failures", imported.failures);
    verdict.exactly("imported", import::count(&olga), size.imports as u64);
    if verdict.is_long {
        let attempt = Throttle::UnknownKeys.attempt(0);
        verdict.exactly("admitted_after_the_wait", burst::after_the_wait(&addresses[0], &attempt), 1);
    }
}

/// How many attempts were admitted beyond the limit, because the client claimed to have other addresses.
fn lies(
    addresses: &[String],
    size: &Size,
    counts: &mut Counts,
    start: impl FnOnce(&Database) -> Server,
) -> u64 {
    let sign_in = |number: usize, forwarded: &str| {
        burst::sign_in(&format!("liar{number}")).header("X-Forwarded-For", forwarded)
    };
    let invented = |number: usize| format!("192.0.{}.{}", number / 250, number % 250);
    let mut bypasses = 0;
    let mut add = |counted: &Counts| {
        counts.add(counted);
        counted.admitted.saturating_sub(LIMIT)
    };
    // Behind a trusted proxy the right-most address is the client's.
    bypasses += add(&burst(addresses, size.clients, size.lies, &|number| {
        sign_in(number, &format!("{}, 203.0.113.2", invented(number)))
    }));
    // A client with IPv6 has a whole network of addresses.
    bypasses += add(&burst(addresses, size.clients, size.lies, &|number| {
        sign_in(number, &format!("2001:db8::{number:x}"))
    }));
    let without_proxy = Database::new(Kind::Sqlite);
    let server = start(&without_proxy);
    bypasses += add(&burst(&[server.base_url()], size.clients, size.lies, &|number| {
        sign_in(number, &invented(number))
    }));
    bypasses
}

#[test]
fn limits_are_exact() {
    let few = Size { attempts: 60, clients: 8, lies: 60, imports: 50 };
    hold("G3", &[Kind::Sqlite, Kind::Postgres], |verdict| throttles(verdict, &few));
}

#[test]
#[ignore = "takes 150 s"]
fn g3() {
    let many = Size { attempts: 1_000, clients: 16, lies: 1_000, imports: 1_000 };
    announce("G3", &Kind::available(), |verdict| throttles(verdict, &many));
}
