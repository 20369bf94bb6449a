//! For whoever watches over the service: is the process alive, can it do its work.

pub mod live;
pub mod ready;

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok")]
    pub status: &'static str,
}
