//! `roster openapi`: prints the description that `/openapi.json` serves. Opens no database.

use std::io::{self, Write as _};

use crate::{controllers::openapi::Document, networks, routes, settings::Settings};

pub fn run(settings: &Settings) -> anyhow::Result<()> {
    Ok(io::stdout().write_all(Document::new(settings, || routes::openapi_actions(&networks::ALL)).text())?)
}
