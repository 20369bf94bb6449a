//! Compares the numbers of accounts that the database keeps with the accounts.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};

use super::connect;
use crate::support::database::Database;

const DIFFERENCES: &str = "
    SELECT count(*) AS count FROM (
        SELECT workspace_id, scope, provider
        FROM (
            SELECT workspace_id, scope, provider, accounts FROM account_counts
            UNION ALL
            SELECT workspace_id, scope, provider, -1 FROM social_accounts
        ) AS kept_and_counted
        GROUP BY workspace_id, scope, provider HAVING sum(accounts) <> 0
    ) AS differences";
const KEPT: &str = "SELECT count(*) AS count FROM account_counts WHERE accounts > 0";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Panics if a kept number is wrong, or if there is none.
pub fn expect_right(database: &Database) {
    let mut conn = connect(database);
    let mut count = |sql: &str| sql_query(sql).get_result::<Count>(&mut conn).expect("a count").count;
    assert!(count(KEPT) > 0, "no number is kept");
    assert_eq!(count(DIFFERENCES), 0, "kept numbers that are wrong");
}
