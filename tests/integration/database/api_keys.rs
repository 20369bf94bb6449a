//! API keys from their making to their end, below the routes: what each bearer is told, and what stays behind.

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

use crate::{database::workspace::Scene, support::database::Kind};

fn new_key(expires_at: Option<Moment>) -> NewApiKey {
    NewApiKey { name: "n8n".to_owned(), scopes: vec![Scope::Read, Scope::Tokens], expires_at }
}

fn issue(scene: &Scene, by: Session, expires_at: Option<Moment>) -> Result<IssuedApiKey> {
    scene.write(move |conn| by.key_admin(conn)?.issue_api_key(conn, &new_key(expires_at)))
}

fn credentials(text: &KeyText, now: Moment) -> KeyCredentials {
    KeyCredentials { text: text.clone(), now }
}

/// Writing, which finds and refuses as reading does.
fn come_in(scene: &Scene, text: &KeyText, now: Moment) -> Result<ApiKeyCaller> {
    let credentials = Credentials::Key(credentials(text, now));
    scene.write(move |conn| {
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

fn count(scene: &Scene, what: &str) -> i64 {
    let query = format!("(SELECT count(*) FROM {what})");
    scene.write(move |conn| Ok(select(sql::<BigInt>(&query)).get_result(conn)?)).expect("a number")
}

#[test]
fn a_key_says_where_it_belongs_and_what_it_may() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let IssuedApiKey { key, text } = issue(&scene, scene.olga, None).unwrap();
        let holder = come_in(&scene, &text, scene.olga.now).unwrap();
        assert_eq!((holder.workspace_id, holder.key_id), (scene.workspace_id, key.id), "{kind}");
        assert_eq!((holder.name.as_str(), holder.created_by), ("n8n", Some(scene.olga.user_id)));
        assert_eq!(holder.scopes, [Scope::Read, Scope::Tokens]);
        assert!(key.is_usable(scene.olga.now));
    }
}

#[test]
fn what_is_kept_does_not_open_it() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let issued = issue(&scene, scene.olga, None).unwrap();
        let (text, digest) = (&issued.text, issued.text.digest());
        let shown = format!("{issued:?} {:?}", credentials(text, scene.olga.now));
        assert!(!shown.contains(text.expose()) && !shown.contains(&digest), "{shown}");
        assert_eq!(count(&scene, &format!("api_keys WHERE digest = '{digest}'")), 1, "{kind}");
        assert!(KeyText::parse(&digest).is_none());
    }
}

#[test]
fn each_end_has_its_sentence() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let (olga, now, later) = (scene.olga, scene.olga.now, scene.olga.now + TimeDelta::hours(1));
        let expiring = issue(&scene, olga, Some(later)).unwrap().text;
        assert!(come_in(&scene, &expiring, later - TimeDelta::milliseconds(1)).is_ok());
        assert_eq!(refusal(come_in(&scene, &expiring, later)), "Token has expired.", "{kind}");

        let IssuedApiKey { key, text } = issue(&scene, olga, Some(later)).unwrap();
        scene.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, key.id)).unwrap();
        for moment in [now, later] {
            assert_eq!(refusal(come_in(&scene, &text, moment)), "This API Key is revoked", "{kind}");
        }
        let again = scene.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, key.id));
        assert!(matches!(again, Err(Error::NotFound)), "{again:?}");

        for unknown in [scene.workspace_id, scene.workspace_id + 1].map(KeyText::generate) {
            assert_eq!(refusal(come_in(&scene, &unknown, now)), "Token invalid.", "{kind}");
        }
    }
}

#[test]
fn its_use_is_written_down_once_an_hour() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let (text, now) = (issue(&scene, scene.olga, None).unwrap().text, scene.olga.now);
        let at = |minutes| now + TimeDelta::minutes(minutes);
        for (minutes, found) in [(0, None), (59, Some(0)), (60, Some(0)), (61, Some(60))] {
            let holder = come_in(&scene, &text, at(minutes)).unwrap();
            assert_eq!(holder.last_used_at, found.map(at), "{kind}, after {minutes} minutes");
        }
    }
}

#[test]
fn members_make_and_revoke_none() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        assert!(matches!(issue(&scene, scene.mia, None), Err(Error::Forbidden(_))), "{kind}");
    }
}

#[test]
fn a_workspace_has_room_for_a_hundred_that_work() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let (olga, later) = (scene.olga, scene.olga.now + TimeDelta::hours(1));
        let first = issue(&scene, olga, None).unwrap().key.id;
        issue(&scene, olga, Some(later)).unwrap();
        scene
            .write(move |conn| {
                let admin = olga.key_admin(conn)?;
                (2..MAX_USABLE).try_for_each(|_| admin.issue_api_key(conn, &new_key(None)).map(drop))
            })
            .unwrap();
        assert!(matches!(issue(&scene, olga, None), Err(Error::Invalid(_))), "{kind}");
        let at_last = Session { now: later, ..olga };
        issue(&scene, at_last, None).expect("the room of the one that has expired");
        assert!(matches!(issue(&scene, at_last, None), Err(Error::Invalid(_))), "{kind}");
        scene.write(move |conn| olga.key_admin(conn)?.revoke_api_key(conn, first)).unwrap();
        issue(&scene, at_last, None).expect("the room of the one that was revoked");
    }
}

#[test]
fn stay_when_whoever_made_them_leaves() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let (olga, mia, vault) = (scene.olga, scene.mia, scene.app.vault.clone());
        let text = issue(&scene, olga, None).unwrap().text;
        scene
            .write(move |conn| {
                let owner = roster::models::role::Role::Owner;
                olga.admin(conn)?.give_role(conn, mia.user_id, owner)?;
                olga.member(conn)?.leave(conn, &vault)
            })
            .unwrap();
        assert_eq!(come_in(&scene, &text, olga.now).unwrap().created_by, None, "{kind}");
    }
}

#[test]
fn go_with_the_workspace() {
    for kind in Kind::available() {
        let scene = Scene::set(kind);
        let (olga, mia) = (scene.olga, scene.mia);
        let text = issue(&scene, olga, None).unwrap().text;
        scene.write(move |conn| mia.member(conn)?.erase(conn)).unwrap();
        scene.write(move |conn| olga.member(conn)?.erase(conn)).unwrap();
        assert_eq!((count(&scene, "api_keys"), count(&scene, "workspaces")), (0, 0), "{kind}");
        assert_eq!(refusal(come_in(&scene, &text, olga.now)), "Token invalid.");
    }
}
