//! `connectedAccounts`: the social accounts, written through the functions of their model: connect, transfer, rename,
//! update and disconnect.

mod creating;

use diesel::prelude::*;
use secrecy::SecretString;

pub use self::creating::create_all;
use crate::{
    catalogue::object::Object,
    db::types::Uuid,
    error::{Error, Result},
    models::{
        actor::Actor,
        caller::Caller,
        session::Member,
        social_account::{
            Owner, Progress, SocialAccount,
            changing::{self, Changes},
            connecting,
            identity::{self, Handle},
            transferring,
        },
    },
    networks,
    records::{
        input::{Input, Purpose},
        transaction::{Body, Transaction},
    },
    schema::{memberships, social_accounts},
};

const HANDLE_AND_PROVIDER: &str = "handle and provider are required";
const NO_HANDLE: &str = "handle: there is no name in it";
const MAX_NAME_CHARS: usize = 255;
const MAX_TOKEN_BYTES: usize = 16 * 1024;
const WORKSPACE_ACCOUNTS: &str = "Only workspace admins can manage workspace accounts";
const OWN_ACCOUNTS: &str =
    "Only its holder, or an API key with the scope \"write\", can change a personal account";
const HANDLE_FIELD: &str = "handle";
const OWNER_FIELD: &str = "accountOwnerId";

/// The check of [`create_all`] without database access; also works for an owner that has left the workspace since.
pub fn expect_authority(tx: &Transaction, object: &'static Object, body: &Body) -> Result<()> {
    let Caller::Person(member) = tx.caller else { return Ok(()) };
    let input = Input::parse(object, body, Purpose::Create)?;
    match input.text(OWNER_FIELD) {
        None => expect_authority_over(tx, Owner::Workspace),
        owner if owner == tx.permissions.member_id.as_deref() => {
            expect_authority_over(tx, Owner::Person(member.user_id))
        }
        Some(_) => Err(Error::Forbidden(OWN_ACCOUNTS)),
    }
}

pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<()> {
    let mut account = find(tx, id)?;
    expect_authority_over(tx, account.owner())?;
    account = rename(tx, account, input)?;
    if let Some(member_id) = input.get(OWNER_FIELD) {
        let owner = find_owner(tx, member_id)?;
        expect_authority_over(tx, owner)?;
        account = transferring::transfer(tx.conn, tx.vault, actor(tx), account, owner, OWNER_FIELD)?;
    }
    let changes = Changes {
        access_token: parse_token(input, "accessToken")?,
        refresh_token: parse_token(input, "refreshToken")?,
        progress: parse_progress(input, Purpose::Update),
    };
    changing::update(tx.conn, tx.vault, actor(tx), &account, &changes)
}

pub fn delete(tx: &mut Transaction, id: &str) -> Result<()> {
    let account = find(tx, id)?;
    expect_authority_over(tx, account.owner())?;
    let (owner, now) = (account.owner(), actor(tx).now);
    connecting::disconnect(tx.conn, tx.vault, account.workspace_id, owner, &account.provider, account.id, now)
}

/// Changes the handle and the provider, if one of them is sent.
fn rename(tx: &mut Transaction, account: SocialAccount, input: &Input) -> Result<SocialAccount> {
    for name in ["handle", "provider"] {
        if input.get(name).is_some() && input.text(name).is_none() {
            return Err(Error::Unreadable(format!("{name}: an account cannot be without one")));
        }
    }
    let provider =
        input.text("provider").map(parse_provider).transpose()?.unwrap_or(account.provider.clone());
    let sent_handle = input.text("handle").map(parse_handle).transpose()?;
    if sent_handle.is_none() && provider == account.provider {
        return Ok(account);
    }
    let (handle, entered) = match sent_handle {
        Some(sent) => sent,
        None => parse_handle(&account.twitter_nickname)?,
    };
    changing::rename(tx.conn, tx.vault, actor(tx), &account, &provider, (&handle, &entered), HANDLE_FIELD)
}

