//! Extractors: the parameters of an action, parsed before it runs.

use std::ops::Deref;

use super::{Fields, Parameters, query};
use crate::{
    app::App,
    clock::Moment,
    error::{Error, Result},
    networks::Network,
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_util::future::LocalBoxFuture;

/// The body's parameters.
pub struct Body<T> {
    pub parameters: T,
    /// The body itself, for comparing it with that of another request.
    pub sent: Parameters,
}

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.parameters
    }
}

impl<T: Fields> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (now, id) = (now(request), id_in_path(request));
        let network = request.app_data::<&'static Network>().copied();
        let sent = Parameters::from_request(request, payload);
        Box::pin(async move {
            let sent = sent.await?;
            let parameters = sent.parse_on(network, id, now?)?;
            Ok(Self { parameters, sent })
        })
    }
}

/// The body's parameters or, where the body names none of them, the query's.
pub struct BodyOrQuery<T>(pub T);

impl<T: Fields> FromRequest for BodyOrQuery<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (now, id, query) = (now(request), id_in_path(request), query::parse(request));
        let body = Parameters::from_request(request, payload);
        Box::pin(async move {
            let query = query?;
            let body = body.await?;
            let sent = if body.names_any::<T>() { body } else { query };
            sent.parse(id, now?).map(Self)
        })
    }
}

/// When the request arrived.
pub(super) fn now(request: &HttpRequest) -> Result<Moment> {
    let app = request.app_data::<Data<App>>();
    app.map(|app| app.clock.now()).ok_or_else(|| Error::ours("the app is not part of the request"))
}

/// An id that is no number finds nothing: ids begin at 1.
fn id_in_path(request: &HttpRequest) -> Option<i64> {
    request.match_info().get("id").map(|id| id.parse().unwrap_or(0))
}
