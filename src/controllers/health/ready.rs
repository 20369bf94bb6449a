//! `GET /health/ready`: 200 while the database serves reads and writes and its tables fit this build, otherwise 503.

use actix_web::web::Data;

use super::Health;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
};

pub async fn show(app: Data<App>) -> Result<Answer<Health>> {
    app.db.expect_ready(app.clock.now()).await?;
    Ok(answer::ok(Health { status: "ok" }))
}