/// The person with this id as a `workspaceMember`, or the workspace without an id.
fn find_owner(tx: &mut Transaction, member_id: Option<&str>) -> Result<Owner> {
    let Some(member_id) = member_id else { return Ok(Owner::Workspace) };
    let id: uuid::Uuid = member_id.parse().map_err(Error::ours)?;
    let user_id: Option<i64> = memberships::table
        .filter(memberships::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(memberships::uuid.eq(Uuid(id)))
        .select(memberships::user_id)
        .get_result(tx.conn)
        .optional()?;
    user_id.map(Owner::Person).ok_or_else(|| no_such_owner(member_id))
}

fn no_such_owner(member_id: &str) -> Error {
    Error::Unreadable(format!("{OWNER_FIELD}: no workspaceMember has the id '{member_id}'"))
}

/// An API key may write accounts of any owner, a person only their own, and an admin also the workspace's.
fn expect_authority_over(tx: &Transaction, owner: Owner) -> Result<()> {
    let Caller::Person(member) = tx.caller else { return Ok(()) };
    match owner {
        Owner::Workspace if member.is_admin() => Ok(()),
        Owner::Workspace => Err(Error::Forbidden(WORKSPACE_ACCOUNTS)),
        Owner::Person(id) if id == member.user_id => Ok(()),
        Owner::Person(_) => Err(Error::Forbidden(OWN_ACCOUNTS)),
    }
}

fn actor<'a>(tx: &Transaction<'a>) -> Actor<'a> {
    let member: Option<&'a Member> = match tx.caller {
        Caller::Key(_) => None,
        Caller::Person(member) => Some(member),
    };
    let caller = &tx.permissions.caller;
    Actor {
        workspace_id: caller.workspace_id(),
        now: caller.now(),
        member,
        may_read_tokens: caller.may_read_tokens(),
    }
}

fn find(tx: &mut Transaction, id: &str) -> Result<SocialAccount> {
    let id: uuid::Uuid = id.parse().map_err(Error::ours)?;
    Ok(social_accounts::table
        .filter(social_accounts::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(social_accounts::uuid.eq(Uuid(id)))
        .select(SocialAccount::columns())
        .get_result(tx.conn)?)
}

/// The stored name of a provider; ignores case and surrounding blanks.
fn parse_provider(text: &str) -> Result<String> {
    let provider = text.trim().to_lowercase();
    match provider.as_str() {
        "" => Err(Error::Unreadable(HANDLE_AND_PROVIDER.to_owned())),
        _ if provider.chars().count() > MAX_NAME_CHARS => Err(too_long("provider", MAX_NAME_CHARS)),
        name => Ok(networks::stored_name(name).to_owned()),
    }
}

/// The normalised handle, and the handle as it was entered without `@`.
fn parse_handle(text: &str) -> Result<(Handle, String)> {
    if text.chars().count() > MAX_NAME_CHARS {
        return Err(too_long("handle", MAX_NAME_CHARS));
    }
    let handle = Handle::parse(text).ok_or_else(|| Error::Unreadable(NO_HANDLE.to_owned()))?;
    Ok((handle, identity::bare(text).to_owned()))
}

/// A token of a body: `None` if it is not sent, `Some(None)` if it is cleared.
fn parse_token(input: &Input, path: &str) -> Result<Option<Option<SecretString>>> {
    let Some(sent) = input.get(path) else { return Ok(None) };
    let sent = sent.filter(|text| !text.is_empty());
    if sent.is_some_and(|text| text.len() > MAX_TOKEN_BYTES) {
        return Err(too_long(path, MAX_TOKEN_BYTES));
    }
    Ok(Some(sent.map(SecretString::from)))
}

fn parse_progress(input: &Input, purpose: Purpose) -> Progress {
    // A cleared field is emptied by an update, but ignored by a create, which may refresh an account.
    let text = |path: &str, empty: &str| {
        let sent = input.get(path)?;
        let sent = sent.filter(|text| !text.is_empty());
        match (sent, purpose) {
            (Some(text), _) => Some(text.to_owned()),
            (None, Purpose::Update) => Some(empty.to_owned()),
            (None, Purpose::Create) => None,
        }
    };
    Progress {
        scopes: text("scopes", "[]"),
        handle_aliases: text("handleAliases", ""),
        last_sync_history_id: text("lastSyncHistoryId", ""),
        auth_failed_at: input.moment("authFailedAt"),
    }
}

fn too_long(field: &str, max: usize) -> Error {
    Error::Unreadable(format!("{field}: is longer than {max} characters"))
}
