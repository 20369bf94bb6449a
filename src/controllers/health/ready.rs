//! Ready while the database answers and its schema is the one this build knows.

use std::time::Duration;

use actix_web::{rt::time::timeout, web::Data};

use super::Health;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    db::migrations,
    error::{Error, Result},
};

const PATIENCE: Duration = Duration::from_secs(2);

pub async fn show(app: Data<App>) -> Result<Answer<Health>> {
    let pending = app.db.read(|conn| migrations::pending(conn).map_err(Error::ours));
    let pending = timeout(PATIENCE, pending).await.map_err(Error::unavailable)??;
    if pending.is_empty() {
        return Ok(answer::ok(Health { status: "ok" }));
    }
    Err(Error::unavailable("migrations are pending"))
}
