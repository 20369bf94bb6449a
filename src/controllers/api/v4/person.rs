//! A person as other responses refer to them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    models::{email::written, social_account::detailed::Connector, user::User},
    person_name,
};

/// A person, in brief.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    id: i64,
    #[schema(example = "olga@example.com")]
    email: String,
    #[schema(example = "Olga Owens")]
    full_name: String,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { id: user.id, email: written(&user.email), full_name: user.full_name() }
    }
}

impl From<Connector> for Person {
    fn from(connector: Connector) -> Self {
        let full_name = person_name::full(connector.first_name.as_deref(), connector.last_name.as_deref());
        Self { id: connector.id, email: written(&connector.email), full_name }
    }
}
