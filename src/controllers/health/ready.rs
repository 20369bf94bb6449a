//! `GET /health/ready`: 200 while the database serves reads and writes and its tables fit this build, until
//! the service stops; otherwise 503.

use actix_web::web::Data;

use super::Health;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::{Error, Result},
};

pub async fn show(app: Data<App>) -> Result<Answer<Health>> {
    if app.stopping.has_begun() {
        return Err(Error::unavailable("the service is stopping"));
    }
    app.db.expect_ready(app.clock.now()).await?;
    Ok(answer::ok(Health { status: "ok" }))
}
