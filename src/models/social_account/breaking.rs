//! An account whose grant the network has refused. A job waits a while, and then the people who can connect it again get
//! a letter, unless somebody has done so.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Owner, SocialAccount};
use crate::{
    clock::Moment,
    db::Conn,
    error::{Error, Result},
    models::{
        job::NewJob,
        role::Role,
        throttle::{self, Limit},
        vault::Vault,
    },
    prepared,
    schema::{memberships, social_accounts, users},
};

/// How long after it broke people are told.
const DELAY: TimeDelta = TimeDelta::minutes(15);
const LIMIT: Limit = Limit { attempts: 1, per: TimeDelta::hours(24) };

/// The payload of the job.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct BrokenAccount {
    pub workspace_id: i64,
    pub account_id: i64,
}

/// Id and address of a person who is told.
pub type Recipient = (i64, String);

impl BrokenAccount {
    /// The stored name of these jobs.
    pub const KIND: &'static str = "broken-account";

    pub fn subject(&self) -> String {
        format!("account/{}", self.account_id)
    }

    /// Inserts the job, due after the delay.
    pub fn insert(&self, conn: &mut Conn, vault: &Vault, now: Moment) -> Result<()> {
        let payload = serde_json::to_string(self).map_err(Error::ours)?;
        let job = NewJob {
            workspace_id: Some(self.workspace_id),
            kind: Self::KIND,
            subject: &self.subject(),
            priority: 0,
            payload: &payload,
        };
        job.replace(conn, vault, now + DELAY)
    }

    /// The account, if it is still broken.
    pub fn find(&self, conn: &mut Conn) -> Result<Option<SocialAccount>> {
        let broken = social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::id.eq(self.account_id))
            .filter(social_accounts::grant_id.is_not_null())
            .filter(social_accounts::auth_failed_at.is_not_null());
        Ok(prepared!(broken.select(SocialAccount::columns())).get_result(conn).optional()?)
    }

    /// Who is told now: nobody if the account works again, or was told of within a day.
    pub fn recipients_now(&self, conn: &mut Conn, now: Moment) -> Result<Vec<Recipient>> {
        let Some(account) = self.find(conn)? else { return Ok(Vec::new()) };
        let key = format!("{}/{}/{}", Self::KIND, self.workspace_id, self.account_id);
        match throttle::attempt(conn, &key, LIMIT, now) {
            Ok(()) => account.reconnectors(conn),
            Err(Error::Throttled(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

impl SocialAccount {
    /// Those who can connect it again: its owner, or the admins and the person who connected it.
    pub fn reconnectors(&self, conn: &mut Conn) -> Result<Vec<Recipient>> {
        let members = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(memberships::workspace_id.eq(self.workspace_id))
            .order(users::id)
            .select((users::id, users::email));
        Ok(match self.owner() {
            Owner::Person(id) => prepared!(members.filter(users::id.eq(id))).load(conn)?,
            Owner::Workspace => {
                let is_admin = memberships::role.ne(Role::Member.id());
                let connector = self.connected_by.unwrap_or_default();
                prepared!(members.filter(is_admin.or(users::id.eq(connector)))).load(conn)?
            }
        })
    }
}
