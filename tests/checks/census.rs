//! Counts rows that violate a rule, in one statement and so at one moment.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use roster::{app, db::Conn};

use crate::support::database::{Database, Kind};
use crate::verdict::Verdict;

/// Numbers of rows that violate a rule; all zero in a sound database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Census {
    /// Pairs of accounts that are the same one, one of a person and one of the workspace.
    #[diesel(sql_type = BigInt)]
    pub owned_by_both: i64,
    /// Claims without an account.
    #[diesel(sql_type = BigInt)]
    pub orphan_claims: i64,
    /// Accounts without a claim for their owner.
    #[diesel(sql_type = BigInt)]
    pub unclaimed_accounts: i64,
    #[diesel(sql_type = BigInt)]
    pub owned_by_non_members: i64,
    #[diesel(sql_type = BigInt)]
    pub shares_of_personal: i64,
    /// Rows that refer to a missing row.
    #[diesel(sql_type = BigInt)]
    pub orphan_children: i64,
    /// People without exactly one workspace, and workspaces without people or without an owner.
    #[diesel(sql_type = BigInt)]
    pub astray: i64,
}

const QUERY: &str = "SELECT
(SELECT count(*) FROM social_accounts p JOIN social_accounts w
    ON w.workspace_id = p.workspace_id AND w.provider = p.provider AND w.key = p.key
    WHERE p.owner_id IS NOT NULL AND w.owner_id IS NULL)
+ (SELECT count(*) FROM social_accounts p JOIN social_accounts w
    ON w.workspace_id = p.workspace_id AND w.provider = p.provider AND w.handle = p.handle AND w.key <> p.key
    WHERE p.owner_id IS NOT NULL AND w.owner_id IS NULL
    AND (w.key LIKE 'h:%' OR p.key LIKE 'h:%')) AS owned_by_both,
(SELECT count(*) FROM social_claims c WHERE NOT EXISTS (SELECT 1 FROM social_accounts a
    WHERE a.workspace_id = c.workspace_id AND a.provider = c.provider AND a.key = c.key)) AS orphan_claims,
(SELECT count(*) FROM social_accounts a WHERE NOT EXISTS (SELECT 1 FROM social_claims c
    WHERE c.workspace_id = a.workspace_id AND c.provider = a.provider AND c.key = a.key AND c.scope = a.scope)
) AS unclaimed_accounts,
(SELECT count(*) FROM social_accounts a WHERE a.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM memberships m
    WHERE m.workspace_id = a.workspace_id AND m.user_id = a.owner_id)) AS owned_by_non_members,
(SELECT count(*) FROM account_shares s JOIN social_accounts a
    ON a.workspace_id = s.workspace_id AND a.id = s.account_id WHERE a.owner_id IS NOT NULL) AS shares_of_personal,
(SELECT count(*) FROM account_shares s WHERE NOT EXISTS (SELECT 1 FROM social_accounts a
    WHERE a.workspace_id = s.workspace_id AND a.id = s.account_id))
+ (SELECT count(*) FROM account_shares s WHERE NOT EXISTS (SELECT 1 FROM teams t
    WHERE t.workspace_id = s.workspace_id AND t.id = s.team_id))
+ (SELECT count(*) FROM social_accounts a WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = a.workspace_id))
+ (SELECT count(*) FROM social_claims c WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = c.workspace_id))
+ (SELECT count(*) FROM teams t WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = t.workspace_id))
+ (SELECT count(*) FROM team_memberships t WHERE NOT EXISTS (SELECT 1 FROM memberships m
    WHERE m.workspace_id = t.workspace_id AND m.user_id = t.user_id))
+ (SELECT count(*) FROM invites i WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = i.workspace_id))
+ (SELECT count(*) FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = s.user_id)) AS orphan_children,
(SELECT count(*) FROM users u WHERE 1 <> (SELECT count(*) FROM memberships m WHERE m.user_id = u.id))
+ (SELECT count(*) FROM memberships m WHERE NOT EXISTS (SELECT 1 FROM users u
    WHERE u.id = m.user_id AND u.workspace_id = m.workspace_id))
+ (SELECT count(*) FROM workspaces w WHERE NOT EXISTS (SELECT 1 FROM memberships m
    WHERE m.workspace_id = w.id AND m.role = 1)) AS astray";

impl Census {
    pub fn take(conn: &mut Conn) -> Self {
        sql_query(QUERY).get_result(conn).expect("a census")
    }

    pub fn judge(&self, verdict: &mut Verdict) {
        let counts = [
            ("owned_by_both", self.owned_by_both),
            ("orphan_claims", self.orphan_claims),
            ("unclaimed_accounts", self.unclaimed_accounts),
            ("owned_by_non_members", self.owned_by_non_members),
            ("shares_of_personal", self.shares_of_personal),
            ("orphan_children", self.orphan_children),
            ("astray", self.astray),
        ];
        for (name, count) in counts {
            verdict.none(name, count.unsigned_abs());
        }
    }

    /// The larger of the two values for each count.
    pub fn worst(self, other: Self) -> Self {
        Self {
            owned_by_both: self.owned_by_both.max(other.owned_by_both),
            orphan_claims: self.orphan_claims.max(other.orphan_claims),
            unclaimed_accounts: self.unclaimed_accounts.max(other.unclaimed_accounts),
            owned_by_non_members: self.owned_by_non_members.max(other.owned_by_non_members),
            shares_of_personal: self.shares_of_personal.max(other.shares_of_personal),
            orphan_children: self.orphan_children.max(other.orphan_children),
            astray: self.astray.max(other.astray),
        }
    }
}

/// A connection beside those of the servers, with a longer statement timeout.
pub fn connect(database: &Database) -> Conn {
    let target = app::target(&database.settings()).expect("a database");
    let mut conn = target.connect().expect("a connection");
    if database.kind == Kind::Postgres {
        sql_query("SET statement_timeout = 0").execute(&mut conn).expect("a longer timeout");
    }
    conn
}

/// The single number of a query, aliased `count`.
pub fn count(conn: &mut Conn, query: &str) -> u64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let row: Row = sql_query(query).get_result(conn).expect("a count");
    row.count.unsigned_abs()
}
