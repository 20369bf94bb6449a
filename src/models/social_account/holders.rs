//! Who already has an account of this workspace: the rows to which the rule of [`super::conflict`] is applied.

use diesel::prelude::*;

use super::{
    Owner, SocialAccount,
    conflict::{self, Conflict, Holder, Match, Refusal},
    identity::Identity,
    visibility,
};
use crate::{
    db::Conn,
    error::{Error, Result},
    models::{actor::Actor, email::written, role::Role, vault::Vault},
    prepared,
    schema::{memberships, social_accounts, users},
};

/// The accounts on a network with their owners.
macro_rules! accounts_on {
    ($workspace_id:expr, $provider:expr) => {
        social_accounts::table
            .left_join(users::table.on(users::id.nullable().eq(social_accounts::owner_id)))
            .filter(social_accounts::workspace_id.eq($workspace_id))
            .filter(social_accounts::provider.eq($provider))
    };
}

pub struct Holders {
    wanted: Identity,
    /// Oldest first.
    accounts: Vec<Held>,
}

/// An account, with the rule's view of it.
struct Held {
    account: SocialAccount,
    holder: Holder,
}

/// An account, and the stored address of the person who owns it.
type Row = (SocialAccount, Option<String>);

impl Holders {
    /// Loads by handle and by key in two statements: with both in one condition, SQLite would read every account.
    pub fn find(conn: &mut Conn, workspace_id: i64, provider: &str, wanted: &Identity) -> Result<Self> {
        let query = || {
            accounts_on!(workspace_id, provider).select((SocialAccount::columns(), users::email.nullable()))
        };
        let mut rows: Vec<Row> = query().filter(social_accounts::handle.eq(&wanted.handle)).load(conn)?;
        if wanted.digest.is_some() {
            let by_key: Vec<Row> = query().filter(social_accounts::key.eq(wanted.key())).load(conn)?;
            rows.extend(by_key);
        }
        let accounts = rows.into_iter().map(Held::from).collect();
        Ok(Self { wanted: wanted.clone(), accounts }.sorted())
    }

    /// The same for an account that its network has named: accounts without an external id whose pasted token begins with
    /// the named one are found, too.
    pub fn find_named(
        conn: &mut Conn,
        vault: &Vault,
        workspace_id: i64,
        provider: &str,
        wanted: &Identity,
        external_id: &str,
    ) -> Result<Self> {
        let mut holders = Self::find(conn, workspace_id, provider, wanted)?;
        let columns = (
            SocialAccount::columns(),
            users::email.nullable(),
            social_accounts::access_token.assume_not_null(),
        );
        let by_token = accounts_on!(workspace_id, provider)
            .filter(social_accounts::token_id_digest.eq(vault.identity().digest_in_token(external_id)))
            .filter(social_accounts::access_token.is_not_null())
            .select(columns);
        let by_token: Vec<(SocialAccount, Option<String>, String)> = prepared!(by_token).load(conn)?;
        for (account, email, token) in by_token {
            if account.identity().digest.is_none() && account.is_token_of(vault, &token, external_id) {
                holders.accounts.retain(|held| held.account.id != account.id);
                let held = Held::from((account, email));
                holders
                    .accounts
                    .push(Held { holder: Holder { has_wanted_token: true, ..held.holder }, ..held });
            }
        }
        Ok(holders.sorted())
    }

    fn sorted(mut self) -> Self {
        self.accounts.sort_by_key(|held| (held.account.created_at, held.account.id));
        self.accounts.dedup_by_key(|held| held.account.id);
        self
    }

    /// Without the account that is about to change.
    pub fn except(mut self, changing: &SocialAccount) -> Self {
        self.accounts.retain(|held| held.account.id != changing.id);
        self
    }

    /// The accounts of `owner` that are the same as the wanted one.
    pub fn held_by(&self, owner: Owner) -> impl Iterator<Item = &SocialAccount> {
        self.matches(owner).map(|(_, account)| account)
    }

    /// The account of `owner` with the strongest reason to be the wanted one, and of several the oldest.
    pub fn best_held_by(&self, owner: Owner) -> Option<&SocialAccount> {
        self.matches(owner).min_by_key(|(reason, _)| *reason).map(|(_, account)| account)
    }

    fn matches(&self, owner: Owner) -> impl Iterator<Item = (Match, &SocialAccount)> {
        let own = self.accounts.iter().filter(move |held| held.account.owner() == owner);
        own.filter_map(|held| Some((held.holder.matching(&self.wanted)?, &held.account)))
    }

    /// Applies the conflict rule. `user_id` is the actor's; `None` for a program.
    pub fn conflict(&self, user_id: Option<i64>, owner: Owner) -> Option<Conflict> {
        let holders: Vec<Holder> = self.accounts.iter().map(|held| held.holder.clone()).collect();
        conflict::between(user_id, owner, &self.wanted, &holders)
    }

    /// 422 if there is a conflict. `parameter` is the parameter that named the account.
    pub fn expect_no_conflict(
        &self,
        conn: &mut Conn,
        actor: Actor,
        owner: Owner,
        parameter: &str,
    ) -> Result<()> {
        match self.conflict(actor.user_id(), owner) {
            None => Ok(()),
            Some(conflict) => Err(refusal(conn, actor, conflict)?.to_error(parameter)),
        }
    }

    /// 422 if there is a conflict, and, with the sentence `taken`, if the owner already has the account.
    pub fn expect_free(
        &self,
        conn: &mut Conn,
        actor: Actor,
        owner: Owner,
        parameter: &str,
        taken: &'static str,
    ) -> Result<()> {
        self.expect_no_conflict(conn, actor, owner, parameter)?;
        match self.held_by(owner).next() {
            None => Ok(()),
            Some(_) => Err(Error::invalid(parameter, "taken", taken)),
        }
    }
}

impl From<Row> for Held {
    fn from((account, email): Row) -> Self {
        let holder = Holder::new(account.id, account.owner(), email.as_deref(), account.identity());
        Self { account, holder }
    }
}

/// What the actor may learn about a conflict: whom to ask, and the id of an account that they can see.
fn refusal(conn: &mut Conn, actor: Actor, conflict: Conflict) -> Result<Refusal> {
    match (conflict, actor.plain_member()) {
        (Conflict::HeldByWorkspace { account_id }, Some(member)) => Ok(Refusal::HeldByWorkspace {
            ask: Some(admin_to_ask(conn, member.workspace_id, account_id)?),
            account_id: visibility::is_shared_with(conn, member, account_id)?.then_some(account_id),
        }),
        (conflict, _) => Ok(Refusal::to_an_admin(conflict)),
    }
}

/// The address of the person who connected the account if they are still an admin, otherwise of the longest-serving
/// owner.
fn admin_to_ask(conn: &mut Conn, workspace_id: i64, account_id: i64) -> Result<String> {
    let connected_by_them = social_accounts::workspace_id
        .eq(memberships::workspace_id)
        .and(social_accounts::id.eq(account_id))
        .and(social_accounts::connected_by.eq(memberships::user_id.nullable()));
    let admins: Vec<(Option<i64>, i32, String)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .left_join(social_accounts::table.on(connected_by_them))
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::role.ne(Role::Member.id()))
        .order((memberships::created_at, memberships::user_id))
        .select((social_accounts::id.nullable(), memberships::role, users::email))
        .load(conn)?;
    let asked = admins
        .iter()
        .find(|(connected, ..)| connected.is_some())
        .or_else(|| admins.iter().find(|(_, role, _)| *role == Role::Owner.id()));
    Ok(asked.map(|(.., email)| written(email)).unwrap_or_default())
}
