//! The answer of an action with nothing to show but that it was done.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Success {
    #[schema(example = true)]
    success: bool,
}

impl Success {
    pub const TRUE: Self = Self { success: true };
}
