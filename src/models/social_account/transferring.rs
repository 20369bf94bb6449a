//! Transferring an account between a person and the workspace: the same row, the other side.

use diesel::prelude::*;

use super::{
    SocialAccount, TWITTER,
    asker::Asker,
    candidates,
    conflict::{self, Claimant, Holding},
    refusing, sharing,
};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::session::Admin,
    schema::{social_accounts, social_claims},
};

const THEIRS_ALREADY: &str = "They hold this account already. Disconnect one of the two first.";

/// The side an account is to land on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Workspace,
    Personal,
}

impl Side {
    pub const ALL: [Self; 2] = [Self::Workspace, Self::Personal];

    fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Personal => "personal",
        }
    }
}

impl AsRef<str> for Side {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl Admin {
    /// Transfers an account held by this admin personally, or by the workspace. To where it already is: no change.
    /// `named_by` is the parameter that named the account.
    pub fn transfer(&self, conn: &mut Conn, id: i64, to: Side, named_by: &str) -> Result<SocialAccount> {
        let account = self.transferable(conn, id)?;
        let claimant = match to {
            Side::Workspace => Claimant::Workspace,
            Side::Personal => Claimant::Person(self.user_id),
        };
        transfer(conn, (&**self).into(), account, claimant, named_by)
    }

    fn transferable(&self, conn: &mut Conn, id: i64) -> Result<SocialAccount> {
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::provider.eq(TWITTER))
            .filter(social_accounts::id.eq(id))
            .filter(
                social_accounts::owner_id
                    .is_null()
                    .or(social_accounts::owner_id.eq(Some(self.user_id)).assume_not_null()),
            )
            .select(SocialAccount::columns())
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)
    }
}

/// Hands an account over to another holder, whoever asks for it.
pub fn transfer(
    conn: &mut Conn,
    asker: Asker,
    account: SocialAccount,
    claimant: Claimant,
    named_by: &str,
) -> Result<SocialAccount> {
    if account.holder() == claimant {
        return Ok(account);
    }
    let others: Vec<Holding> =
        candidates::of(conn, asker.workspace_id, &account.provider, &account.identity())?
            .iter()
            .filter(|(other, _)| other.id != account.id)
            .map(|(other, email)| candidates::holding(other, email.as_deref()))
            .collect();
    if let Some(conflict) = conflict::between(asker.user_id(), claimant, &account.identity(), &others) {
        return Err(refusing::refusal(conn, asker, conflict)?.at(named_by));
    }
    let has_it_already =
        |other: &Holding| other.holder == claimant && account.identity().is_same_account_as(&other.identity);
    if others.iter().any(has_it_already) {
        return Err(Error::invalid(named_by, "taken", THEIRS_ALREADY));
    }
    if account.is_workspace_account() {
        sharing::unshare(conn, &account)?;
    }
    change_holder(conn, asker, &account, claimant)
}

/// The rule found nobody else on this key, so the claim changes sides with the row. What only its holder may read is
/// not handed over by another: the tokens go, and the account waits to be connected anew.
fn change_holder(
    conn: &mut Conn,
    asker: Asker,
    account: &SocialAccount,
    claimant: Claimant,
) -> Result<SocialAccount> {
    let (side, owner_id) = match claimant {
        Claimant::Workspace => (Side::Workspace, None),
        Claimant::Person(id) => (Side::Personal, Some(id)),
    };
    diesel::update(
        social_claims::table
            .filter(social_claims::workspace_id.eq(account.workspace_id))
            .filter(social_claims::provider.eq(&account.provider))
            .filter(social_claims::key.eq(&account.key)),
    )
    .set(social_claims::scope.eq(side.name()))
    .execute(conn)?;
    let is_given = account.owner_id.is_none() || account.owner_id == asker.user_id();
    let emptied = (!is_given).then_some((
        social_accounts::access_token.eq(None::<String>),
        social_accounts::refresh_token.eq(None::<String>),
        social_accounts::auth_failed_at.eq(Some(asker.now)),
    ));
    let transferred = diesel::update(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .set((
        social_accounts::scope.eq(side.name()),
        social_accounts::owner_id.eq(owner_id),
        emptied,
        social_accounts::updated_at.eq(asker.now),
    ))
    .returning(SocialAccount::columns())
    .get_result(conn)?;
    Ok(transferred)
}
