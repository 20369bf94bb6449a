//! Keys to `/rest`, for the workspace's admins. A key is shown once, by the answer that made it.

mod shapes;

use actix_web::web::Data;
use utoipa::{
    ToSchema,
    openapi::{Array, ArrayBuilder},
};

use self::shapes::{ApiKeys, CreatedApiKey};
use super::{
    meta::{self, PageParam},
    success::Success,
};
use crate::{
    app::App,
    clock::Moment,
    controllers::{
        answer::{self, Answer},
        api::id::UniqueId,
        idempotency_key::{Created, IdempotencyKey, IdempotencyKeyHeader, create_once},
        openapi,
    },
    error::Result,
    models::{
        api_key::{IssuedApiKey, MAX_NAME_LENGTH, NOT_IN_THE_FUTURE, NewApiKey, Scope},
        session::Session,
    },
    parameters::{Parameters, Query},
};

/// List the workspace's API keys
///
/// Those that have been deleted are left out; those that have expired say that they are not usable.
#[utoipa::path(get, path = "/api/v4/api_keys", tag = "API keys", params(PageParam),
    responses((status = 200, body = ApiKeys)))]
pub async fn index(session: Session, app: Data<App>, query: Query) -> Result<Answer<ApiKeys>> {
    let page = meta::page(&query)?;
    app.view(session, move |conn, viewer| {
        let listed = viewer.api_keys(conn, page)?;
        Ok(answer::ok(ApiKeys::of(conn, listed, viewer.now)?))
    })
    .await
}

/// The body that makes a key.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct NewApiKeyParams {
    api_key: ApiKeyParams,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "read by name, this describes it")]
pub struct ApiKeyParams {
    /// What it is for, as `createdBy` will show it.
    #[schema(example = "n8n", max_length = 255)]
    name: String,
    /// What it may do. None implies another: who wants to read and to change asks for `read` and `write`. `tokens`
    /// shows the tokens of workspace accounts, `admin` changes members, keys and webhooks.
    #[schema(schema_with = scopes)]
    scopes: Vec<String>,
    /// When it ends, in the future. Absent: never.
    #[schema(format = DateTime, example = "2099-06-14T17:06:02Z")]
    expires_at: Option<String>,
}

pub fn scopes() -> Array {
    ArrayBuilder::new().items(openapi::one_of(&Scope::ALL)).min_items(Some(1)).unique_items(true).build()
}

fn read(params: &Parameters, now: Moment) -> Result<NewApiKey> {
    params.read(|root| {
        let key = root.hash("api_key");
        let name = key.string("name", MAX_NAME_LENGTH);
        let scopes = key.some_of("scopes", &Scope::ALL);
        let expires_at = key.optional_moment("expires_at");
        if expires_at.is_some_and(|expires_at| expires_at <= now) {
            key.object_to("expires_at", "invalid", NOT_IN_THE_FUTURE);
        }
        NewApiKey { name, scopes, expires_at }
    })
}

/// Make an API key
///
/// `key` is shown this once: it is in no later answer, and null where a request is repeated with its
/// `Idempotency-Key`. A workspace has at most 100 keys that work.
#[utoipa::path(post, path = "/api/v4/api_keys", tag = "API keys", params(IdempotencyKeyHeader), request_body = NewApiKeyParams,
    responses((status = 201, body = CreatedApiKey)))]
pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    params: Parameters,
) -> Result<Created<CreatedApiKey>> {
    let new = read(&params, session.now)?;
    let (once, text) = create_once(
        &app,
        key,
        &params,
        move |conn| session.key_admin(conn),
        move |conn, admin| {
            let IssuedApiKey { key, text } = admin.issue_api_key(conn, &new)?;
            Ok((answer::created(CreatedApiKey::of(conn, key)?), Some(text)))
        },
    )
    .await?;
    Ok(once.completed(|created| created.showing(text)))
}

/// Delete an API key
///
/// It opens nothing from this moment on: whoever still comes with it is told that it was revoked.
#[utoipa::path(delete, path = "/api/v4/api_keys/{id}", tag = "API keys", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Success)))]
pub async fn destroy(session: Session, app: Data<App>, UniqueId(id): UniqueId) -> Result<Answer<Success>> {
    app.db
        .write(move |conn| {
            session.key_admin(conn)?.revoke_api_key(conn, id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
