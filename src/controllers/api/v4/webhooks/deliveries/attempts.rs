//! `/webhooks/:id/deliveries/:delivery_id/attempts`: sends a settled delivery again.

use actix_web::web::Data;

use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::{
            id::{DeliveryId, UniqueId},
            v4::webhooks::responses::CreatedDelivery,
        },
    },
    error::Result,
    models::session::Session,
};

pub async fn create(
    session: Session,
    app: Data<App>,
    UniqueId(id): UniqueId,
    DeliveryId(delivery_id): DeliveryId,
) -> Result<Answer<CreatedDelivery>> {
    app.db
        .in_workspace(session.first_lock())
        .write(move |conn| {
            let delivery = session.webhook_admin(conn)?.send_again(conn, id, delivery_id)?;
            Ok(answer::created(CreatedDelivery::new(delivery)))
        })
        .await
}
