//! API keys in JSON: a created one with the key itself, listed ones without.

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{Array, ArrayBuilder},
};

use crate::{
    clock::{self, Moment},
    controllers::{
        api::v4::{meta::Meta, person::Person},
        openapi,
    },
    crypto::api_key::KeyText,
    db::Conn,
    error::Result,
    models::{
        api_key::{ApiKey, Scope},
        page::Listed,
        user::User,
    },
};

/// The API keys of the workspace, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeys {
    api_keys: Vec<ListedApiKey>,
    meta: Meta,
}

/// An API key without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedApiKey {
    #[serde(flatten)]
    api_key: ApiKeyDetails,
    /// Whether the key works; false once it has expired.
    #[schema(example = true)]
    usable: bool,
}

/// What can be seen of an API key at any time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyDetails {
    id: uuid::Uuid,
    #[schema(example = "n8n")]
    name: String,
    #[schema(schema_with = scopes)]
    scopes: Vec<&'static str>,
    /// Null if it never expires.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Moment>,
    /// Accurate to the hour; null before its first use.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Moment>,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Null if the person has left, or if the operator created the key.
    #[schema(required)]
    created_by: Option<Person>,
}

fn scopes() -> Array {
    ArrayBuilder::new().items(openapi::one_of(&Scope::ALL)).min_items(Some(1)).unique_items(true).build()
}

/// The response to the creation of an API key.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[schema(example = true)]
    success: bool,
    api_key: ApiKeyWithKey,
}

/// A new API key with the key itself.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyWithKey {
    #[serde(flatten)]
    api_key: ApiKeyDetails,
    /// The key, in this response only. Null if the request is repeated with the same `Idempotency-Key`.
    #[schema(example = "roster_KEY", required)]
    key: Option<String>,
}

impl ApiKeys {
    pub fn load(conn: &mut Conn, listed: Listed<ApiKey>, now: Moment) -> Result<Self> {
        let people = User::load_by_ids(conn, listed.rows.iter().filter_map(|key| key.created_by))?;
        let api_keys = listed.rows.into_iter().map(|key| {
            let created_by = key.created_by.and_then(|id| people.get(&id)).map(Person::from);
            ListedApiKey { usable: key.is_usable(now), api_key: ApiKeyDetails::new(key, created_by) }
        });
        Ok(Self { api_keys: api_keys.collect(), meta: Meta { total_count: listed.total_count } })
    }
}

impl CreatedApiKey {
    /// Without the key itself, as the response is stored.
    pub fn load(conn: &mut Conn, key: ApiKey) -> Result<Self> {
        let created_by = key.created_by.map(|id| User::find(conn, id)).transpose()?;
        let api_key = ApiKeyDetails::new(key, created_by.as_ref().map(Person::from));
        Ok(Self { success: true, api_key: ApiKeyWithKey { api_key, key: None } })
    }

    /// Adds the key itself, which is sent once and never stored.
    pub fn with_key(mut self, text: Option<KeyText>) -> Self {
        self.api_key.key = text.map(|text| text.expose().to_owned());
        self
    }
}

impl ApiKeyDetails {
    fn new(key: ApiKey, created_by: Option<Person>) -> Self {
        Self {
            id: key.id.0,
            scopes: key.scopes().into_iter().map(Scope::name).collect(),
            name: key.name,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
            created_by,
        }
    }
}
