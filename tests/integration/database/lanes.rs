//! On PostgreSQL, of all requests that need a locked workspace one waits on a connection, and the others in front. Reads
//! do not wait.

use std::thread;

use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use roster::models::api_key::Scope;
use serde_json::{Value, json};

use crate::{
    database::{connect, waiting_for_locks},
    jobs::lines,
    rest::caller::key_text,
    support::{
        database::Kind,
        people::{PASSWORD, Person, account, email, sign_in},
        postgres::Postgres,
        server::TestApp,
    },
};

type Write = Box<dyn FnOnce() -> (u16, Value) + Send>;

/// One write of each way in which a request comes to lock the workspace.
fn writes(olga: &Person) -> Vec<Write> {
    let key = olga.client.with_token(&key_text(olga, &[Scope::Read, Scope::Write]));
    let (accepted, registered, declined) = (olga.invite("mia"), olga.invite("nina"), olga.invite("otto"));
    let mia = Person::owner(olga, "mia");
    let person = json!({"jobTitle": "Coach"});
    let (renaming, connecting, signing_in, registering, declining) =
        (olga.clone(), olga.clone(), olga.clone(), Person::nobody(olga), Person::nobody(olga));
    let invite = json!({"id": registered.id, "token": registered.token});
    vec![
        Box::new(move || renaming.put("workspaces", &json!({"workspace": {"name": "Northside"}}))),
        Box::new(move || connecting.post("workspaces/twitter_accounts", &account("1"))),
        Box::new(move || sign_in(&signing_in, &signing_in.email, PASSWORD)),
        Box::new(move || {
            let answer = key.send(Method::POST, "/rest/people", Some(&person)).expect("an answer");
            (answer.status, answer.json())
        }),
        Box::new(move || {
            mia.put(&format!("invites/{}", accepted.id), &json!({"invite": {"token": accepted.token}}))
        }),
        Box::new(move || {
            let user = json!({"email": email("nina"), "password": PASSWORD, "first_name": "nina"});
            registering.post("registrations", &json!({"user": user, "invite": invite}))
        }),
        Box::new(move || {
            let token = json!({"invite": {"token": declined.token}});
            declining.send(Method::DELETE, &format!("invites/{}", declined.id), Some(&token))
        }),
    ]
}

#[test]
fn one_request_for_a_locked_workspace_waits_on_a_connection() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start_with(Kind::Postgres, |settings| settings.database_connections = 8);
    let (olga, other) = (Person::owner(&app, "olga"), Person::owner(&app, "other"));
    let writes = writes(&olga);
    let (mut holder, mut watch) = (connect(&app.database), connect(&app.database));
    let lock = format!("BEGIN; SELECT FROM workspaces WHERE id = {} FOR UPDATE", olga.workspace_id);
    holder.batch_execute(&lock).expect("a lock");
    thread::scope(|scope| {
        let writing: Vec<_> = writes.into_iter().map(|write| scope.spawn(write)).collect();
        while waiting_for_locks(&mut watch) == 0 {
            thread::yield_now();
        }
        for number in 0..20 {
            let renamed = other.put("workspaces", &json!({"workspace": {"name": number.to_string()}}));
            assert_eq!(renamed.0, 200, "{}", renamed.1);
            assert!(waiting_for_locks(&mut watch) <= 1);
        }
        holder.batch_execute("COMMIT").expect("the end of the lock");
        for answer in writing.into_iter().map(|writing| writing.join().expect("an answer")) {
            assert!(matches!(answer.0, 200 | 201), "{} {}", answer.0, answer.1);
        }
    });
}

/// As a change of the workspace locks it, a record of what was read needs no lock.
#[test]
fn a_read_that_is_recorded_does_not_wait_for_the_changes_of_its_workspace() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let olga = Person::owner(&app, "olga");
    olga.connect("workspaces/twitter_accounts", "1");
    let (mut holder, mut watch) = (connect(&app.database), connect(&app.database));
    let lock = format!("BEGIN; SELECT FROM workspaces WHERE id = {} FOR NO KEY UPDATE", olga.workspace_id);
    holder.batch_execute(&lock).expect("a lock");
    thread::scope(|scope| {
        let renaming = scope.spawn(|| olga.put("workspaces", &json!({"workspace": {"name": "Northside"}})).0);
        while waiting_for_locks(&mut watch) == 0 {
            thread::yield_now();
        }
        let read = olga.client.send(Method::GET, "/rest/connectedAccounts", None).expect("an answer");
        assert!(read.status == 200 && read.body.contains("canary-token"), "{}", read.body);
        assert!(!renaming.is_finished());
        let recorded = "SELECT CAST(count(*) AS text) AS line FROM token_readings";
        assert_eq!(lines(&app.database, recorded), ["1"]);
        holder.batch_execute("COMMIT").expect("the end of the lock");
        assert_eq!(renaming.join().expect("an answer"), 200);
    });
}
