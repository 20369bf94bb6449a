//! Many accounts with tokens of their own, written into the database at once.

use std::fs;

use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query, sql_types::BigInt,
};
use roster::{
    crypto::{key_ring::KeyRing, seal::Place},
    db::Conn,
};
use uuid::Uuid;

use crate::{census, support::database::Database};

const COLUMNS: &str = "scope, owner_id, connected_by, logo_url, nickname, account_verified, scopes, handle_aliases, \
     last_sync_history_id, refreshed_at, created_at, updated_at";
const ROWS_PER_STATEMENT: usize = 500;

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    workspace_id: i64,
}

/// Copies the only account until there are this many.
pub fn multiply(database: &Database, number: usize) {
    let conn = &mut census::connect(database);
    let text = fs::read_to_string(database.folder.path().join("roster.key")).expect("the key file");
    let ring = KeyRing::parse(&text).expect("keys");
    let first: First =
        sql_query("SELECT id, workspace_id FROM social_accounts").get_result(conn).expect("an account");
    execute(conn, "BEGIN");
    for start in (1..number).step_by(ROWS_PER_STATEMENT) {
        let numbers = start..number.min(start + ROWS_PER_STATEMENT);
        let rows: Vec<String> =
            numbers.clone().map(|number| row(&ring, first.workspace_id, number)).collect();
        let claims: Vec<String> = numbers
            .map(|number| format!("({}, 'twitter', 'u:stored{number}', 'workspace')", first.workspace_id))
            .collect();
        execute(
            conn,
            &format!(
                "INSERT INTO social_claims (workspace_id, provider, key, scope) VALUES {}",
                claims.join(", ")
            ),
        );
        execute(
            conn,
            &format!(
                "INSERT INTO social_accounts (workspace_id, uuid, provider, key, handle, screen_name, \
                 twitter_nickname, external_id, access_token, {COLUMNS}) \
                 SELECT stored.*, {} FROM ({}) AS stored, social_accounts AS a \
                 WHERE a.id = {} AND a.workspace_id = {}",
                COLUMNS
                    .split(", ")
                    .map(|column| format!("a.{}", column.trim()))
                    .collect::<Vec<_>>()
                    .join(", "),
                rows.join(" UNION ALL "),
                first.id,
                first.workspace_id
            ),
        );
    }
    execute(conn, "COMMIT");
}

fn row(ring: &KeyRing, workspace: i64, number: usize) -> String {
    let uuid = Uuid::new_v4();
    let seal = |column, text: &str| {
        let place = Place { table: "social_accounts", column, row: uuid, workspace };
        ring.seal(&place, text).as_str().to_owned()
    };
    let handle = format!("stored{number}");
    let (external_id, token) =
        (seal("external_id", &handle), seal("access_token", &format!("token of {handle}")));
    format!(
        "SELECT {workspace}, CAST('{uuid}' AS UUID_TYPE), 'twitter', 'u:{handle}', '{handle}', '{handle}', '{handle}', \
         '{external_id}', '{token}'"
    )
}

fn execute(conn: &mut Conn, sql: &str) {
    match conn {
        Conn::Postgres(conn) => conn.batch_execute(&sql.replace("UUID_TYPE", "uuid")),
        Conn::Sqlite(conn) => conn.batch_execute(&sql.replace("UUID_TYPE", "text")),
    }
    .expect("a statement that works");
}
