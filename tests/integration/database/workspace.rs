//! A workspace with two people, and an intruder that writes into it without the lock.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::rt::System;
use diesel::{
    Connection as _, PgConnection,
    connection::{InstrumentationEvent, SimpleConnection as _},
};
use roster::{
    app::App,
    clock::Clock,
    db::Conn,
    error::{Error, Result},
    models::{
        email::Email,
        session::Session,
        user::{registering::Registration, signing_in},
    },
    networks::TWITTER,
};

use crate::{
    database::connect,
    support::database::{Database, Kind},
};

pub struct Workspace {
    pub app: App,
    database: Database,
    pub olga: Session,
    pub mia: Session,
    pub id: i64,
}

impl Workspace {
    pub fn new(kind: Kind) -> Self {
        let database = Database::new(kind);
        let app = App::open(database.settings(), Clock::default()).expect("an app");
        let (vault, signing, now) = (app.vault(), app.vault(), app.clock.now());
        let people = app.db.write(move |conn| {
            let (olga, _, workspace) = registration("olga").with_workspace(conn, None, now)?;
            let session = |conn: &mut Conn, user_id| {
                let uuid = signing_in::begin_session(conn, user_id, None, None, now)?;
                let key_id = signing.ring().current_key_id();
                let client = Ipv4Addr::LOCALHOST.into();
                Ok::<_, Error>(Session {
                    user_id,
                    uuid,
                    workspace_id_in_token: None,
                    issued_at: now,
                    key_id,
                    client,
                    now,
                })
            };
            let olga = session(conn, olga.id)?;
            let sender = olga.member(conn)?;
            let invited = sender.invite(conn, &vault, &[registration("mia").email], None, "")?;
            let (mia, ..) = registration("mia").by_invite(conn, &invited.issued[0].invite, now)?;
            Ok((olga, session(conn, mia.id)?, workspace.id))
        });
        let (olga, mia, id) = System::new().block_on(people).expect("two people");
        Self { app, database, olga, mia, id }
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        System::new().block_on(self.app.db.write(work))
    }

    /// A connection of its own.
    pub fn connect(&self) -> Conn {
        connect(&self.database)
    }

    /// Inserts the contested account directly into the tables.
    pub fn account_of(&self, holder: Option<Session>) -> String {
        let key = format!("u:{}", self.app.vault().identity().digest(TWITTER.name, "UID"));
        let (workspace, scope) = (self.id, if holder.is_some() { "personal" } else { "workspace" });
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

    /// Another connection commits `sql` before the first statement that starts with `before`.
    pub fn intruder(&self, before: &'static str, sql: String) -> Intruder {
        let url = self.database.url().expect("a PostgreSQL");
        Intruder { before, sql, url, has_written: Arc::default() }
    }
}

#[derive(Clone)]
pub struct Intruder {
    before: &'static str,
    sql: String,
    url: String,
    has_written: Arc<AtomicBool>,
}

impl Intruder {
    pub fn watch(&self, conn: &mut Conn) {
        let intruder = self.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let InstrumentationEvent::StartQuery { query, .. } = event else { return };
            if query.to_string().starts_with(intruder.before)
                && !intruder.has_written.swap(true, Ordering::SeqCst)
            {
                let mut conn = PgConnection::establish(&intruder.url).expect("a connection");
                conn.transaction(|conn| conn.batch_execute(&intruder.sql)).expect("a write");
            }
        });
    }

    pub fn has_written(&self) -> bool {
        self.has_written.load(Ordering::SeqCst)
    }
}

fn registration(name: &str) -> Registration {
    Registration {
        is_confirmed: true,
        email: Email::parse(&format!("{name}@example.test")).expect("an address"),
        password_digest: String::new(),
        first_name: None,
        last_name: None,
    }
}
