//! `/networks`: the networks on which accounts can be connected.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    controllers::answer::{self, Answer},
    error::Result,
    models::session::Session,
    networks::Network,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct SocialNetworks {
    networks: Vec<SocialNetwork>,
}

/// A network on which accounts can be connected.
#[derive(Debug, Serialize, ToSchema)]
pub struct SocialNetwork {
    #[schema(example = "twitter")]
    name: &'static str,
    /// The name that people know it by.
    #[schema(example = "X")]
    label: &'static str,
    /// Whether people can connect accounts on the network's own page.
    consent: bool,
}

impl SocialNetwork {
    fn new(app: &App, network: &Network) -> Self {
        let consent = app.consents.find(network.name).is_some();
        Self { name: network.name, label: network.brand, consent }
    }
}

pub async fn index(session: Session, app: Data<App>) -> Result<Answer<SocialNetworks>> {
    app.view(session, |_, _| Ok(())).await?;
    let networks = app.networks.iter().map(|network| SocialNetwork::new(&app, network)).collect();
    Ok(answer::ok(SocialNetworks { networks }))
}
