//! No statement of a consent, a refresh, a reading or a sweep reads a whole table: each finds its rows by an index.

use std::{collections::BTreeSet, thread, time::Duration};

use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query, sql_types::Text,
};
use reqwest::Method;
use roster::db::Conn;
use serde_json::json;

use super::{Falcons, advance, connect, eventually};
use crate::{
    api::v4::consents::{grant, storing::sweep},
    database,
    support::{
        database::Kind,
        peer::{FALCONS, TOKEN},
        recorded_statements::{self, take_all},
        server::TestApp,
    },
};

const TABLES: [&str; 3] = ["grants", "consents", "social_accounts"];
/// Each is what some statement finds its rows by.
const INDEXES: [&str; 4] = [
    "social_accounts_workspace_id_provider_token_id_digest",
    "grants_id",
    "grants_next_attempt_at",
    "consents_expires_at",
];

/// More than any of the statements has.
const MAX_VALUES: usize = 100;
/// PostgreSQL chooses among indexes by the size of tables.
const FILLING: &str = "
    INSERT INTO grants (workspace_id, id, provider, key, scopes, version, attempts, state, granted_at)
    SELECT workspaces.id, gen_random_uuid(), 'twitter', 'u:' || number, '[]', 1, 0, 'ok', created_at
    FROM workspaces, generate_series(1, 2000) AS number;
    INSERT INTO social_claims (workspace_id, provider, key, scope)
    SELECT id, 'twitter', 'h:' || number, 'workspace' FROM workspaces, generate_series(1, 2000) AS number;
    INSERT INTO social_accounts (
        workspace_id, uuid, provider, key, handle, scope, screen_name, twitter_nickname, logo_url, nickname,
        account_verified, scopes, handle_aliases, last_sync_history_id, refreshed_at, created_at, updated_at,
        token_id_digest)
    SELECT id, gen_random_uuid(), 'twitter', 'h:' || number, number, 'workspace', '', '', '', '', false, '', '', '',
        created_at, created_at, created_at, number
    FROM workspaces, generate_series(1, 2000) AS number;
    ANALYZE grants, social_accounts, consents;
    SET enable_seqscan = off;
    SET plan_cache_mode = force_generic_plan";

#[derive(QueryableByName)]
struct PostgresLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    text: String,
}

#[derive(QueryableByName)]
struct SqliteLine {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Everything that happens to a consent and its grant.
fn live(app: &mut TestApp) {
    let falcons = Falcons::connect(app);
    let account = json!({"handle": "hawks", "provider": "twitter", "accessToken": "7-secret"});
    let (olga, peer) = (&falcons.olga, &falcons.peer);
    let written = olga.client.send(Method::POST, "/rest/connectedAccounts", Some(&account));
    assert_eq!(written.expect("an answer").status, 201);
    peer.sign_in("7", "Hawks");
    connect(olga, peer, "workspace");
    peer.sign_in("8", "Owls");
    grant(olga, peer, "personal");
    assert_eq!(olga.get("verify_social_accounts?type=twitter&page=1&date=2999-01-01").0, 200);
    olga.must(Method::POST, "account_checks", Some(&json!({"account_check": {"account_id": falcons.id}})));
    peer.sign_in(FALCONS, "Falcons");
    advance(app, 111);
    peer.delay(Duration::from_millis(700), TOKEN);
    let asked = peer.count(TOKEN);
    thread::scope(|scope| {
        let read = scope.spawn(|| falcons.show());
        eventually("a lease", || peer.count(TOKEN) > asked);
        olga.must(Method::DELETE, &format!("workspaces/twitter_accounts/{}", falcons.id), None);
        read.join().expect("an answer");
    });
    eventually("a revocation", || peer.families().0 > 0);
    sweep(app, 31);
}

/// The texts that name one of the tables, without their values.
fn texts(app: &TestApp) -> BTreeSet<String> {
    let statements = take_all(&app.database);
    let texts = statements.iter().filter_map(|statement| statement.split(" -- binds: ").next());
    let is_planned = |text: &&str| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| text.starts_with(verb));
    let names_one = |text: &&str| TABLES.iter().any(|table| text.contains(table));
    texts.filter(is_planned).filter(names_one).map(str::to_owned).collect()
}

fn plan(conn: &mut Conn, kind: Kind, text: &str) -> String {
    match kind {
        Kind::Sqlite => {
            let plan: Vec<SqliteLine> =
                sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn).expect("a plan");
            plan.into_iter().map(|line| line.detail + "\n").collect()
        }
        Kind::Postgres => {
            conn.batch_execute(&format!("PREPARE statement AS {text}"))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let count = (1..MAX_VALUES).take_while(|at| text.contains(&format!("${at}"))).count();
            let values =
                if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
            let plan: Vec<PostgresLine> =
                sql_query(format!("EXPLAIN EXECUTE statement{values}")).load(conn).expect("a plan");
            conn.batch_execute("DEALLOCATE statement").expect("no statement");
            plan.into_iter().map(|line| line.text + "\n").collect()
        }
    }
}

fn reads_a_whole_table(plan: &str) -> bool {
    let scans = |line: &str| {
        TABLES.iter().any(|table| {
            let scan = [format!("SCAN {table}"), format!("Seq Scan on {table}")];
            scan.iter().any(|scan| line.contains(scan))
        })
    };
    plan.lines().any(scans)
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    for kind in Kind::available() {
        let mut app = recorded_statements::start(kind);
        take_all(&app.database);
        live(&mut app);
        let mut conn = database::connect(&app.database);
        if kind == Kind::Postgres {
            conn.batch_execute(FILLING).expect("rows and settings");
        }
        let plans: Vec<(String, String)> =
            texts(&app).into_iter().map(|text| (plan(&mut conn, kind, &text), text)).collect();
        let whole: Vec<_> = plans.iter().filter(|(plan, _)| reads_a_whole_table(plan)).collect();
        assert!(whole.is_empty(), "{kind}: {whole:#?}");
        for index in INDEXES {
            assert!(
                plans.iter().any(|(plan, _)| plan.contains(index)),
                "{kind}: nothing is found by {index}"
            );
        }
    }
}
