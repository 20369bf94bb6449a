//! Joining a workspace by an invite. The person leaves their old workspace, which is deleted if they were alone in it.

use diesel::prelude::*;

use super::Membership;
use crate::{
    db::Conn,
    error::{Error, Problem, Result},
    models::{
        api_key, dependents, invite::Invite, role::Role, session::Member, social_account::transferring,
        vault::Vault, workspace::Workspace,
    },
    schema::social_accounts,
};

const TOKEN_PARAMETER: &str = "invite.token";

impl Member {
    /// Accepts an invite. This member's workspace and the workspace of the invite must be locked.
    pub fn accept(&self, conn: &mut Conn, vault: &Vault, invite: &Invite) -> Result<()> {
        invite.expect_pending(self.now, TOKEN_PARAMETER)?;
        invite.expect_addressee(&self.email, TOKEN_PARAMETER)?;
        if invite.workspace_id != self.workspace_id {
            let membership = Membership::find(conn, self.workspace_id, self.user_id)?;
            membership.expect_may_join_another(conn)?;
            self.expect_accounts_free_in(conn, invite.workspace_id)?;
            let was_alone = membership.is_alone(conn)?;
            membership.move_to(conn, vault, invite.workspace_id, Role::Member, self.now)?;
            if was_alone {
                Workspace::delete(conn, vault, self.workspace_id, self.now)?;
            }
        }
        invite.redeem(conn, self.user_id, self.now)
    }

    /// Refuses if the other workspace already owns one of this person's accounts.
    fn expect_accounts_free_in(&self, conn: &mut Conn, workspace_id: i64) -> Result<()> {
        let accounts = transferring::load_owned(conn, self.workspace_id, self.user_id)?;
        let held = transferring::find_owned_by_workspace(conn, &accounts, workspace_id, self.user_id)?;
        if held.is_empty() {
            return Ok(());
        }
        let name = Workspace::find(conn, workspace_id)?.name;
        let problems = held.iter().map(|account| {
            let sentence = format!(
                "The workspace \"{name}\" already holds {} (@{}). Disconnect it first.",
                account.screen_name, account.handle
            );
            let mut problem = Problem::new(TOKEN_PARAMETER, "held_by_workspace", sentence);
            problem.account_id = Some(account.id);
            problem
        });
        Err(Error::Invalid(problems.collect()))
    }
}

impl Membership {
    /// Refuses the only owner of a workspace with other people. Also refuses a person who is alone in a workspace that
    /// is not empty, because joining would delete it.
    fn expect_may_join_another(&self, conn: &mut Conn) -> Result<()> {
        if !self.is_alone(conn)? {
            return self.expect_another_owner(conn);
        }
        let accounts: i64 = social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::owner_id.is_null())
            .count()
            .get_result(conn)?;
        let api_keys = api_key::count(conn, self.workspace_id)?;
        let name = Workspace::find(conn, self.workspace_id)?.name;
        let problems: Vec<Problem> = [
            remaining_problem(&name, accounts, "account", "Disconnect or move"),
            remaining_problem(&name, api_keys, "API key", "Delete"),
            remaining_problem(&name, dependents::count(conn, self.workspace_id)?, "record", "Delete"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }
}

/// The problem for `count` things that are left in the workspace; `None` if there are none.
fn remaining_problem(workspace: &str, count: i64, noun: &str, verb: &str) -> Option<Problem> {
    let (things, them) = match count {
        0 => return None,
        1 => (format!("1 {noun}"), "it"),
        _ => (format!("{count} {noun}s"), "them"),
    };
    let sentence = format!("Your workspace \"{workspace}\" still holds {things}. {verb} {them} first.");
    Some(Problem::new("workspace", "not_empty", sentence))
}
