//! Health checks for monitoring: `/health/live` for the process, `/health/ready` for its database.

pub mod live;
pub mod ready;

use serde::Serialize;
use utoipa::ToSchema;

/// The response of a successful health check.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok")]
    pub status: &'static str,
}
