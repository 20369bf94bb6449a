//! `DELETE /sessions`: ends the session of the request.

use actix_web::web::Data;

use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::v4::success::Success,
    },
    error::Result,
    models::session::Session,
};

pub async fn destroy(session: Session, app: Data<App>) -> Result<Answer<Success>> {
    app.db
        .write(move |conn| {
            let viewer = session.viewer(conn)?;
            viewer.end_session(conn, viewer.session_id)?;
            Ok(answer::ok(Success::TRUE))
        })
        .await
}
