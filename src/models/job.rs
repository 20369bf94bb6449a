//! The table of background jobs. A job is inserted in the transaction that needs it, leased by one process at a time,
//! retried after a failure, and deleted when done. What each kind of job does is in `jobs/`.

use chrono::TimeDelta;
use diesel::{dsl::exists, prelude::*};
use secrecy::SecretString;

use crate::{
    clock::Moment,
    crypto::seal::{OpenError, Place},
    db::{Conn, MultiBackend, dialect, signal, types::Uuid},
    error::Result,
    models::vault::Vault,
    schema::jobs,
};

/// How long a job that was given up is kept for `roster doctor`.
const GIVEN_UP_RETENTION: TimeDelta = TimeDelta::days(7);

/// A job to be done as soon as possible.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// `None` for a job of a person or of the whole service.
    pub workspace_id: Option<i64>,
    pub kind: &'static str,
    /// Identifies what the job works on. There is at most one job of each kind and subject.
    pub subject: &'a str,
    /// Among jobs of one kind, the lowest number runs first.
    pub priority: i32,
    /// JSON; it is sealed before it is stored.
    pub payload: &'a str,
}

/// A job that this process has leased.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Job {
    pub id: Uuid,
    pub workspace_id: Option<i64>,
    pub kind: String,
    pub subject: String,
    payload: String,
    lease: Option<Uuid>,
    /// Includes the current attempt. A success of a repeated job resets it to 0.
    pub attempts: i32,
    /// When the first of the failures since the last success happened.
    pub failing_since: Option<Moment>,
}

impl NewJob<'_> {
    /// Inserts the job and deletes an earlier one of the same kind and subject.
    pub fn replace(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        match self.workspace_id {
            Some(id) => diesel::delete(
                jobs::table
                    .filter(jobs::workspace_id.eq(Some(id)))
                    .filter(jobs::subject.eq(self.subject))
                    .filter(jobs::kind.eq(self.kind)),
            )
            .execute(conn)?,
            None => diesel::delete(
                jobs::table
                    .filter(jobs::workspace_id.is_null())
                    .filter(jobs::subject.eq(self.subject))
                    .filter(jobs::kind.eq(self.kind)),
            )
            .execute(conn)?,
        };
        self.insert(conn, vault, now)
    }

    /// Inserts a job of the whole service, unless one of the same kind and subject exists.
    pub fn insert_missing(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let known = jobs::table
            .filter(jobs::workspace_id.is_null())
            .filter(jobs::subject.eq(self.subject))
            .filter(jobs::kind.eq(self.kind));
        if diesel::select(exists(known)).get_result(conn)? { Ok(()) } else { self.insert(conn, vault, now) }
    }

    fn insert(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let id = Uuid::random();
        let payload = vault.ring().seal(&place(id, self.workspace_id), self.payload);
        diesel::insert_into(jobs::table)
            .values((
                jobs::id.eq(id),
                jobs::workspace_id.eq(self.workspace_id),
                jobs::kind.eq(self.kind),
                jobs::subject.eq(self.subject),
                jobs::priority.eq(self.priority),
                jobs::payload.eq(payload.as_str()),
                jobs::due_at.eq(now),
                jobs::attempts.eq(0),
                jobs::created_at.eq(now),
            ))
            .execute(conn)?;
        signal::announce_job();
        Ok(())
    }
}

/// When the next job of each kind is due. A leased job is due when its lease ends.
pub fn next_due(conn: &mut Conn) -> Result<Vec<(String, Moment)>> {
    let due: Vec<(String, Option<Moment>)> = jobs::table
        .filter(jobs::given_up_at.is_null())
        .group_by(jobs::kind)
        .select((jobs::kind, diesel::dsl::min(jobs::due_at)))
        .load(conn)?;
    Ok(due.into_iter().filter_map(|(kind, due_at)| Some((kind, due_at?))).collect())
}

/// How many jobs of a kind are waiting or running.
pub fn count(conn: &mut Conn, kind: &str) -> Result<i64> {
    let jobs = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::given_up_at.is_null());
    Ok(jobs.count().get_result(conn)?)
}

/// Leases the next due job of a kind and counts the attempt. `None` if no job is due.
pub fn lease(conn: &mut Conn, kind: &str, duration: TimeDelta, now: Moment) -> Result<Option<Job>> {
    let Some(id) = dialect::lock_due_job(conn, kind, now)? else { return Ok(None) };
    let job = diesel::update(jobs::table.find(id))
        .set((
            jobs::lease.eq(Some(Uuid::random())),
            jobs::due_at.eq(now + duration),
            jobs::attempts.eq(jobs::attempts + 1),
        ))
        .returning(<Job as Selectable<MultiBackend>>::construct_selection())
        .get_result(conn)?;
    Ok(Some(job))
}

