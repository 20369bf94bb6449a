//! Alive as long as it answers.

use super::Health;
use crate::controllers::answer::{self, Answer};

#[utoipa::path(get, path = "/health/live", tag = "service", responses((status = 200, body = Health)))]
pub async fn show() -> Answer<Health> {
    answer::ok(Health { status: "ok" })
}
