//! Who may have an account checked, and how often.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    SocialAccount,
    connection::{ConnectedAccount, Connection},
};
use crate::{
    clock::Moment,
    db::{Conn, GrantState},
    error::{Error, Result},
    models::{
        grant::GrantId,
        session::{Member, Viewer},
        throttle::{self, Limit},
    },
    prepared,
    schema::social_accounts,
};

const LIMIT: Limit = Limit { attempts: 1, per: TimeDelta::minutes(1) };
const PASTED: &str = "Only an account that was connected on its network's own page can be checked";

/// An account to check.
#[derive(Debug, Clone)]
pub struct Checked {
    pub grant: GrantId,
    /// The stored name of the network.
    pub provider: String,
}

impl Member {
    /// Begins to check an account of this person, or of the workspace if they are an admin: once a minute. `parameter` is
    /// the parameter that named it.
    pub fn begin_check(&self, conn: &mut Conn, id: i64, parameter: &str) -> Result<Checked> {
        let account = find(conn, self.workspace_id, id, self.now)?.account;
        let is_theirs = account.owner_id.map_or(self.is_admin(), |owner| owner == self.user_id);
        if !is_theirs {
            return Err(Error::NotFound);
        }
        let Some(grant_id) = account.grant_id else {
            return Err(Error::invalid(parameter, "not_by_consent", PASTED));
        };
        throttle::attempt(conn, &format!("account-check/{}/{id}", self.workspace_id), LIMIT, self.now)?;
        let grant = GrantId { workspace_id: self.workspace_id, id: grant_id };
        Ok(Checked { grant, provider: account.provider })
    }
}

/// The connection of an account of the viewer's workspace.
pub fn connection(conn: &mut Conn, viewer: &Viewer, id: i64) -> Result<Connection> {
    Ok(find(conn, viewer.workspace_id, id, viewer.now)?.connection)
}

fn find(conn: &mut Conn, workspace_id: i64, id: i64, now: Moment) -> Result<ConnectedAccount> {
    let account = social_accounts::table
        .filter(social_accounts::workspace_id.eq(workspace_id))
        .filter(social_accounts::id.eq(id))
        .select((SocialAccount::columns(), GrantState));
    let found: Option<(SocialAccount, Option<String>)> = prepared!(account).get_result(conn).optional()?;
    let (account, grant) = found.ok_or(Error::NotFound)?;
    ConnectedAccount::new(account, grant.as_deref(), now)
}
