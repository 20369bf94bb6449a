//! The answer to what leaves nothing to show.

use serde::Serialize;
use utoipa::ToSchema;

use crate::controllers::answer::{self, Answer};

#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    #[schema(example = true)]
    success: bool,
}

/// `{"success": true}`
pub fn done() -> Answer<Done> {
    answer::ok(Done { success: true })
}
