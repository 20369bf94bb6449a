//! The life of an API key below the routes: the outcome for each client, and the rows that remain.

mod credentials;

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, dsl::sql, select, sql_types::BigInt};
use roster::{
    clock::Moment,
    crypto::api_key::KeyText,
    error::{Error, Result},
    models::{
        api_key::{IssuedApiKey, MAX_USABLE, NewApiKey, Scope},
        caller::{ApiKeyCaller, Caller, Credentials, KeyCredentials},
        session::Session,
    },
};

use crate::{database::workspace::Workspace, support::database::Kind};

fn new_key(expires_at: Option<Moment>) -> NewApiKey {
    NewApiKey { name: "n8n".to_owned(), scopes: vec![Scope::Read, Scope::Tokens], expires_at }
}

fn issue(workspace: &Workspace, by: Session, expires_at: Option<Moment>) -> Result<IssuedApiKey> {
    workspace.write(move |conn| by.key_admin(conn)?.issue_api_key(conn, &new_key(expires_at)))
}

fn credentials(text: &KeyText, now: Moment) -> KeyCredentials {
    KeyCredentials { text: text.clone(), now }
}

/// The write path finds and refuses keys as the read path does.
fn authenticate(workspace: &Workspace, text: &KeyText, now: Moment) -> Result<ApiKeyCaller> {
    let credentials = Credentials::Key(credentials(text, now));
    workspace.write(move |conn| {
        let read = credentials.load_caller(conn).map(|caller| caller.workspace_id());
        match credentials.load_locked_caller(conn) {
            Ok(Caller::Key(holder)) => {
                assert_eq!(read?, holder.workspace_id);
                Ok(holder)
            }
            Ok(Caller::Person(_)) => panic!("a key is no person"),
            Err(error) => {
                assert_eq!(read.expect_err("the same refusal").to_string(), error.to_string());
                Err(error)
            }
        }
    })
}

fn refusal(outcome: Result<ApiKeyCaller>) -> &'static str {
    match outcome {
        Err(Error::Unauthenticated(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

fn count(workspace: &Workspace, what: &str) -> i64 {
    let query = format!("(SELECT count(*) FROM {what})");
    workspace.write(move |conn| Ok(select(sql::<BigInt>(&query)).get_result(conn)?)).expect("a number")
}

#[test]
fn a_key_shows_its_workspace_and_its_scopes() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let IssuedApiKey { key, text } = issue(&workspace, workspace.olga, None).unwrap();
        let holder = authenticate(&workspace, &text, workspace.olga.now).unwrap();
        assert_eq!((holder.workspace_id, holder.key_id), (workspace.id, key.id), "{kind}");
        assert_eq!((holder.name.as_str(), holder.created_by), ("n8n", Some(workspace.olga.user_id)));
        assert_eq!(holder.scopes, [Scope::Read, Scope::Tokens]);
        assert!(key.is_usable(workspace.olga.now));
    }
}

#[test]
fn stored_values_are_no_credentials() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let issued = issue(&workspace, workspace.olga, None).unwrap();
        let (text, digest) = (&issued.text, issued.text.digest());
        let shown = format!("{issued:?} {:?}", credentials(text, workspace.olga.now));
        assert!(!shown.contains(text.expose()) && !shown.contains(&digest), "{shown}");
        assert_eq!(count(&workspace, &format!("api_keys WHERE digest = '{digest}'")), 1, "{kind}");
        assert!(KeyText::parse(&digest).is_none());
    }
}

#[test]
fn each_end_has_its_sentence() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let (olga, now, later) =
            (workspace.olga, workspace.olga.now, workspace.olga.now + TimeDelta::hours(1));
        let expiring = issue(&workspace, olga, Some(later)).unwrap().text;
        assert!(authenticate(&workspace, &expiring, later - TimeDelta::milliseconds(1)).is_ok());
        assert_eq!(refusal(authenticate(&workspace, &expiring, later)), "Token has expired.", "{kind}");

        let IssuedApiKey { key, text } = issue(&workspace, olga, Some(later)).unwrap();
        workspace.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, key.id)).unwrap();
        for moment in [now, later] {
            assert_eq!(refusal(authenticate(&workspace, &text, moment)), "This API Key is revoked", "{kind}");
        }
        let again = workspace.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, key.id));
        assert!(matches!(again, Err(Error::NotFound)), "{again:?}");

        for unknown in [workspace.id, workspace.id + 1].map(KeyText::generate) {
            assert_eq!(refusal(authenticate(&workspace, &unknown, now)), "Token invalid.", "{kind}");
        }
    }
}

#[test]
fn its_use_is_written_down_once_an_hour() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let (text, now) = (issue(&workspace, workspace.olga, None).unwrap().text, workspace.olga.now);
        let at = |minutes| now + TimeDelta::minutes(minutes);
        for (minutes, found) in [(0, None), (59, Some(0)), (60, Some(0)), (61, Some(60))] {
            let holder = authenticate(&workspace, &text, at(minutes)).unwrap();
            assert_eq!(holder.last_used_at, found.map(at), "{kind}, after {minutes} minutes");
        }
    }
}

#[test]
fn members_make_and_revoke_none() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        assert!(matches!(issue(&workspace, workspace.mia, None), Err(Error::Forbidden(_))), "{kind}");
    }
}

#[test]
fn a_workspace_has_room_for_a_hundred_that_work() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let (olga, later) = (workspace.olga, workspace.olga.now + TimeDelta::hours(1));
        let first = issue(&workspace, olga, None).unwrap().key.id;
        issue(&workspace, olga, Some(later)).unwrap();
        workspace
            .write(move |conn| {
                let admin = olga.key_admin(conn)?;
                (2..MAX_USABLE).try_for_each(|_| admin.issue_api_key(conn, &new_key(None)).map(drop))
            })
            .unwrap();
        assert!(matches!(issue(&workspace, olga, None), Err(Error::Invalid(_))), "{kind}");
        let at_last = Session { now: later, ..olga };
        issue(&workspace, at_last, None).expect("the room of the one that has expired");
        assert!(matches!(issue(&workspace, at_last, None), Err(Error::Invalid(_))), "{kind}");
        workspace.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, first)).unwrap();
        issue(&workspace, at_last, None).expect("the room of the one that was revoked");
    }
}

#[test]
fn remain_when_their_creator_leaves() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let (olga, mia, vault) = (workspace.olga, workspace.mia, workspace.app.vault());
        let text = issue(&workspace, olga, None).unwrap().text;
        workspace
            .write(move |conn| {
                let owner = roster::models::role::Role::Owner;
                olga.admin(conn)?.give_role(conn, mia.user_id, owner)?;
                olga.member(conn)?.leave(conn, &vault)
            })
            .unwrap();
        assert_eq!(authenticate(&workspace, &text, olga.now).unwrap().created_by, None, "{kind}");
    }
}

#[test]
fn go_with_the_workspace() {
    for kind in Kind::available() {
        let workspace = Workspace::new(kind);
        let (olga, mia) = (workspace.olga, workspace.mia);
        let text = issue(&workspace, olga, None).unwrap().text;
        for person in [mia, olga] {
            let vault = workspace.app.vault();
            workspace.write(move |conn| person.member(conn)?.erase(conn, &vault)).unwrap();
        }
        assert_eq!((count(&workspace, "api_keys"), count(&workspace, "workspaces")), (0, 0), "{kind}");
        assert_eq!(refusal(authenticate(&workspace, &text, olga.now)), "Token invalid.");
    }
}
