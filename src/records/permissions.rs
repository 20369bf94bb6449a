//! Which rows, secrets and objects of `/rest` a caller may read and write. Rows that a caller may not see count as
//! absent; secrets that it may not read are empty.

use crate::{
    catalogue::object::{Model, Object},
    db::{Cell, statement::Statement},
    error::{Error, Result},
    models::{
        caller::{Caller, LockedCaller},
        session::Viewer,
    },
};

const NO_READING: &str = "This API key may not read. Use one with the scope \"read\".";
const NO_WRITING: &str = "This API key may not write. Use one with the scope \"write\".";
pub const ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS: &str =
    "Only workspace admins, and API keys with the scope \"admin\", can change members, API keys and webhooks";

/// A caller, with the member's id if it is a person.
#[derive(Debug, Clone)]
pub struct Permissions {
    pub caller: Caller,
    /// The id as a `workspaceMember`; `None` for an API key.
    pub member_id: Option<String>,
}

impl Permissions {
    pub fn new(caller: Caller) -> Self {
        let member_id = match &caller {
            Caller::Key(_) => None,
            Caller::Person(viewer) => Some(viewer.member_uuid.0.to_string()),
        };
        Self { caller, member_id }
    }

    /// The same for a caller whose workspace is locked.
    pub fn for_write(caller: &LockedCaller) -> Self {
        Self::new(match caller {
            Caller::Key(key) => Caller::Key(key.clone()),
            Caller::Person(member) => Caller::Person(Viewer::clone(member)),
        })
    }

    pub fn workspace_id(&self) -> i64 {
        self.caller.workspace_id()
    }

    pub fn expect_reading(&self) -> Result<()> {
        if self.caller.may_read() { Ok(()) } else { Err(Error::Forbidden(NO_READING)) }
    }

    pub fn expect_writing(&self, object: &Object) -> Result<()> {
        if object.is_governed {
            return if self.caller.is_admin() {
                Ok(())
            } else {
                Err(Error::Forbidden(ONLY_ADMINS_CHANGE_MEMBERS_KEYS_AND_WEBHOOKS))
            };
        }
        if self.caller.may_write() { Ok(()) } else { Err(Error::Forbidden(NO_WRITING)) }
    }

    /// Refuses a caller that may not change this record. People change and remove themselves, as in V4.
    pub fn expect_writing_to(&self, object: &Object, id: &str) -> Result<()> {
        let is_oneself = object.model == Some(Model::Member) && self.member_id.as_deref() == Some(id);
        if is_oneself { Ok(()) } else { self.expect_writing(object) }
    }

    /// Whether the caller sees every account of the workspace, also those of its people.
    pub fn sees_all_accounts(&self) -> bool {
        match &self.caller {
            Caller::Key(_) => true,
            Caller::Person(viewer) => viewer.is_admin(),
        }
    }

    /// Appends the condition that limits the table `t` to the rows that the caller sees in its workspace.
    pub fn confine(&self, object: &Object, statement: &mut Statement) {
        self.confine_to_workspace(statement);
        let Caller::Person(viewer) = &self.caller else { return };
        if viewer.is_admin() {
            return;
        }
        // As in V4, where only admins list keys; webhooks are theirs too.
        if object.is_governed && object.model != Some(Model::Member) {
            statement.push(" AND 1 = 0");
        }
        if object.model != Some(Model::Account) {
            return;
        }
        let me = || Some(viewer.user_id.to_string());
        statement
            .push(" AND (t.owner_user_id = ")
            .bind(Cell::Integer, me())
            .push(
                " OR (t.owner_user_id IS NULL AND t.account_id IN (SELECT share.account_id FROM account_shares AS share \
                 JOIN team_memberships AS place ON place.workspace_id = share.workspace_id \
                 AND place.team_id = share.team_id WHERE share.workspace_id = t.workspace_id AND place.user_id = ",
            )
            .bind(Cell::Integer, me())
            .push(")))");
    }

    /// The same for all rows of the workspace.
    pub fn confine_to_workspace(&self, statement: &mut Statement) {
        statement.push("t.workspace_id = ").bind(Cell::Integer, Some(self.workspace_id().to_string()));
    }

    /// The SQL condition for the records of the table `t` whose secrets [`Self::may_read_secrets`]; never null.
    pub fn readable_secrets(&self, object: &Object) -> String {
        let may_read_tokens = if self.caller.may_read_tokens() { "1 = 1" } else { "1 = 0" };
        if object.model != Some(Model::Account) {
            return may_read_tokens.to_owned();
        }
        let user_id = match &self.caller {
            Caller::Person(viewer) => viewer.user_id.to_string(),
            Caller::Key(_) => "NULL".to_owned(),
        };
        format!(
            "CASE WHEN t.owner_user_id IS NULL THEN {may_read_tokens} \
             ELSE coalesce(t.owner_user_id = {user_id}, 1 = 0) END"
        )
    }

    /// Whether the caller may read the secrets of a record; `owner` is the member's id of a personal account's owner.
    pub fn may_read_secrets(&self, object: &Object, owner: Option<&str>) -> bool {
        if !self.caller.may_read() {
            return false;
        }
        match (object.model, owner) {
            (Some(Model::Account), Some(owner)) => self.member_id.as_deref() == Some(owner),
            _ => self.caller.may_read_tokens(),
        }
    }
}
