//! Keys to `/rest`, which programs come in with. A key belongs to its workspace and stays when whoever made it leaves;
//! a revoked one stays too, so that it can be told what became of it.

pub mod issuing;
pub mod listing;
pub mod revoking;
pub mod scope;

use diesel::prelude::*;

pub use self::scope::Scope;
use crate::{
    clock::Moment,
    db::{MultiBackend, types::Uuid},
    schema::api_keys,
};

const ADMINS_ONLY: &str = "Only workspace admins can manage API keys";

/// A key as everything but its digest.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct ApiKey {
    pub workspace_id: i64,
    pub id: Uuid,
    pub name: String,
    /// Whether there is a text that opens it.
    #[diesel(select_expression = api_keys::digest.is_not_null())]
    pub has_text: bool,
    scopes: String,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub last_used_at: Option<Moment>,
    pub created_by: Option<i64>,
    pub created_at: Moment,
}

pub type Columns = <ApiKey as Selectable<MultiBackend>>::SelectExpression;

impl ApiKey {
    /// The columns it is read from, for `select` and `returning` on either database.
    pub fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    pub fn scopes(&self) -> Vec<Scope> {
        scope::read(&self.scopes)
    }

    pub fn has_expired(&self, now: Moment) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Whether it opens anything.
    pub fn is_usable(&self, now: Moment) -> bool {
        self.has_text && self.revoked_at.is_none() && !self.has_expired(now)
    }
}
