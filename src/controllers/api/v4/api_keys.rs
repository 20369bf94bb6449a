//! `/api_keys`: an admin manages the keys to `/rest`. A key is shown once, in the response that created it.

mod responses;

use actix_web::web::Data;
use serde_json::Value;

use self::responses::{ApiKeys, CreatedApiKey};
use super::{meta::Paged, success::Success};
use crate::{
    app::App,
    clock::Moment,
    controllers::{
        answer::{self, Answer},
        api::id::UniqueId,
        idempotency_key::{Created, IdempotencyKey, create_once},
    },
    error::Result,
    models::{
        api_key::{IssuedApiKey, MAX_NAME_CHARS, NOT_IN_THE_FUTURE, NewApiKey, Scope},
        session::Session,
    },
    parameters::{Body, Choices, Distinct, Field, Kind, OneOf, Query, Text, parameters},
};

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<ApiKeys>> {
    app.view(session, move |conn, viewer| {
        let listed = viewer.api_keys(conn, page)?;
        Ok(answer::ok(ApiKeys::load(conn, listed, viewer.now)?))
    })
    .await
}

parameters! {
    /// The body that creates a key.
    pub struct NewApiKeyParams {
        api_key: ApiKeyParams,
    }

    pub struct ApiKeyParams {
        /// The purpose of the key; `createdBy` of records shows it.
        #[schema(example = "n8n")]
        name: Text<MAX_NAME_CHARS>,
        /// What the key may do. No scope includes another: to read and to change records, send `read` and `write`.
        /// `tokens` shows the tokens of workspace accounts, `admin` changes members, keys and webhooks.
        scopes: Distinct<OneOf<Scope>>,
        /// When the key expires; in the future. Absent: never.
        #[schema(example = "2099-06-14T17:06:02Z")]
        expires_at: Option<Expiry>,
    }
}

impl Choices for Scope {
    type Value = Self;
    const ALL: &'static [Self] = &Self::ALL;
}

/// A time in the future.
pub struct Expiry;

impl Kind for Expiry {
    type Value = Moment;

    fn parse(field: &Field<'_>) -> Option<Moment> {
        let moment = Moment::parse(field)?;
        if moment <= field.object.now() {
            field.add_problem("invalid", NOT_IN_THE_FUTURE);
            return None;
        }
        Some(moment)
    }

    fn schema() -> Value {
        Moment::schema()
    }

    fn optional_schema() -> Value {
        Moment::optional_schema()
    }
}

pub async fn create(
    session: Session,
    app: Data<App>,
    key: IdempotencyKey,
    body: Body<NewApiKeyParams>,
) -> Result<Created<CreatedApiKey>> {
    let ApiKeyParams { name, scopes, expires_at } = body.parameters.api_key;
    let new = NewApiKey { name, scopes, expires_at };
    let (created, text) = create_once(
        &app,
        &session,
        key,
        &body.sent,
        move |conn| session.key_admin(conn),
        move |conn, admin| {
            let IssuedApiKey { key, text } = admin.issue_api_key(conn, &new)?;
            Ok((answer::created(CreatedApiKey::load(conn, key)?), Some(text)))
        },
    )
    .await?;
    Ok(created.map_new(|body| body.with_key(text)))
}

pub async fn destroy(session: Session, app: Data<App>, UniqueId(id): UniqueId) -> Result<Answer<Success>> {
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            session.key_admin(conn)?.revoke_api_key(conn, id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
