//! A write without the lock happens between a check and its COMMIT. A constraint refuses it, the transaction runs
//! again, and the caller gets the message of the contract instead of a 500.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use diesel::RunQueryDsl as _;
use roster::{
    error::{Error, Problem, Result},
    models::social_account::{
        NewAccount, Profile, Progress, SocialAccount, TokenSource, connecting::Connected, identity::Handle,
    },
    networks::TWITTER,
};

use crate::{
    database::workspace::Workspace,
    support::{database::Kind, postgres::Postgres},
};

fn new_account() -> NewAccount {
    NewAccount {
        uuid: None,
        provider: TWITTER.name.to_owned(),
        external_id: Some("UID".to_owned().into()),
        handle: Handle::parse("lions").expect("a handle"),
        access_token: Some("TOKEN".to_owned().into()),
        refresh_token: None,
        source: TokenSource::Pasted,
        progress: Progress::default(),
        profile: Some(Profile { screen_name: "Lions".to_owned(), logo_url: String::new() }),
        twitter_nickname: "lions".to_owned(),
        account_verified: None,
        location: None,
        parameter: "twitter_account.twitter_uid".to_owned(),
    }
}

fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> Problem {
    match outcome {
        Err(Error::Invalid(mut problems)) => problems.remove(0),
        other => panic!("{other:?}"),
    }
}

const TAKES_CLAIM: &str = "INSERT INTO social_claims";

#[test]
fn a_claim_stolen_for_the_workspace_is_the_sentence_for_members() {
    let Some(_) = Postgres::for_this_test() else { return };
    let workspace = Workspace::new(Kind::Postgres);
    let intruder = workspace.intruder(TAKES_CLAIM, workspace.account_of(None));
    let (watching, vault, mia) = (intruder.clone(), workspace.app.vault(), workspace.mia);
    let outcome = workspace.write(move |conn| {
        watching.watch(conn);
        mia.member(conn)?.connect_personally(conn, &vault, &new_account())
    });
    let problem = problem(outcome);
    assert!(intruder.has_written());
    assert_eq!(problem.code, "held_by_workspace");
    assert!(problem.message.ends_with("Please ask olga@example.test for access"), "{}", problem.message);
}

#[test]
fn a_claim_stolen_by_a_member_is_the_sentence_for_admins() {
    let Some(_) = Postgres::for_this_test() else { return };
    let workspace = Workspace::new(Kind::Postgres);
    let intruder = workspace.intruder(TAKES_CLAIM, workspace.account_of(Some(workspace.mia)));
    let (watching, vault, olga) = (intruder.clone(), workspace.app.vault(), workspace.olga);
    let outcome = workspace.write(move |conn| {
        watching.watch(conn);
        olga.admin(conn)?.connect(conn, &vault, &new_account())
    });
    let problem = problem(outcome);
    assert!(intruder.has_written());
    assert_eq!(problem.code, "held_by_members");
    assert!(problem.message.contains("mia@example.test"), "{}", problem.message);
}

#[test]
fn an_account_connected_meanwhile_by_its_own_holder_is_refreshed() {
    let Some(_) = Postgres::for_this_test() else { return };
    for personally in [false, true] {
        let workspace = Workspace::new(Kind::Postgres);
        let intruder =
            workspace.intruder(TAKES_CLAIM, workspace.account_of(personally.then_some(workspace.mia)));
        let (watching, vault) = (intruder.clone(), workspace.app.vault());
        let (olga, mia) = (workspace.olga, workspace.mia);
        let connected = workspace.write(move |conn| {
            watching.watch(conn);
            if personally {
                mia.member(conn)?.connect_personally(conn, &vault, &new_account())
            } else {
                olga.admin(conn)?.connect(conn, &vault, &new_account())
            }
        });
        assert!(intruder.has_written());
        assert!(matches!(connected, Ok(Connected::Refreshed(_))), "{connected:?}");
    }
}

#[test]
fn a_transfer_overtaken_by_a_colleague_is_the_sentence_for_admins() {
    let Some(_) = Postgres::for_this_test() else { return };
    let workspace = Workspace::new(Kind::Postgres);
    let (vault, olga) = (workspace.app.vault(), workspace.olga);
    let account: SocialAccount = workspace
        .write(move |conn| match olga.member(conn)?.connect_personally(conn, &vault, &new_account())? {
            Connected::New(account) | Connected::Refreshed(account) => Ok(account),
        })
        .expect("an account");
    let intruder = workspace.intruder("UPDATE \"social_claims\"", workspace.account_of(Some(workspace.mia)));
    let (watching, vault) = (intruder.clone(), workspace.app.vault());
    let outcome = workspace.write(move |conn| {
        watching.watch(conn);
        olga.admin(conn)?.transfer_to_workspace(conn, &vault, &[TWITTER.name], account.id, "id")
    });
    assert!(intruder.has_written());
    assert_eq!(problem(outcome).code, "held_by_members");
}

/// Fails at COMMIT this often, on either database; returns the number of runs and the outcome.
fn fail_at_commit(workspace: &Workspace, failures: u32) -> (u32, Result<()>) {
    let runs = Arc::new(AtomicU32::new(0));
    let (counted, workspace_id, user_id) = (Arc::clone(&runs), workspace.id, workspace.mia.user_id);
    let outcome = workspace.write(move |conn| {
        if counted.fetch_add(1, Ordering::SeqCst) < failures {
            let sql = format!(
                "DELETE FROM memberships WHERE workspace_id = {workspace_id} AND user_id = {user_id}"
            );
            diesel::sql_query(sql).execute(conn)?;
        }
        Ok(())
    });
    (runs.load(Ordering::SeqCst), outcome)
}

#[test]
fn a_violation_at_commit_has_the_work_run_again() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        assert!(matches!(fail_at_commit(&workspace, 1), (2, Ok(()))), "{kind}");
        assert!(matches!(fail_at_commit(&workspace, 3), (4, Ok(()))), "{kind}");
        assert!(matches!(fail_at_commit(&workspace, u32::MAX), (4, Err(Error::Ours(_)))), "{kind}");
        let mia = workspace.mia;
        assert!(
            workspace.write(move |conn| mia.member(conn)).is_ok(),
            "{kind}: the connection is as good as before"
        );
    }
}
