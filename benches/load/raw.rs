//! The rate that SQLite reaches without a service: one durable commit per account, in a loop, into a copy of Roster's
//! file, with the same rows and indexes. Foreign keys are not checked.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, ExpressionMethods as _, Insertable, QueryDsl as _, Queryable, RunQueryDsl as _,
    SqliteConnection, TextExpressionMethods as _, connection::SimpleConnection as _,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::measurement::float;

diesel::table! {
    social_claims (workspace_id, provider, key) {
        workspace_id -> BigInt,
        provider -> Text,
        key -> Text,
        scope -> Text,
    }
}

diesel::table! {
    social_accounts (uuid) {
        uuid -> Text,
        workspace_id -> BigInt,
        provider -> Text,
        key -> Text,
        handle -> Text,
        scope -> Text,
        owner_id -> Nullable<BigInt>,
        connected_by -> Nullable<BigInt>,
        screen_name -> Text,
        twitter_nickname -> Text,
        logo_url -> Text,
        nickname -> Text,
        account_verified -> Bool,
        location -> Nullable<Text>,
        external_id -> Nullable<Text>,
        access_token -> Nullable<Text>,
        refresh_token -> Nullable<Text>,
        scopes -> Text,
        handle_aliases -> Text,
        last_sync_history_id -> Text,
        auth_failed_at -> Nullable<Text>,
        refreshed_at -> Text,
        created_at -> Text,
        updated_at -> Text,
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = social_claims)]
struct Claim<'a> {
    workspace_id: i64,
    provider: &'a str,
    key: &'a str,
    scope: &'a str,
}

#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = social_accounts)]
struct Row {
    uuid: String,
    workspace_id: i64,
    provider: String,
    key: String,
    handle: String,
    scope: String,
    owner_id: Option<i64>,
    connected_by: Option<i64>,
    screen_name: String,
    twitter_nickname: String,
    logo_url: String,
    nickname: String,
    account_verified: bool,
    location: Option<String>,
    external_id: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    scopes: String,
    handle_aliases: String,
    last_sync_history_id: String,
    auth_failed_at: Option<String>,
    refreshed_at: String,
    created_at: String,
    updated_at: String,
}

pub struct RawLoop {
    conn: SqliteConnection,
    /// An account that Roster stored; the next ones differ in what must be unique.
    account: Row,
    workspaces: Vec<i64>,
    inserted: usize,
    _folder: TempDir,
}

impl RawLoop {
    /// On a copy of a file in which Roster has connected accounts.
    pub fn on_copy(file: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let copy = folder.path().join("raw.sqlite3");
        open(file).batch_execute(&format!("VACUUM INTO '{}'", copy.display())).expect("a copy");
        let mut conn = open(&copy);
        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF";
        conn.batch_execute(pragmas).expect("settings");
        let connected = social_accounts::table.filter(social_accounts::key.like("u:%"));
        let account = connected
            .filter(social_accounts::scope.eq("workspace"))
            .first(&mut conn)
            .expect("an account of a workspace");
        let workspaces = social_accounts::table.select(social_accounts::workspace_id).distinct();
        let workspaces = workspaces.load(&mut conn).expect("workspaces");
        Self { conn, account, workspaces, inserted: 0, _folder: folder }
    }

    /// Accounts per second.
    pub fn run(&mut self, time: Duration) -> f64 {
        let (since, before) = (Instant::now(), self.inserted);
        while since.elapsed() < time {
            self.insert_next();
        }
        float(self.inserted - before) / since.elapsed().as_secs_f64()
    }

    fn insert_next(&mut self) {
        self.inserted += 1;
        let account = &mut self.account;
        let name = format!("raw-{:015}", self.inserted);
        account.workspace_id = self.workspaces[self.inserted % self.workspaces.len()];
        account.uuid = Uuid::new_v4().to_string();
        account.key = format!("u:{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        account.handle = format!("falcons_{name}");
        account.twitter_nickname.clone_from(&account.handle);
        account.screen_name = format!("Falcons {name}");
        account.logo_url = format!("https://example.com/{name}.png");
        let claim = Claim {
            workspace_id: account.workspace_id,
            provider: &account.provider,
            key: &account.key,
            scope: &account.scope,
        };
        let committed = self.conn.immediate_transaction(|conn| {
            diesel::insert_into(social_claims::table).values(&claim).execute(conn)?;
            diesel::insert_into(social_accounts::table).values(&*account).execute(conn)
        });
        committed.expect("a commit");
    }
}

fn open(file: &Path) -> SqliteConnection {
    SqliteConnection::establish(&file.display().to_string()).expect("the SQLite file")
}
