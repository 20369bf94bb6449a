//! How often each action succeeded, so that a run in which nothing happened fails.

use crate::{tally::Count, verdict::Verdict};

#[derive(Debug, Default)]
pub struct Counts {
    pub connected: Count,
    pub disconnected: Count,
    pub transferred: Count,
    pub shared: Count,
    pub joined: Count,
    /// Invites accepted by the only owner of another workspace.
    pub joined_as_owner: Count,
    pub left: Count,
    pub removed: Count,
}

impl Counts {
    pub fn judge(&self, verdict: &mut Verdict) {
        let counts = [
            ("connected", &self.connected),
            ("disconnected", &self.disconnected),
            ("transferred", &self.transferred),
            ("shared", &self.shared),
            ("joined", &self.joined),
            ("joined_as_owner", &self.joined_as_owner),
            ("left", &self.left),
            ("removed", &self.removed),
        ];
        for (name, count) in counts {
            verdict.at_least(name, count.get(), u64::from(verdict.is_long));
        }
    }
}
