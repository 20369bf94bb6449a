//! Extractors that parse the parameters of an action before it runs.

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

pub struct Body<T> {
    pub parameters: T,
    /// The body as it was sent, to compare it with a repeated request.
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

/// The body's parameters; the query's if the body has none of them.
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

pub(super) fn now(request: &HttpRequest) -> Result<Moment> {
    let app = request.app_data::<Data<App>>();
    app.map(|app| app.clock.now()).ok_or_else(|| Error::ours("the app is not part of the request"))
}

/// 0, which is no record's id, if the id in the path is not a number.
fn id_in_path(request: &HttpRequest) -> Option<i64> {
    request.match_info().get("id").map(|id| id.parse().unwrap_or(0))
}
