//! D2: a session, a membership or a key that has ended is refused, while others go on: at once in the process that
//! ended it, within a second in others. Meanwhile the signing key is replaced, and nobody is refused because of that.

mod steady;
mod victim;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use roster::crypto::key_ring::KeyRing;

use self::{steady::Steady, victim::Victim};
use crate::{
    support::{
        database::{Database, Kind},
        people::Person,
        process::{self, Server},
    },
    verdict::{self, Verdict},
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const ELSEWHERE_WITHIN: Duration = Duration::from_secs(1);
const TRIES: usize = 5;

#[derive(Debug, Default)]
struct Accepted {
    endings: u64,
    /// Requests after the answer, in the process that answered.
    here: u64,
    /// Requests more than a second after the answer, in another process.
    elsewhere: u64,
}

struct Stage<'a> {
    database: &'a Database,
    servers: &'a [Server],
    owner: Person,
    steady: &'a Steady,
    accepted: Accepted,
}

#[test]
#[ignore = "takes 120 s"]
fn d2_endings_take_effect() {
    verdict::announce("D2", &BOTH, |verdict| check(verdict, 10));
}

#[test]
fn d2_in_small() {
    verdict::hold("D2", &BOTH, |verdict| check(verdict, 1));
}

fn check(verdict: &mut Verdict, rounds: u32) {
    let database = Database::new(verdict.kind);
    let servers = match verdict.kind {
        Kind::Postgres => database.serve_twice().into(),
        Kind::Sqlite => vec![database.serve()],
    };
    let steady = Steady::new(&servers[0]);
    let owner = Person::owner(&servers[0], "olga");
    let stage = &mut Stage {
        database: &database,
        servers: &servers,
        owner,
        steady: &steady,
        accepted: Accepted::default(),
    };
    let since = Instant::now();
    thread::scope(|scope| {
        steady.start(scope, &servers);
        (0..rounds).for_each(|round| stage.play(round));
        steady.stop();
    });
    let seconds = since.elapsed().as_secs().max(1);
    let Accepted { endings, here, elsewhere } = stage.accepted;
    verdict.exactly("endings", endings, 6 * u64::from(rounds));
    verdict.none("accepted_here", here);
    verdict.none("accepted_elsewhere_after_1s", elsewhere);
    verdict.none("valid_refused", steady.refused.get());
    verdict.at_least("valid_accepted", steady.accepted.get(), 1);
    verdict.note("requests_per_s", steady.accepted.get() / seconds);
}

impl Stage<'_> {
    fn play(&mut self, round: u32) {
        let name = |name: &str| format!("{name}{round}");
        for victim in Victim::all(&self.owner, &name) {
            self.end(&victim, |_| victim.end());
        }
        let victim = Victim::person(&self.owner, &name("ended"));
        let email = victim.email().to_owned();
        self.end(&victim, |database| command(database, &["sessions", "end", "--user", &email]));
        self.retire_the_signing_key(&name("signed"));
    }

    /// Everybody else signs in anew between the rotation and the end of the old key.
    fn retire_the_signing_key(&mut self, name: &str) {
        let victim = Victim::person(&self.owner, name);
        let path = self.database.folder.path().join("roster.key");
        let old = KeyRing::parse(&fs::read_to_string(&path).expect("keys")).expect("a ring");
        command(self.database, &["keys", "rotate"]);
        self.steady.sign_in_again(&self.servers[0]);
        self.owner = steady::signed_in_again(&self.owner);
        self.end(&victim, |database| command(database, &["keys", "retire", old.current_id()]));
        let text = fs::read_to_string(&path).expect("keys");
        let (first, _) = text.split_once('\n').expect("a line");
        fs::write(&path, format!("{first}\n")).expect("a key file");
    }

    fn end(&mut self, victim: &Victim, end: impl FnOnce(&Database)) {
        assert!(self.servers.iter().all(|server| victim.is_accepted(server)), "{victim:?} before");
        end(self.database);
        let since = Instant::now();
        let (here, elsewhere) = self.servers.split_first().expect("a server");
        let here = (0..TRIES).filter(|_| victim.is_accepted(here)).count();
        let accepted = &mut self.accepted;
        accepted.endings += 1;
        accepted.here += here as u64;
        for server in elsewhere {
            while since.elapsed() < ELSEWHERE_WITHIN && victim.is_accepted(server) {}
            accepted.elsewhere += (0..TRIES).filter(|_| victim.is_accepted(server)).count() as u64;
        }
        if here > 0 {
            eprintln!("{victim:?} is accepted");
        }
    }
}

fn command(database: &Database, arguments: &[&str]) {
    process::run(database.command().args(arguments)).expect_success();
}
