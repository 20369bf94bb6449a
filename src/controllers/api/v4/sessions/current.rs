//! The session a request comes with.

use actix_web::web::Data;

use crate::{
    app::App,
    controllers::{
        answer::Answer,
        api::v4::done::{Done, done},
    },
    error::Result,
    models::session::Session,
};

/// Sign out
///
/// The session ends on every process at once.
#[utoipa::path(delete, path = "/api/v4/sessions", tag = "people", responses((status = 200, body = Done)))]
pub async fn destroy(session: Session, app: Data<App>) -> Result<Answer<Done>> {
    app.db
        .write(move |conn| {
            let viewer = session.viewer(conn)?;
            viewer.end_session(conn, viewer.session_id)?;
            Ok(done())
        })
        .await
}
