//! `connectedAccounts`: the register of social accounts, written as everywhere else – by connecting, handing over,
//! changing and disconnecting.

use diesel::prelude::*;
use secrecy::SecretString;

use crate::{
    catalogue::object::Object,
    db::types::Uuid,
    error::{Error, Result},
    models::{
        actor::Actor,
        caller::Caller,
        session::Member,
        social_account::{
            NewAccount, Owner, Progress, SocialAccount,
            changing::{self, Changes},
            connecting,
            identity::{self, Handle},
            transferring,
        },
    },
    networks,
    records::{
        input::{Input, Purpose},
        transaction::{Body, Transaction, checks},
    },
    schema::{memberships, social_accounts},
};

const HANDLE_AND_PROVIDER: &str = "handle and provider are required";
const NO_HANDLE: &str = "handle: there is no name in it";
const LONGEST_NAME: usize = 255;
const LONGEST_TOKEN: usize = 16 * 1024;
const WORKSPACE_ACCOUNTS: &str = "Only workspace admins can manage workspace accounts";
const OWN_ACCOUNTS: &str =
    "Only its holder, or an API key with the scope \"write\", can change a personal account";
const NAMED_BY: &str = "handle";
const OWNED_BY: &str = "accountOwnerId";

/// Connects, or refreshes what its holder has already: the same id again.
pub fn create(tx: &mut Transaction, object: &'static Object, body: &Body) -> Result<String> {
    let input = Input::parse(object, body, Purpose::Create)?;
    let (Some(entered), Some(provider)) = (input.text("handle"), input.text("provider")) else {
        return Err(Error::Unreadable(HANDLE_AND_PROVIDER.to_owned()));
    };
    let provider = provider_named(provider)?;
    let (handle, entered) = handle_of(entered)?;
    let owner = owner(tx, input.text(OWNED_BY))?;
    expect_to_own(tx, owner)?;
    let new = NewAccount {
        uuid: new_id(tx, &input, |held| {
            held.provider == provider && held.handle == handle.as_str() && held.owner() == owner
        })?,
        provider,
        external_id: None,
        handle,
        twitter_nickname: entered,
        profile: None,
        access_token: token(&input, "accessToken")?.flatten(),
        refresh_token: token(&input, "refreshToken")?.flatten(),
        progress: progress(&input, Purpose::Create),
        account_verified: None,
        location: None,
        named_by: NAMED_BY.to_owned(),
    };
    let connected = connecting::connect(tx.conn, tx.vault, actor(tx), owner, &new)?;
    Ok(connected.into_account().uuid.0.to_string())
}

/// What [`create`] asks of a person, also of an owner who has left since.
pub fn expect_authority(tx: &Transaction, object: &'static Object, body: &Body) -> Result<()> {
    let Caller::Person(member) = tx.caller else { return Ok(()) };
    let input = Input::parse(object, body, Purpose::Create)?;
    match input.text(OWNED_BY) {
        None => expect_to_own(tx, Owner::Workspace),
        owner if owner == tx.permissions.member_id.as_deref() => {
            expect_to_own(tx, Owner::Person(member.user_id))
        }
        Some(_) => Err(Error::Forbidden(OWN_ACCOUNTS)),
    }
}

pub fn update(tx: &mut Transaction, id: &str, input: &Input) -> Result<()> {
    let mut account = find(tx, id)?;
    expect_to_own(tx, account.owner())?;
    account = move_claim(tx, account, input)?;
    if let Some(owner) = input.get(OWNED_BY) {
        let owner = self::owner(tx, owner)?;
        expect_to_own(tx, owner)?;
        account = transferring::transfer(tx.conn, actor(tx), account, owner, OWNED_BY)?;
    }
    let changes = Changes {
        access_token: token(input, "accessToken")?,
        refresh_token: token(input, "refreshToken")?,
        progress: progress(input, Purpose::Update),
    };
    changing::update(tx.conn, tx.vault, actor(tx), &account, &changes)
}

pub fn delete(tx: &mut Transaction, id: &str) -> Result<()> {
    let account = find(tx, id)?;
    expect_to_own(tx, account.owner())?;
    connecting::disconnect(tx.conn, &account)
}

