//! Erases a person: sessions, personal accounts, tokens, name and address.

use diesel::prelude::*;

use super::Membership;
use crate::{
    db::Conn,
    error::Result,
    models::{
        event, invite, job,
        session::Member,
        social_account::{connecting, transferring},
        user::{self, resetting},
        vault::Vault,
        webhook::delivery,
        workspace::Workspace,
    },
    schema::users,
};

impl Member {
    /// Also deletes the workspace if nobody else is in it; 422 for the only owner of a workspace with other people.
    pub fn erase(&self, conn: &mut Conn, vault: &Vault) -> Result<()> {
        let membership = Membership::find(conn, self.workspace_id, self.user_id)?;
        let was_alone = membership.is_alone(conn)?;
        if !was_alone {
            membership.expect_another_owner(conn)?;
        }
        let mut record_ids = vec![membership.uuid.0.to_string()];
        for account in transferring::load_owned(conn, self.workspace_id, self.user_id)? {
            record_ids.push(account.uuid.0.to_string());
            connecting::disconnect(
                conn,
                vault,
                account.workspace_id,
                account.owner(),
                &account.provider,
                account.id,
                self.now,
            )?;
        }
        membership.end(conn, vault, self.now)?;
        diesel::delete(users::table.find(self.user_id)).execute(conn)?;
        invite::withdraw_all(conn, &self.email)?;
        event::erasing::forget_person(conn, self.workspace_id, self.user_id, &self.email)?;
        delivery::forget_records(conn, self.workspace_id, &record_ids)?;
        job::delete_by_subject_without_workspace(conn, &resetting::job_subject(&self.email))?;
        job::delete_by_prefix_without_workspace(conn, &user::change_job_prefix(self.user_id))?;
        if was_alone {
            Workspace::delete(conn, vault, self.workspace_id, self.now)?;
        }
        Ok(())
    }
}
