//! `/current_social_accounts/:id/refresh_avatar`: asks the network for the picture of an account.

use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::AccountType;
use crate::{
    app::App,
    controllers::{
        answer::{self, Answer},
        api::id::Id,
    },
    error::Result,
    models::{session::Session, social_account::picture::PictureRequest},
    parameters::{BodyOrQuery, OneOf, parameters},
};

parameters! {
    /// The network of the account.
    pub struct AvatarParams {
        #[schema(example = "twitter")]
        r#type: OneOf<AccountType>,
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Avatar {
    #[schema(example = "https://example.com/falcons.png")]
    url: String,
}

pub async fn update(
    session: Session,
    app: Data<App>,
    Id(id): Id,
    BodyOrQuery(AvatarParams { r#type }): BodyOrQuery<AvatarParams>,
) -> Result<Answer<Avatar>> {
    let request = PictureRequest { refresher: app.refresher(), session, provider: r#type.provider(), id };
    Ok(answer::ok(Avatar { url: request.run().await? }))
}
