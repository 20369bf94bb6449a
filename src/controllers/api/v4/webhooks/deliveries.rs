//! `/webhooks/:id/deliveries`: the latest deliveries of a webhook. Creating one sends a test.

pub mod attempts;

use actix_web::web::Data;

use super::responses::{CreatedDelivery, Deliveries};
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::{id::UniqueId, v4::meta::Paged},
    },
    error::{Error, Result},
    models::session::Session,
    parameters::Query,
    records::deliveries::render_test,
};

pub async fn index(
    session: Session,
    app: Data<App>,
    UniqueId(id): UniqueId,
    Query(Paged { page }): Query<Paged>,
) -> Result<Answer<Deliveries>> {
    app.view(session, move |conn, viewer| {
        Ok(answer::ok(Deliveries::new(viewer.webhook_deliveries(conn, id, page)?)))
    })
    .await
}

pub async fn create(
    session: Session,
    app: Data<App>,
    UniqueId(id): UniqueId,
) -> Result<Answer<CreatedDelivery>> {
    let vault = app.vault();
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let admin = session.webhook_admin(conn)?;
            admin.expect_webhook_on(conn, id)?;
            let test = render_test(conn, &vault, admin.workspace_id, id)?.ok_or(Error::NotFound)?;
            test.insert(conn, admin.now)?;
            let delivery = admin.webhook_delivery(conn, id, test.id)?;
            Ok(answer::created(CreatedDelivery::new(delivery)))
        })
        .await
}
