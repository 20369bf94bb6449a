//! A person as other responses refer to them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::models::{email::written, user::User};

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
