//! `GET /health/live`: 200 while the process can respond.

use super::Health;
use crate::controllers::answer::{self, Answer};

pub async fn show() -> Answer<Health> {
    answer::ok(Health { status: "ok" })
}
