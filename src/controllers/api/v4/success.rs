//! The response of an action that has nothing to return: `{"success": true}`.

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
