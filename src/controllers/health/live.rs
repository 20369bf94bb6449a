//! Alive as long as it answers.

use super::Health;
use crate::controllers::answer::{self, Answer};

pub async fn show() -> Answer<Health> {
    answer::ok(Health { status: "ok" })
}