fn move_claim(tx: &mut Transaction, account: SocialAccount, input: &Input) -> Result<SocialAccount> {
    for name in ["handle", "provider"] {
        if input.get(name).is_some() && input.text(name).is_none() {
            return Err(Error::Unreadable(format!("{name}: an account cannot be without one")));
        }
    }
    let provider =
        input.text("provider").map(provider_named).transpose()?.unwrap_or(account.provider.clone());
    let spelled = input.text("handle").map(handle_of).transpose()?;
    if spelled.is_none() && provider == account.provider {
        return Ok(account);
    }
    let (handle, entered) = match spelled {
        Some(spelled) => spelled,
        None => handle_of(&account.twitter_nickname)?,
    };
    changing::rename(tx.conn, actor(tx), &account, &provider, &handle, &entered, NAMED_BY)
}

/// The owner with this workspaceMember's id; the workspace where there is none.
fn owner(tx: &mut Transaction, member_id: Option<&str>) -> Result<Owner> {
    let Some(owner) = member_id else { return Ok(Owner::Workspace) };
    let id: uuid::Uuid = owner.parse().map_err(Error::ours)?;
    let user_id: Option<i64> = memberships::table
        .filter(memberships::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(memberships::uuid.eq(Uuid(id)))
        .select(memberships::user_id)
        .get_result(tx.conn)
        .optional()?;
    user_id
        .map(Owner::Person)
        .ok_or_else(|| Error::Unreadable(format!("{OWNED_BY}: no workspaceMember has the id '{owner}'")))
}

/// A key may act for the workspace and for its members; a person for themselves, and an admin for the workspace.
fn expect_to_own(tx: &Transaction, owner: Owner) -> Result<()> {
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
    Actor { workspace_id: tx.permissions.workspace_id(), now: tx.permissions.caller.now(), member }
}

fn find(tx: &mut Transaction, id: &str) -> Result<SocialAccount> {
    let id: uuid::Uuid = id.parse().map_err(Error::ours)?;
    Ok(social_accounts::table
        .filter(social_accounts::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(social_accounts::uuid.eq(Uuid(id)))
        .select(SocialAccount::columns())
        .get_result(tx.conn)?)
}

/// An id of the client's own choice, if it is free or that of the account which is to be refreshed.
fn new_id(
    tx: &mut Transaction,
    input: &Input,
    is_repeat_of: impl Fn(&SocialAccount) -> bool,
) -> Result<Option<Uuid>> {
    let Some(id) = &input.id else { return Ok(None) };
    let id = Uuid(id.parse().map_err(Error::ours)?);
    let held = social_accounts::table
        .filter(social_accounts::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(social_accounts::uuid.eq(id))
        .select(SocialAccount::columns())
        .get_result(tx.conn)
        .optional()?;
    if held.is_some_and(|account| !is_repeat_of(&account)) {
        return Err(Error::Unreadable(checks::EXISTS_ALREADY.to_owned()));
    }
    Ok(Some(id))
}

/// Providers compare trimmed and lower-cased.
fn provider_named(text: &str) -> Result<String> {
    let provider = text.trim().to_lowercase();
    match provider.as_str() {
        "" => Err(Error::Unreadable(HANDLE_AND_PROVIDER.to_owned())),
        _ if provider.chars().count() > LONGEST_NAME => Err(too_long("provider", LONGEST_NAME)),
        name => Ok(networks::stored_name(name).to_owned()),
    }
}

fn handle_of(text: &str) -> Result<(Handle, String)> {
    if text.chars().count() > LONGEST_NAME {
        return Err(too_long("handle", LONGEST_NAME));
    }
    let handle = Handle::parse(text).ok_or_else(|| Error::Unreadable(NO_HANDLE.to_owned()))?;
    Ok((handle, identity::bare(text).to_owned()))
}

/// A token as a body sends it; cleared where it says `null`.
fn token(input: &Input, path: &str) -> Result<Option<Option<SecretString>>> {
    let Some(sent) = input.get(path) else { return Ok(None) };
    let sent = sent.filter(|text| !text.is_empty());
    if sent.is_some_and(|text| text.len() > LONGEST_TOKEN) {
        return Err(too_long(path, LONGEST_TOKEN));
    }
    Ok(Some(sent.map(SecretString::from)))
}

fn progress(input: &Input, purpose: Purpose) -> Progress {
    // What is not given on create leaves a refreshed account as it was; what is cleared on update is emptied.
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

fn too_long(field: &str, most: usize) -> Error {
    Error::Unreadable(format!("{field}: is longer than {most} characters"))
}
