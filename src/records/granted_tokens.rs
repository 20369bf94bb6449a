//! The tokens of accounts that were connected by consent. They end after hours, so one that ends soon is refreshed before
//! it is shown, and one that has ended is not shown.

use std::collections::HashSet;

use super::record::Record;
use crate::{
    clock::{self, Moment},
    db::{Cell, types::Uuid},
    error::{Error, Problem},
    models::grant::{self, GrantId, MIN_REMAINING},
    networks::{self, consent::RETRY_AFTER},
};

/// The columns of the view that say where the token of an account comes from. They follow those of the object.
pub const COLUMNS: [(Cell, &str); 3] =
    [(Cell::Uuid, "t.grant_id"), (Cell::Moment, "t.token_expires_at"), (Cell::Moment, "t.token_read_at")];

/// The tokens of grants that an answer would show.
#[derive(Debug, Default)]
pub struct GrantedTokens {
    /// The grants whose tokens end soon or have ended.
    pub ending: Vec<GrantId>,
    /// The records whose tokens have ended.
    ended: HashSet<String>,
    /// The grants whose tokens are shown, if that is to be noted.
    pub read: Vec<Uuid>,
}

impl GrantedTokens {
    /// Whether the token of an account may be shown. Any token may that is not of a grant.
    pub fn may_show(&mut self, record: &Record, workspace_id: i64, now: Moment) -> bool {
        let cell = |at: usize| record.stored(record.object.columns.len() + at);
        let Some(id) = cell(0).and_then(|id| id.parse().ok()).map(Uuid) else { return true };
        let moment = |at: usize| cell(at).and_then(clock::parse);
        let expires_at = moment(1);
        let has_ended = expires_at.is_some_and(|end| end <= now);
        if expires_at.is_some_and(|end| end <= now + MIN_REMAINING) {
            self.ending.push(GrantId { workspace_id, id });
        }
        if has_ended {
            self.ended.insert(record.id().to_owned());
        } else if grant::is_reading_due(moment(2), now) {
            self.read.push(id);
        }
        !has_ended
    }

    /// 503 if the token of this record has ended and its network has not given another one.
    pub fn expect_living(&self, record: &Record) -> Result<(), Error> {
        if !self.ended.contains(record.id()) {
            return Ok(());
        }
        let network = networks::find(&networks::ALL, record.text("provider").unwrap_or_default());
        let brand = network.map_or("The network", |network| network.brand);
        let sentence = format!("{brand} cannot be reached at the moment");
        let problem = Problem::new("accessToken", "network_unavailable", sentence);
        Err(Error::NetworkUnavailable { retry_after: RETRY_AFTER, problem })
    }
}
