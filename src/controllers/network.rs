//! Extracts the network of a route, which [`At::for_network`](super::at::At::for_network) sets.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{
    error::{Error, Result},
    networks::Network,
};

impl FromRequest for &'static Network {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let network = request.app_data::<Self>().copied();
        ready(network.ok_or_else(|| Error::ours("the route is for no network")))
    }
}
