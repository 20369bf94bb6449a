//! Creates accounts: connects those that nobody has together, and refreshes the others one by one.

use std::collections::{HashMap, HashSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    HANDLE_AND_PROVIDER, HANDLE_FIELD, OWNER_FIELD, actor, expect_authority_over, no_such_owner,
    parse_handle, parse_progress, parse_provider, parse_token,
};
use crate::{
    catalogue::object::Object,
    db::{Conn, among, fixed_sql::fixed_sql, types::Uuid},
    error::{Error, Result},
    models::social_account::{
        NewAccount, Owner, Progress, SocialAccount, TokenSource, connecting, identity::Handle,
    },
    prepared,
    records::{
        input::{Input, Purpose},
        transaction::{Body, RecordError, Transaction, checks},
    },
    schema::{memberships, social_accounts},
};

/// Connects accounts, or refreshes those that their owners have already; then returns their ids. Those that nobody has
/// are inserted together.
pub fn create_all(
    tx: &mut Transaction,
    object: &'static Object,
    bodies: &[Body],
) -> Result<Vec<String>, RecordError> {
    let parsed: Vec<Result<Request>> = bodies.iter().map(|body| Request::parse(object, body)).collect();
    let stored = Stored::load(tx, parsed.iter().flatten())?;
    let mut unheld: Vec<(Owner, NewAccount)> = Vec::new();
    let mut ids = Vec::new();
    for (at, request) in parsed.into_iter().enumerate() {
        let create = || {
            let request = request?;
            let owner = stored.find_owner(request.owner_id.as_deref())?;
            expect_authority_over(tx, owner)?;
            if stored.may_know(&request) || unheld.iter().any(|(_, other)| request.is_like(other)) {
                insert_all(tx, &mut unheld)?;
                return connect(tx, owner, request);
            }
            let uuid = request.id.unwrap_or_else(Uuid::random);
            unheld.push((owner, request.into_new_account(Some(uuid))));
            Ok(uuid)
        };
        ids.push(create().map_err(|error| RecordError::at(at, error))?.0.to_string());
    }
    insert_all(tx, &mut unheld)?;
    Ok(ids)
}

fn insert_all(tx: &mut Transaction, unheld: &mut Vec<(Owner, NewAccount)>) -> Result<()> {
    connecting::insert_all(tx.conn, tx.vault, actor(tx), &std::mem::take(unheld))
}

fn connect(tx: &mut Transaction, owner: Owner, request: Request) -> Result<Uuid> {
    let id = validate_new_id(tx, request.id, |stored| {
        stored.provider == request.provider
            && stored.handle == request.handle.as_str()
            && stored.owner() == owner
    })?;
    let connected = connecting::connect(tx.conn, tx.vault, actor(tx), owner, &request.into_new_account(id))?;
    Ok(connected.into_account().uuid)
}

/// What a body asks to connect.
struct Request {
    id: Option<Uuid>,
    /// The id of the owner as a `workspaceMember`; `None` for the workspace.
    owner_id: Option<String>,
    provider: String,
    handle: Handle,
    entered: String,
    access_token: Option<SecretString>,
    refresh_token: Option<SecretString>,
    progress: Progress,
}

impl Request {
    fn parse(object: &'static Object, body: &Body) -> Result<Self> {
        let input = Input::parse(object, body, Purpose::Create)?;
        let (Some(entered), Some(provider)) = (input.text("handle"), input.text("provider")) else {
            return Err(Error::Unreadable(HANDLE_AND_PROVIDER.to_owned()));
        };
        let provider = parse_provider(provider)?;
        let (handle, entered) = parse_handle(entered)?;
        Ok(Self {
            id: input.id.as_deref().map(|id| id.parse().map(Uuid)).transpose().map_err(Error::ours)?,
            owner_id: input.text(OWNER_FIELD).map(str::to_owned),
            provider,
            handle,
            entered,
            access_token: parse_token(&input, "accessToken")?.flatten(),
            refresh_token: parse_token(&input, "refreshToken")?.flatten(),
            progress: parse_progress(&input, Purpose::Create),
        })
    }

    /// Whether an account in the same request may be the same one, or has the same id.
    fn is_like(&self, other: &NewAccount) -> bool {
        other.uuid == self.id && self.id.is_some()
            || other.provider == self.provider && other.handle.as_str() == self.handle.as_str()
    }

    fn into_new_account(self, uuid: Option<Uuid>) -> NewAccount {
        NewAccount {
            uuid,
            provider: self.provider,
            external_id: None,
            handle: self.handle,
            twitter_nickname: self.entered,
            profile: None,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            source: TokenSource::Written,
            progress: self.progress,
            account_verified: None,
            location: None,
            parameter: HANDLE_FIELD.to_owned(),
        }
    }
}

