//! On PostgreSQL a write locks the workspace that its token names when it begins, and nobody locks a workspace that they
//! have left.

use std::thread;

use actix_web::rt::System;
use diesel::connection::SimpleConnection as _;
use reqwest::Method;
use roster::db::{Conn, FirstLock};
use serde_json::{Value, json};

use crate::{
    database::{waiting_for_locks, workspace::Workspace},
    support::{database::Kind, people::Person, postgres::Postgres, server::TestApp},
};

/// A transaction that locks the workspace until this is dropped.
fn hold(mut holder: Conn, workspace_id: i64) -> Conn {
    let lock = format!(
        "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; \
         SELECT FROM workspaces WHERE id = {workspace_id} FOR UPDATE"
    );
    holder.batch_execute(&lock).expect("a lock");
    holder
}

fn connect(app: &TestApp) -> Conn {
    roster::app::target(&app.settings).expect("a target").connect().expect("a connection")
}

/// The answer to a write that waits for no lock.
fn hide_walkthrough_at_once(app: &TestApp, person: &Person) -> (u16, Value) {
    let mut watch = connect(app);
    let hidden = json!({"walkthrough": {"hidden": true}});
    thread::scope(|scope| {
        let request = scope.spawn(|| person.put("walkthrough", &hidden));
        while !request.is_finished() {
            assert!(waiting_for_locks(&mut watch) == 0, "the request waits for a lock");
        }
        request.join().expect("an answer")
    })
}

/// Mia was in Olga's workspace, and her token says so.
fn removed(app: &TestApp) -> (Person, Person) {
    let olga = Person::owner(app, "olga");
    let mia = olga.colleague("mia");
    olga.must(Method::DELETE, &format!("workspace_users/{}", mia.id), None);
    (olga, mia)
}

#[test]
fn who_was_removed_does_not_wait_for_the_former_workspace() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let (olga, mia) = removed(&app);
    let _holder = hold(connect(&app), olga.workspace_id);
    let (status, answer) = hide_walkthrough_at_once(&app, &mia);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn who_moved_does_not_wait_for_the_former_workspace() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let (olga, nina) = (Person::owner(&app, "olga"), Person::owner(&app, "nina"));
    let mia = olga.colleague("mia");
    let ticket = nina.invite("mia");
    let acceptance = json!({"invite": {"token": ticket.token}});
    mia.must(Method::PUT, &format!("invites/{}", ticket.id), Some(&acceptance));
    let _holder = hold(connect(&app), olga.workspace_id);
    let (status, answer) = hide_walkthrough_at_once(&app, &mia);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn an_ended_session_does_not_wait_for_the_former_workspace() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let app = TestApp::start(Kind::Postgres);
    let (olga, mia) = removed(&app);
    mia.must(Method::DELETE, "sessions", None);
    let _holder = hold(connect(&app), olga.workspace_id);
    assert_eq!(hide_walkthrough_at_once(&app, &mia).0, 401);
}

/// The other workspace is locked for longer than one attempt waits.
#[test]
fn a_write_waits_once_for_the_workspace_that_it_names() {
    if Postgres::for_this_test().is_none() {
        return;
    }
    let workspace = Workspace::new(Kind::Postgres);
    let _holder = hold(workspace.connect(), workspace.id);
    let db = workspace.app.db.with_long_timeouts().in_workspace(Some(FirstLock::Workspace(workspace.id)));
    System::new().block_on(db.write(|_| Ok(()))).expect("a write without the lock");
}
