//! Somebody who leaves the lock out gets between a check and its COMMIT. The constraints notice, the work runs
//! again, and the caller hears the sentence of the contract instead of a failure.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use actix_web::rt::System;
use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _,
    connection::{InstrumentationEvent, SimpleConnection as _},
};
use roster::{
    app::App,
    clock::Clock,
    db::Conn,
    error::{Error, Problem, Result},
    models::{
        email::Email,
        session::Session,
        social_account::{
            Connection, SocialAccount, TWITTER, connecting::Connected, identity::Handle, transferring::Side,
        },
        user::{registering::Registration, signing_in},
    },
};

use crate::support::{
    database::{Database, Kind},
    postgres::Postgres,
};

/// A workspace with an owner and a member.
struct Scene {
    app: App,
    database: Database,
    olga: Session,
    mia: Session,
    workspace_id: i64,
}

impl Scene {
    fn set(kind: Kind) -> Self {
        let database = Database::new(kind);
        let app = App::open(database.settings(), Clock::default()).expect("an app");
        let (vault, now) = (app.vault.clone(), app.clock.now());
        let people = app.db.write(move |conn| {
            let (olga, _, workspace) = registration("olga").with_workspace(conn, None, now)?;
            let session = |conn: &mut Conn, user_id| {
                let uuid = signing_in::begin_session(conn, user_id, None, now)?;
                Ok::<_, Error>(Session { user_id, uuid, issued_at: now, now })
            };
            let olga = session(conn, olga.id)?;
            let sender = olga.member(conn)?;
            let invited = sender.invite(conn, &vault, &[registration("mia").email], None, "")?;
            let (mia, ..) = registration("mia").by_invite(conn, &invited.issued[0].invite, now)?;
            Ok((olga, session(conn, mia.id)?, workspace.id))
        });
        let (olga, mia, workspace_id) = System::new().block_on(people).expect("two people");
        Self { app, database, olga, mia, workspace_id }
    }

    fn write<T: Send + 'static>(&self, work: impl Fn(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        System::new().block_on(self.app.db.write(work))
    }

    /// The account that is fought for, straight into the tables.
    fn account_of(&self, holder: Option<Session>) -> String {
        let key = format!("u:{}", self.app.vault.identity().digest(TWITTER, "UID"));
        let (workspace, scope) = (self.workspace_id, if holder.is_some() { "personal" } else { "workspace" });
        let owner = holder.map_or("NULL".to_owned(), |session| session.user_id.to_string());
        let by = holder.unwrap_or(self.olga).user_id;
        format!(
            "INSERT INTO social_claims VALUES ({workspace}, 'twitter', '{key}', '{scope}') ON CONFLICT DO NOTHING;
             INSERT INTO social_accounts (uuid, workspace_id, provider, key, handle, scope, owner_id, connected_by,
                 screen_name, twitter_nickname, logo_url, nickname, account_verified, scopes, handle_aliases,
                 last_sync_history_id, refreshed_at, created_at, updated_at)
             VALUES (gen_random_uuid(), {workspace}, 'twitter', '{key}', 'lions', '{scope}', {owner}, {by},
                 'Lions', 'lions', '', '', false, '[]', '', '', now(), now(), now())"
        )
    }

    /// Has `sql` committed by somebody else the first time that a statement begins so.
    fn thief(&self, before: &'static str, sql: String) -> Thief {
        let url = self.database.url().expect("a PostgreSQL");
        Thief { before, sql, url, has_struck: Arc::default() }
    }
}

#[derive(Clone)]
struct Thief {
    before: &'static str,
    sql: String,
    url: String,
    has_struck: Arc<AtomicBool>,
}

impl Thief {
    fn watch(&self, conn: &mut Conn) {
        let thief = self.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let InstrumentationEvent::StartQuery { query, .. } = event else { return };
            if query.to_string().starts_with(thief.before) && !thief.has_struck.swap(true, Ordering::SeqCst) {
                let mut conn = PgConnection::establish(&thief.url).expect("a connection");
                conn.transaction(|conn| conn.batch_execute(&thief.sql)).expect("a theft");
            }
        });
    }

    fn has_struck(&self) -> bool {
        self.has_struck.load(Ordering::SeqCst)
    }
}

fn registration(name: &str) -> Registration {
    Registration {
        email: Email::parse(&format!("{name}@example.test")).expect("an address"),
        password_digest: String::new(),
        first_name: None,
        last_name: None,
    }
}

fn connection() -> Connection {
    Connection {
        provider: TWITTER,
        external_id: Some("UID".to_owned().into()),
        handle: Handle::parse("lions").expect("a handle"),
        access_token: "TOKEN".to_owned().into(),
        screen_name: "Lions".to_owned(),
        twitter_nickname: "lions".to_owned(),
        logo_url: String::new(),
        account_verified: None,
        location: None,
        named_by: "twitter_account.twitter_uid",
    }
}

fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> Problem {
    match outcome {
        Err(Error::Invalid(mut problems)) => problems.remove(0),
        other => panic!("{other:?}"),
    }
}

const TAKES_CLAIM: &str = "INSERT INTO \"social_claims\"";

#[test]
fn a_claim_stolen_for_the_workspace_is_the_sentence_for_members() {
    let Some(_) = Postgres::get() else { return };
    let scene = Scene::set(Kind::Postgres);
    let thief = scene.thief(TAKES_CLAIM, scene.account_of(None));
    let (watching, vault, mia) = (thief.clone(), scene.app.vault.clone(), scene.mia);
    let outcome = scene.write(move |conn| {
        watching.watch(conn);
        mia.member(conn)?.connect_personally(conn, &vault, &connection())
    });
    let problem = problem(outcome);
    assert!(thief.has_struck());
    assert_eq!(problem.code, "held_by_workspace");
    assert!(problem.message.ends_with("Please ask olga@example.test for access"), "{}", problem.message);
}

#[test]
fn a_claim_stolen_by_a_member_is_the_sentence_for_admins() {
    let Some(_) = Postgres::get() else { return };
    let scene = Scene::set(Kind::Postgres);
    let thief = scene.thief(TAKES_CLAIM, scene.account_of(Some(scene.mia)));
    let (watching, vault, olga) = (thief.clone(), scene.app.vault.clone(), scene.olga);
    let outcome = scene.write(move |conn| {
        watching.watch(conn);
        olga.admin(conn)?.connect(conn, &vault, &connection())
    });
    let problem = problem(outcome);
    assert!(thief.has_struck());
    assert_eq!(problem.code, "held_by_members");
    assert!(problem.message.contains("mia@example.test"), "{}", problem.message);
}

#[test]
fn an_account_connected_meanwhile_by_its_own_holder_is_refreshed() {
    let Some(_) = Postgres::get() else { return };
    for personally in [false, true] {
        let scene = Scene::set(Kind::Postgres);
        let thief = scene.thief(TAKES_CLAIM, scene.account_of(personally.then_some(scene.mia)));
        let (watching, vault) = (thief.clone(), scene.app.vault.clone());
        let (olga, mia) = (scene.olga, scene.mia);
        let connected = scene.write(move |conn| {
            watching.watch(conn);
            if personally {
                mia.member(conn)?.connect_personally(conn, &vault, &connection())
            } else {
                olga.admin(conn)?.connect(conn, &vault, &connection())
            }
        });
        assert!(thief.has_struck());
        assert!(matches!(connected, Ok(Connected::Refreshed(_))), "{connected:?}");
    }
}

#[test]
fn a_transfer_overtaken_by_a_colleague_is_the_sentence_for_admins() {
    let Some(_) = Postgres::get() else { return };
    let scene = Scene::set(Kind::Postgres);
    let (vault, olga) = (scene.app.vault.clone(), scene.olga);
    let account: SocialAccount = scene
        .write(move |conn| match olga.member(conn)?.connect_personally(conn, &vault, &connection())? {
            Connected::New(account) | Connected::Refreshed(account) => Ok(account),
        })
        .expect("an account");
    let thief = scene.thief("UPDATE \"social_claims\"", scene.account_of(Some(scene.mia)));
    let watching = thief.clone();
    let outcome = scene.write(move |conn| {
        watching.watch(conn);
        olga.admin(conn)?.transfer(conn, account.id, Side::Workspace, "id")
    });
    assert!(thief.has_struck());
    assert_eq!(problem(outcome).code, "held_by_members");
}

/// Fails at COMMIT this often, on either database; answers how many times it was run, and what came of it.
fn fail_at_commit(scene: &Scene, failures: u32) -> (u32, Result<()>) {
    let runs = Arc::new(AtomicU32::new(0));
    let (counted, workspace_id, user_id) = (Arc::clone(&runs), scene.workspace_id, scene.mia.user_id);
    let outcome = scene.write(move |conn| {
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
        let scene = Scene::set(kind);
        assert!(matches!(fail_at_commit(&scene, 1), (2, Ok(()))), "{kind}");
        assert!(matches!(fail_at_commit(&scene, 3), (4, Ok(()))), "{kind}");
        assert!(matches!(fail_at_commit(&scene, u32::MAX), (4, Err(Error::Ours(_)))), "{kind}");
        let mia = scene.mia;
        assert!(
            scene.write(move |conn| mia.member(conn)).is_ok(),
            "{kind}: the connection is as good as before"
        );
    }
}
