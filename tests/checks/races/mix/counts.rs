//! What was done, so that a mix in which nothing happened does not pass.

use crate::{tally::Count, verdict::Verdict};

#[derive(Debug, Default)]
pub struct Deeds {
    pub connected: Count,
    pub disconnected: Count,
    pub transferred: Count,
    pub shared: Count,
    pub joined: Count,
    /// Joined by somebody who owned a workspace until then, alone.
    pub joined_as_owner: Count,
    pub left: Count,
    pub removed: Count,
}

impl Deeds {
    pub fn judge(&self, verdict: &mut Verdict) {
        let deeds = [
            ("connected", &self.connected),
            ("disconnected", &self.disconnected),
            ("transferred", &self.transferred),
            ("shared", &self.shared),
            ("joined", &self.joined),
            ("joined_as_owner", &self.joined_as_owner),
            ("left", &self.left),
            ("removed", &self.removed),
        ];
        for (name, count) in deeds {
            verdict.at_least(name, count.get(), u64::from(verdict.is_long));
        }
    }
}