/// Each method that writes returns whether this process still had the lease. Without the lease, it changes nothing.
impl Job {
    /// Deletes the job, which is done.
    pub fn finish(&self, conn: &mut Conn) -> Result<bool> {
        let mine = jobs::table.filter(jobs::id.eq(self.id)).filter(jobs::lease.eq(self.lease));
        Ok(diesel::delete(mine).execute(conn)? > 0)
    }

    /// Records a success of a repeated job and when it runs next.
    pub fn repeat(&self, conn: &mut Conn, due_at: Moment) -> Result<bool> {
        let mine = jobs::table.filter(jobs::id.eq(self.id)).filter(jobs::lease.eq(self.lease));
        let changed = diesel::update(mine)
            .set((
                jobs::due_at.eq(due_at),
                jobs::lease.eq(None::<Uuid>),
                jobs::attempts.eq(0),
                jobs::failing_since.eq(None::<Moment>),
                jobs::last_error.eq(None::<&str>),
            ))
            .execute(conn)?;
        Ok(changed > 0)
    }

    /// Records a failure and when the job is retried.
    pub fn retry(&self, conn: &mut Conn, due_at: Moment, now: Moment, reason: &str) -> Result<bool> {
        let mine = jobs::table.filter(jobs::id.eq(self.id)).filter(jobs::lease.eq(self.lease));
        let changed = diesel::update(mine)
            .set((
                jobs::due_at.eq(due_at),
                jobs::lease.eq(None::<Uuid>),
                jobs::failing_since.eq(Some(self.failing_since.unwrap_or(now))),
                jobs::last_error.eq(Some(reason)),
            ))
            .execute(conn)?;
        Ok(changed > 0)
    }

    /// Records the last failure. The row is kept for `roster doctor`.
    pub fn give_up(&self, conn: &mut Conn, now: Moment, reason: &str) -> Result<bool> {
        let mine = jobs::table.filter(jobs::id.eq(self.id)).filter(jobs::lease.eq(self.lease));
        let changed = diesel::update(mine)
            .set((
                jobs::lease.eq(None::<Uuid>),
                jobs::failing_since.eq(Some(self.failing_since.unwrap_or(now))),
                jobs::last_error.eq(Some(reason)),
                jobs::given_up_at.eq(Some(now)),
            ))
            .execute(conn)?;
        Ok(changed > 0)
    }

    /// Opens the sealed payload.
    pub fn open(&self, vault: &Vault) -> Result<SecretString, OpenError> {
        vault.open(&place(self.id, self.workspace_id), &self.payload)
    }
}

fn place(id: Uuid, workspace_id: Option<i64>) -> Place {
    Place { table: "jobs", column: "payload", row: id.0, workspace: workspace_id.unwrap_or(0) }
}

pub fn delete_by_subject(conn: &mut Conn, workspace_id: i64, subject: &str) -> Result<()> {
    diesel::delete(
        jobs::table.filter(jobs::workspace_id.eq(Some(workspace_id))).filter(jobs::subject.eq(subject)),
    )
    .execute(conn)?;
    Ok(())
}

pub fn delete_by_subject_without_workspace(conn: &mut Conn, subject: &str) -> Result<()> {
    diesel::delete(jobs::table.filter(jobs::workspace_id.is_null()).filter(jobs::subject.eq(subject)))
        .execute(conn)?;
    Ok(())
}

/// Deletes the jobs without a workspace whose subjects begin with a prefix, which has no `%` and no `_`.
pub fn delete_by_prefix_without_workspace(conn: &mut Conn, prefix: &str) -> Result<()> {
    let about =
        jobs::table.filter(jobs::workspace_id.is_null()).filter(jobs::subject.like(format!("{prefix}%")));
    diesel::delete(about).execute(conn)?;
    Ok(())
}

pub fn delete_of_workspace(conn: &mut Conn, workspace_id: i64) -> Result<()> {
    diesel::delete(jobs::table.filter(jobs::workspace_id.eq(Some(workspace_id)))).execute(conn)?;
    Ok(())
}

/// Deletes at most `most` jobs that were given up long ago, and returns their number.
pub fn delete_given_up(conn: &mut Conn, now: Moment, most: i64) -> Result<usize> {
    let old = diesel::alias!(jobs as old);
    let ids = old
        .filter(old.field(jobs::given_up_at).le(Some(now - GIVEN_UP_RETENTION)))
        .select(old.field(jobs::id))
        .limit(most);
    Ok(diesel::delete(jobs::table.filter(jobs::id.eq_any(ids))).execute(conn)?)
}

/// Makes the jobs of a kind due that are due later than `latest`: they were written while the clock was ahead.
pub fn bring_forward(conn: &mut Conn, kind: &str, latest: Moment, now: Moment) -> Result<()> {
    let late = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::given_up_at.is_null())
        .filter(jobs::due_at.gt(latest));
    diesel::update(late).set(jobs::due_at.eq(now)).execute(conn)?;
    Ok(())
}
