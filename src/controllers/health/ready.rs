//! `GET /health/ready`: 200 while the database responds and no migration is pending, otherwise 503.

use std::time::Duration;

use actix_web::{rt::time::timeout, web::Data};

use super::Health;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    db::migrations,
    error::{Error, Result},
};

const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

pub async fn show(app: Data<App>) -> Result<Answer<Health>> {
    let pending = app.db.read(|conn| migrations::pending(conn).map_err(Error::ours));
    let pending = timeout(DATABASE_TIMEOUT, pending).await.map_err(Error::unavailable)??;
    if pending.is_empty() {
        return Ok(answer::ok(Health { status: "ok" }));
    }
    Err(Error::unavailable("migrations are pending"))
}
