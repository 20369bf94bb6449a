//! Middleware that slows down clients that try API keys which do not exist.

use actix_web::{
    FromRequest as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use chrono::TimeDelta;

use crate::{
    app::App,
    controllers::client::Client,
    error::{Error, Result},
    models::{
        caller::{Credentials, INVALID},
        throttle::{self, Limit},
    },
};

/// Replaces the error for an unknown key by 429 once the client's address has sent too many in a minute.
pub async fn throttle(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    if !is_for_unknown_key(&response).await {
        return Ok(response);
    }
    match count(&response).await {
        Ok(()) => Ok(response),
        Err(error) => Ok(response.error_response(error)),
    }
}

/// A malformed key is refused with the same error, without a query.
async fn is_for_unknown_key(response: &ServiceResponse) -> bool {
    let error = response.response().error().and_then(actix_web::Error::as_error::<Error>);
    matches!(error, Some(Error::Unauthenticated(INVALID)))
        && matches!(Credentials::extract(response.request()).await, Ok(Credentials::Key(_)))
}

async fn count(response: &ServiceResponse) -> Result<()> {
    let Some(app) = response.request().app_data::<Data<App>>() else { return Ok(()) };
    let client = Client::extract(response.request()).await?;
    let now = app.clock.now();
    let limit = Limit { attempts: app.settings.sign_in_per_address, per: TimeDelta::minutes(1) };
    let key = throttle::address_key("api-key", client.address);
    // A flood of unknown keys must not take the database's writer, so a client over the limit costs a read.
    let checked = key.clone();
    app.db.read(move |conn| throttle::expect_below(conn, &checked, limit, now)).await?;
    app.db.write(move |conn| throttle::attempt(conn, &key, limit, now)).await
}
