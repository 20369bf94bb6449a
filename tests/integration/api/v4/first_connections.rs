//! An account that nobody has is connected the short way: in one call of PostgreSQL, or with a few statements of SQLite.
//! A request with an `Idempotency-Key` goes through a transaction of its own instead, and so tells what the short way
//! should have answered.

use std::thread;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use roster::{db::Conn, models::api_key::Scope};
use serde_json::{Value, json};

use crate::{
    database::waiting_for_locks,
    rest::caller::Caller,
    support::{
        client,
        database::Kind,
        people::{PASSWORD, Person, account},
        postgres::Postgres,
        recorded_statements,
        server::TestApp,
    },
};

const WORKSPACE: &str = "workspaces/twitter_accounts";
const PERSONAL: &str = "twitter_accounts";

/// The same people in a database of their own.
struct World {
    app: TestApp,
    has_key: bool,
    requests: u32,
    olga: Person,
    adam: Person,
    mia: Person,
    answers: Vec<(u16, Value)>,
}

impl World {
    fn new(kind: Kind, has_key: bool) -> Self {
        let app = TestApp::start(kind);
        let olga = Person::owner(&app, "olga");
        let (adam, mia) = (olga.admin("adam"), olga.colleague("mia"));
        let email = json!({"user": {"email": "mia@b\u{fc}cher.example", "current_password": PASSWORD}});
        mia.must(Method::PUT, "users", Some(&email));
        app.clock.advance(TimeDelta::seconds(1));
        for person in [&olga, &adam, &mia] {
            person.must(Method::GET, "users", None);
        }
        Self { app, has_key, requests: 0, olga, adam, mia, answers: Vec::new() }
    }

    fn connect(&mut self, person: &Person, path: &str, uid: &str, handle: &str) {
        let mut body = account(uid);
        body["twitter_account"]["twitter_nickname"] = handle.into();
        let mut request = person.client.request(Method::POST, &format!("/api/v4/{path}")).json(&body);
        self.requests += 1;
        if self.has_key {
            request = request.header("Idempotency-Key", self.requests.to_string());
        }
        self.answers.push(client::json(request));
    }
}

/// Connects in every situation that the rule knows, and in those in which somebody may not connect.
fn connect_everything(world: &mut World) {
    let (olga, adam, mia) = (world.olga.clone(), world.adam.clone(), world.mia.clone());
    for (person, path, uid, handle) in [
        (&olga, WORKSPACE, "1", "@Falcons"),
        (&olga, WORKSPACE, "1", "@Falcons"),
        (&adam, WORKSPACE, " 1 ", "@renamed"),
        (&olga, WORKSPACE, "2", "@falcons"),
        (&mia, WORKSPACE, "3", "mia"),
        (&mia, PERSONAL, "3", "mia"),
        (&mia, PERSONAL, "3", "mia"),
        (&olga, WORKSPACE, "3", "other"),
        (&adam, PERSONAL, "3", "mia"),
        (&adam, WORKSPACE, "3", "mia"),
        (&olga, WORKSPACE, "3", "mia"),
        (&mia, PERSONAL, "1", "falcons"),
        (&olga, PERSONAL, "1", "falcons"),
        (&olga, PERSONAL, "4", "falcons"),
    ] {
        world.connect(person, path, uid, handle);
    }
    world.app.clock.advance(TimeDelta::hours(2));
    world.connect(&olga, WORKSPACE, "5", "five");
    world.connect(&olga, WORKSPACE, "6", "six");
    let role = |id: u8| json!({"workspace_role_id": id});
    olga.must(Method::PUT, &format!("workspace_users/{}", adam.id), Some(&role(3)));
    world.connect(&adam, WORKSPACE, "7", "seven");
    olga.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
    world.connect(&mia, PERSONAL, "8", "eight");
    world.connect(&mia, WORKSPACE, "9", "nine");
    adam.must(Method::DELETE, "sessions", None);
    world.connect(&adam, PERSONAL, "10", "ten");
    execute(&world.app, "UPDATE sealing_keys SET retired_at = created_at");
    world.connect(&olga, WORKSPACE, "11", "eleven");
    execute(&world.app, "UPDATE sealing_keys SET retired_at = NULL");
}

fn execute(app: &TestApp, sql: &str) {
    connection(app).batch_execute(sql).expect("a statement");
}

fn connection(app: &TestApp) -> Conn {
    roster::app::target(&app.settings).expect("a target").connect().expect("a connection")
}

/// Everything of the accounts but their random ids.
fn stored(world: &World) -> Vec<Value> {
    let program = Caller::key(&world.app, &world.olga, &Scope::ALL);
    let mut accounts = program.found("connectedAccounts", &[]);
    for account in &mut accounts {
        for field in ["id", "accountOwnerId", "createdAt", "updatedAt"] {
            account.as_object_mut().expect("an object").remove(field);
        }
    }
    accounts.sort_by_key(Value::to_string);
    accounts
}

/// Everything of the events of accounts but ids and times.
fn events(world: &World) -> Value {
    let (_, mut listed) = world.olga.get("events?object=connectedAccount");
    for event in listed["events"].as_array_mut().expect("a list") {
        for field in ["id", "at", "record_id"] {
            event.as_object_mut().expect("an object").remove(field);
        }
    }
    listed
}

fn both_ways_end_alike(kind: Kind) {
    let [mut short_way, mut alone] = [false, true].map(|has_key| World::new(kind, has_key));
    connect_everything(&mut short_way);
    connect_everything(&mut alone);
    let statuses: Vec<u16> = alone.answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(
        statuses,
        [
            201, 200, 200, 201, 403, 201, 200, 422, 201, 422, 422, 422, 422, 201, 201, 201, 403, 201, 201,
            401, 401
        ]
    );
    for (number, (one, other)) in short_way.answers.iter().zip(&alone.answers).enumerate() {
        assert_eq!(one, other, "{kind}, request {number}");
    }
    assert!(alone.answers[7].1.to_string().contains("mia@b\u{fc}cher.example"), "{:?}", alone.answers[7]);
    assert_eq!(stored(&short_way), stored(&alone), "{kind}");
    assert_eq!(events(&short_way), events(&alone), "{kind}");
}

