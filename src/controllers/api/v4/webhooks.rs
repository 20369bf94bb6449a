//! `/webhooks`: admins see whether webhooks work. They are created and changed at `/rest/webhooks`.

pub mod deliveries;
mod responses;

use actix_web::web::Data;

use self::responses::Webhooks;
use super::meta::Paged;
use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::session::Session,
    parameters::Query,
};

pub async fn index(
    session: Session,
    app: Data<App>,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<Webhooks>> {
    app.view(session, move |conn, viewer| Ok(answer::ok(Webhooks::new(viewer.webhooks(conn, page)?)))).await
}
