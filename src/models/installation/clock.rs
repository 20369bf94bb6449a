//! Whether the sweep may believe the clock. A clock that is set wrong for a while, such as after a start without a
//! battery, must not delete what is young.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::{clock::Moment, db::Conn, error::Result, schema::installation};

/// Time may pass without a sweep for this long without causing doubt.
const MAX_STEP: TimeDelta = TimeDelta::days(1);
/// A clock that has jumped further is believed when it is seen again after this time.
const PROBATION: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belief {
    Believed,
    /// The clock has jumped, and this is the first time that it is seen.
    Doubted,
    /// The jump was seen less than an hour ago.
    StillDoubted,
}

/// Compares the time with that of the last sweep, and records what a later sweep needs to know.
pub fn is_believed(conn: &mut Conn, now: Moment) -> Result<bool> {
    let (created_at, swept_at, doubted_at): (Moment, Option<Moment>, Option<Moment>) = installation::table
        .select((installation::created_at, installation::swept_at, installation::clock_doubted_at))
        .first(conn)?;
    let belief = judge(swept_at.unwrap_or(created_at), doubted_at, now);
    match belief {
        Belief::Believed => {
            diesel::update(installation::table)
                .set((
                    installation::swept_at.eq(Some(now)),
                    installation::clock_doubted_at.eq(None::<Moment>),
                ))
                .execute(conn)?;
        }
        Belief::Doubted => {
            diesel::update(installation::table)
                .set(installation::clock_doubted_at.eq(Some(now)))
                .execute(conn)?;
        }
        Belief::StillDoubted => {}
    }
    Ok(belief == Belief::Believed)
}

/// A clock that was set back is believed: by it, less is old.
fn judge(swept_at: Moment, doubted_at: Option<Moment>, now: Moment) -> Belief {
    if now <= swept_at + MAX_STEP {
        return Belief::Believed;
    }
    match doubted_at.map(|doubted_at| now - doubted_at) {
        Some(seen) if (PROBATION..=MAX_STEP).contains(&seen) => Belief::Believed,
        Some(seen) if (TimeDelta::zero()..PROBATION).contains(&seen) => Belief::StillDoubted,
        _ => Belief::Doubted,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;

    use super::*;

    fn at(hours: i64) -> Moment {
        DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::hours(hours)
    }

    #[rstest]
    #[case(None, 1, Belief::Believed)]
    #[case(None, 24, Belief::Believed)]
    #[case(None, -1_000, Belief::Believed)]
    #[case(None, 25, Belief::Doubted)]
    #[case(Some(744), 744, Belief::StillDoubted)]
    #[case(Some(744), 745, Belief::Believed)]
    #[case(Some(744), 768, Belief::Believed)]
    #[case(Some(744), 769, Belief::Doubted)]
    #[case(Some(744), 700, Belief::Doubted)]
    #[case(Some(744), 2, Belief::Believed)]
    fn a_jump_is_believed_when_it_is_seen_again(
        #[case] doubted: Option<i64>,
        #[case] now: i64,
        #[case] belief: Belief,
    ) {
        assert_eq!(judge(at(0), doubted.map(at), at(now)), belief);
    }
}
