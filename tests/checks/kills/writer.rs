//! Writers that connect one account after another and repeat each request until it is answered.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Text},
};
use roster::db::Conn;

use crate::{
    counted_person::CountedPerson,
    support::{client::Answer, people::account, process::Server},
    tally::{Count, Tally},
};

const WRITERS: usize = 16;
/// One in this many accounts is connected again although it was acknowledged.
const REPEAT_ONE_IN: usize = 8;
/// Pause before a request is repeated, as a client would while a server is down.
const BEFORE_REPEATING: Duration = Duration::from_millis(10);

pub struct Writer {
    person: CountedPerson,
    path: &'static str,
}

/// Results shared by all writers.
#[derive(Default)]
pub struct Writing {
    /// Of each writer after an answer; without it, they write as fast as they can.
    pause: Duration,
    acked: Mutex<HashMap<String, i64>>,
    /// Repeats whose account existed already: it was committed and the answer was lost.
    pub unheard: Count,
    /// Accounts that a later answer gave another id.
    pub moved: Count,
    /// Answers that a repeat cannot change.
    pub refused: Count,
}

/// A row of the list; its screen name is the external id it was connected with.
#[derive(Debug, QueryableByName)]
pub struct Account {
    #[diesel(sql_type = Text)]
    uid: String,
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt)]
    pub copies: i64,
}

impl Writer {
    /// Half of the writers connect personal accounts, half connect accounts of the workspace they share.
    pub fn crew(server: &Server, tally: &Arc<Tally>) -> Vec<Self> {
        let owner = CountedPerson::owner("olga", server, tally);
        let writer = |number| {
            let name = format!("writer{number}");
            if number % 2 == 0 {
                Self { person: owner.colleague(&name), path: "twitter_accounts" }
            } else {
                Self { person: owner.admin(&name), path: "workspaces/twitter_accounts" }
            }
        };
        (0..WRITERS).map(writer).collect()
    }

    pub fn write(&self, writing: &Writing, done: &AtomicBool) {
        for number in 0.. {
            let uid = format!("{}-{number}", self.person.name);
            let times = if number % REPEAT_ONE_IN == 0 { 2 } else { 1 };
            for _ in 0..times {
                if !self.insist(&uid, writing, done) {
                    return;
                }
                thread::sleep(writing.pause);
            }
        }
    }

    /// Repeats until there is an answer or the run ends.
    fn insist(&self, uid: &str, writing: &Writing, done: &AtomicBool) -> bool {
        let mut repeated = false;
        while !done.load(Ordering::Relaxed) {
            match self.person.post(self.path, &account(uid)) {
                Some(answer) if answer.is_success() => {
                    writing.note(uid, &answer, repeated);
                    return true;
                }
                Some(Answer { status: 503, .. }) | None => {
                    repeated = true;
                    thread::sleep(BEFORE_REPEATING);
                }
                Some(answer) => {
                    eprintln!("{uid}: {answer:?}");
                    writing.refused.add();
                    return true;
                }
            }
        }
        false
    }
}

impl Writing {
    pub fn with_pause(pause: Duration) -> Self {
        Self { pause, ..Self::default() }
    }

    /// The answered id of each external id.
    pub fn acked(&self) -> HashMap<String, i64> {
        self.acked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many accounts were acknowledged so far.
    pub fn count(&self) -> usize {
        self.acked.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn note(&self, uid: &str, answer: &Answer, repeated: bool) {
        let id = answer.json()["twitter_account"]["id"].as_i64().expect("an id");
        let before = self.acked.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned(), id);
        if before.is_some_and(|before| before != id) {
            self.moved.add();
        }
        if before.is_none() && repeated && answer.status == 200 {
            self.unheard.add();
        }
    }
}

impl Account {
    /// All accounts, by external id.
    pub fn stored(conn: &mut Conn) -> HashMap<String, Self> {
        let query = "SELECT screen_name AS uid, min(id) AS id, count(*) AS copies FROM social_accounts GROUP BY screen_name";
        let accounts: Vec<Self> = sql_query(query).load(conn).expect("the accounts");
        accounts.into_iter().map(|account| (account.uid.clone(), account)).collect()
    }
}
