//! Whether each connection has a process of PostgreSQL for itself. Behind a pooler in transaction mode, each transaction
//! gets another one, so nothing may be kept in a process: no settings, no prepared statements, no locks.

use std::collections::HashSet;

use diesel::{QueryResult, RunQueryDsl as _, dsl::sql, select, sql_types::Integer};

use super::{
    Conn, Target,
    dialect::{self, Fault},
};

/// With two connections, each could go to another pooler behind a balancer, and have a process for itself there.
const CONNECTIONS: usize = 5;
const MAX_RETRIES: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Each connection has its process.
    None,
    Transaction,
}

impl Pooling {
    /// Opens five connections and looks three times at the process of each. The first two looks follow each other, so
    /// that a pooler that gives out its processes in turn gives another one for the second look.
    pub fn find(target: &Target) -> anyhow::Result<Self> {
        if let Target::Sqlite(_) = target {
            return Ok(Self::None);
        }
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(target.connect_for_inspection()?);
        }
        let mut processes = Vec::new();
        for conn in &mut connections {
            processes.push(vec![process(conn)?, process(conn)?]);
        }
        for (conn, seen) in connections.iter_mut().zip(&mut processes) {
            seen.push(process(conn)?);
        }
        Ok(Self::of_processes(&processes))
    }

    /// Takes what was seen on each connection. They are pooled if two share a process, or if one changes its process.
    fn of_processes(processes: &[Vec<i32>]) -> Self {
        let is_constant = |seen: &Vec<i32>| seen.iter().all(|process| *process == seen[0]);
        let distinct: HashSet<&i32> = processes.iter().flatten().collect();
        let is_own = processes.iter().all(is_constant) && distinct.len() == processes.len();
        if is_own { Self::None } else { Self::Transaction }
    }
}

/// Tries again after a timeout: the server may have a default of a millisecond, and the service's own is not set yet.
fn process(conn: &mut Conn) -> QueryResult<i32> {
    let Conn::Postgres(conn) = conn else { return Ok(0) };
    let mut look = || select(sql::<Integer>("pg_backend_pid()")).get_result(conn);
    for _ in 0..MAX_RETRIES {
        match look() {
            Err(failure) if dialect::classify(&failure) == Fault::Busy => {}
            seen => return seen,
        }
    }
    look()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Pooling;

    #[rstest]
    #[case::each_has_its_own([[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [5, 5, 5]], Pooling::None)]
    #[case::all_share_one([[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]], Pooling::Transaction)]
    #[case::two_poolers_behind_a_balancer(
        [[1, 1, 1], [2, 2, 2], [1, 1, 1], [2, 2, 2], [1, 1, 1]],
        Pooling::Transaction
    )]
    #[case::only_the_last_shares(
        [[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [2, 2, 2]],
        Pooling::Transaction
    )]
    #[case::two_processes_in_turn(
        [[1, 2, 1], [1, 2, 2], [1, 2, 1], [1, 2, 2], [1, 2, 1]],
        Pooling::Transaction
    )]
    #[case::processes_in_a_long_turn(
        [[1, 2, 11], [3, 4, 12], [5, 6, 13], [7, 8, 14], [9, 10, 15]],
        Pooling::Transaction
    )]
    #[case::one_changes_at_the_last_look(
        [[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [5, 5, 6]],
        Pooling::Transaction
    )]
    fn a_process_of_its_own_is_never_shared_and_never_changes(
        #[case] processes: [[i32; 3]; 5],
        #[case] expected: Pooling,
    ) {
        assert_eq!(Pooling::of_processes(&processes.map(Vec::from)), expected);
    }
}