#[test]
fn both_ways_end_alike_sqlite() {
    both_ways_end_alike(Kind::Sqlite);
}

#[test]
fn both_ways_end_alike_postgres() {
    if Postgres::for_this_test().is_some() {
        both_ways_end_alike(Kind::Postgres);
    }
}

#[test]
fn one_statement_connects_or_finds_a_conflict() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = recorded_statements::start(Kind::Postgres);
    let olga = Person::owner(&app, "olga");
    let mia = olga.colleague("mia");
    mia.connect(PERSONAL, "held");
    app.clock.advance(TimeDelta::seconds(1));
    olga.must(Method::GET, "users", None);
    for (uid, status) in [("1", 201), ("held", 422), ("2", 201)] {
        recorded_statements::take(&app.database);
        assert_eq!(olga.post(WORKSPACE, &account(uid)).0, status, "{uid}");
        let statements = recorded_statements::take(&app.database);
        assert_eq!(statements.len(), 1, "{uid}: {statements:#?}");
        assert!(statements[0].contains("connect_unheld_accounts"), "{uid}: {statements:#?}");
    }
}

/// Owners of as many workspaces, whose sessions have been used.
fn owners(app: &TestApp, count: usize) -> Vec<Person> {
    let owners: Vec<_> = (0..count).map(|number| Person::owner(app, &format!("olga{number}"))).collect();
    app.clock.advance(TimeDelta::seconds(1));
    for owner in &owners {
        owner.must(Method::GET, "users", None);
    }
    owners
}

#[test]
fn those_that_wait_go_together() {
    for kind in Kind::available() {
        those_that_wait_go_together_on(kind);
    }
}

fn those_that_wait_go_together_on(kind: Kind) {
    const EACH: usize = 10;
    let app = recorded_statements::start(kind);
    let owners = owners(&app, 16);
    recorded_statements::take(&app.database);
    thread::scope(|scope| {
        for owner in &owners {
            scope.spawn(move || {
                for number in 0..EACH {
                    assert_eq!(owner.post(WORKSPACE, &account(&number.to_string())).0, 201);
                }
            });
        }
    });
    let statements = recorded_statements::take(&app.database);
    let count = |word: &str| statements.iter().filter(|statement| statement.contains(word)).count();
    let commits = match kind {
        Kind::Postgres => {
            assert_eq!(count("connect_unheld_accounts"), statements.len(), "nothing but calls");
            statements.len()
        }
        Kind::Sqlite => {
            assert_eq!(count("SAVEPOINT"), 0, "each writes all or nothing");
            count("COMMIT")
        }
    };
    assert!((1..owners.len() * EACH).contains(&commits), "{commits} commits");
    for owner in &owners {
        let (_, list) = owner.get(WORKSPACE);
        assert_eq!(list["meta"]["total_count"], EACH, "{list}");
    }
}

#[test]
fn each_gets_its_own_answer_from_a_call() {
    const EACH: usize = 10;
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = recorded_statements::start(Kind::Postgres);
    let owners = owners(&app, 16);
    for (number, owner) in owners.iter().enumerate() {
        owner.colleague(&format!("holder{number}x")).connect(PERSONAL, "held");
    }
    recorded_statements::take(&app.database);
    thread::scope(|scope| {
        for (number, owner) in owners.iter().enumerate() {
            scope.spawn(move || {
                for turn in 0..EACH {
                    let uid = format!("of{number}x{turn}");
                    let (status, connected) = owner.post(WORKSPACE, &account(&uid));
                    assert_eq!((status, connected.to_string().contains(&uid)), (201, true), "{connected}");
                    let (status, refused) = owner.post(WORKSPACE, &account("held"));
                    let holder = format!("holder{number}x@");
                    assert_eq!((status, refused.to_string().contains(&holder)), (422, true), "{refused}");
                }
            });
        }
    });
    let calls = recorded_statements::take(&app.database).len();
    assert!(calls < owners.len() * EACH, "{calls} calls for {} requests", 2 * owners.len() * EACH);
}

/// Two locks, because two calls run at the same time.
#[test]
fn locked_workspaces_stop_no_other() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    // Half of the connections are for writing: two of them wait for the locks, and the free workspace needs another.
    let app = TestApp::start_with(Kind::Postgres, |settings| settings.database_connections = 10);
    let owners = owners(&app, 3);
    let (locked, free) = owners.split_at(2);
    let (mut holder, mut watch) = (connection(&app), connection(&app));
    let ids = format!("{}, {}", locked[0].workspace_id, locked[1].workspace_id);
    let lock = format!("BEGIN; SELECT 1 FROM workspaces WHERE id IN ({ids}) FOR UPDATE");
    holder.batch_execute(&lock).expect("locks");
    thread::scope(|scope| {
        let waiting: Vec<_> =
            locked.iter().map(|owner| scope.spawn(|| owner.post(WORKSPACE, &account("1")).0)).collect();
        while waiting_for_locks(&mut watch) < 2 {
            thread::yield_now();
        }
        assert_eq!(free[0].post(WORKSPACE, &account("1")).0, 201);
        assert!(waiting.iter().all(|request| !request.is_finished()));
        holder.batch_execute("COMMIT").expect("the end of the locks");
        for request in waiting {
            assert_eq!(request.join().expect("an answer"), 201);
        }
    });
}