/// The handles of some requests that the workspace has, with their networks. PostgreSQL looks for the first handle from each
/// one on, which it finds with the index in their order. If it looked for equal ones, then without statistics it might compare
/// each with every account of the workspace.
fn known_handles<'a>(
    conn: &mut Conn,
    workspace_id: i64,
    requests: impl Iterator<Item = &'a Request>,
) -> Result<HashSet<(String, String)>> {
    let find = fixed_sql::<(Text, Text)>(
        conn,
        "SELECT provider, handle FROM jsonb_to_recordset(?::jsonb) AS wanted (provider text, handle text) \
         WHERE handle = (SELECT accounts.handle FROM social_accounts accounts WHERE accounts.workspace_id = ? \
         AND accounts.provider = wanted.provider AND accounts.handle >= wanted.handle \
         ORDER BY accounts.handle LIMIT 1)",
        "SELECT value ->> 'provider', value ->> 'handle' FROM json_each(?) \
         WHERE EXISTS (SELECT 1 FROM social_accounts WHERE workspace_id = ? \
         AND provider = value ->> 'provider' AND handle = value ->> 'handle')",
    );
    let wanted: Vec<Value> = requests
        .map(|request| json!({"provider": request.provider, "handle": request.handle.as_str()}))
        .collect();
    let find = find.bind(Value::from(wanted).to_string().into_sql::<Text>());
    let known: Vec<(String, String)> = prepared!(find.bind(workspace_id.into_sql::<BigInt>())).load(conn)?;
    Ok(known.into_iter().collect())
}

/// What the workspace has of the handles, ids and owners in some requests, before they are carried out.
struct Stored {
    handles: HashSet<(String, String)>,
    ids: HashSet<Uuid>,
    owners: HashMap<String, i64>,
}

impl Stored {
    fn load<'a>(tx: &mut Transaction, requests: impl Iterator<Item = &'a Request> + Clone) -> Result<Self> {
        let workspace_id = tx.permissions.workspace_id();
        let accounts = || social_accounts::table.filter(social_accounts::workspace_id.eq(workspace_id));
        let handles = known_handles(tx.conn, workspace_id, requests.clone())?;
        let ids: Vec<Uuid> = requests.clone().filter_map(|request| request.id).collect();
        let ids: Vec<Uuid> = if ids.is_empty() {
            ids
        } else {
            let same_ids = accounts().filter(among(social_accounts::uuid, ids)).select(social_accounts::uuid);
            prepared!(same_ids).load(tx.conn)?
        };
        let owner_ids: Vec<&str> = requests.filter_map(|request| request.owner_id.as_deref()).collect();
        let owners: Vec<(Uuid, i64)> = if owner_ids.is_empty() {
            Vec::new()
        } else {
            let owners = memberships::table
                .filter(memberships::workspace_id.eq(workspace_id))
                .filter(among(memberships::uuid, owner_ids))
                .select((memberships::uuid, memberships::user_id));
            prepared!(owners).load(tx.conn)?
        };
        Ok(Self {
            handles,
            ids: ids.into_iter().collect(),
            owners: owners.into_iter().map(|(uuid, user_id)| (uuid.0.to_string(), user_id)).collect(),
        })
    }

    fn find_owner(&self, member_id: Option<&str>) -> Result<Owner> {
        let Some(member_id) = member_id else { return Ok(Owner::Workspace) };
        self.owners.get(member_id).copied().map(Owner::Person).ok_or_else(|| no_such_owner(member_id))
    }

    fn may_know(&self, request: &Request) -> bool {
        let handle = (request.provider.clone(), request.handle.as_str().to_owned());
        self.handles.contains(&handle) || request.id.is_some_and(|id| self.ids.contains(&id))
    }
}

/// The id that the client chose; refuses the id of any account but the one to be refreshed.
fn validate_new_id(
    tx: &mut Transaction,
    id: Option<Uuid>,
    is_refreshed: impl Fn(&SocialAccount) -> bool,
) -> Result<Option<Uuid>> {
    let Some(id) = id else { return Ok(None) };
    let stored = social_accounts::table
        .filter(social_accounts::workspace_id.eq(tx.permissions.workspace_id()))
        .filter(social_accounts::uuid.eq(id))
        .select(SocialAccount::columns())
        .get_result(tx.conn)
        .optional()?;
    if stored.is_some_and(|account| !is_refreshed(&account)) {
        return Err(Error::Unreadable(checks::EXISTS_ALREADY.to_owned()));
    }
    Ok(Some(id))
}
