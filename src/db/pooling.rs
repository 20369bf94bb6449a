//! Whether each connection has a process of PostgreSQL for itself. Behind a pooler in transaction mode, each transaction
//! gets another one, so nothing may be kept in a process: no settings, no prepared statements, no locks.

use diesel::{QueryResult, RunQueryDsl as _, dsl::sql, select, sql_types::Integer};

use super::{Conn, Target};

/// Other transactions may take the process of one of the two connections meanwhile, so one look is not enough.
const LOOKS: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Each connection has its process.
    None,
    Transaction,
}

impl Pooling {
    /// Opens two connections. They are pooled if they share a process, or if one changes its process.
    pub fn find(target: &Target) -> anyhow::Result<Self> {
        if let Target::Sqlite(_) = target {
            return Ok(Self::None);
        }
        let mut connections = [target.connect_for_inspection()?, target.connect_for_inspection()?];
        let mut processes = || -> QueryResult<[i32; 2]> {
            let [first, second] = &mut connections;
            Ok([process(first)?, process(second)?])
        };
        let own = processes()?;
        let mut is_pooled = own[0] == own[1];
        for _ in 0..LOOKS {
            is_pooled |= processes()? != own;
        }
        Ok(if is_pooled { Self::Transaction } else { Self::None })
    }
}

fn process(conn: &mut Conn) -> QueryResult<i32> {
    match conn {
        Conn::Postgres(conn) => select(sql::<Integer>("pg_backend_pid()")).get_result(conn),
        Conn::Sqlite(_) => Ok(0),
    }
}
