//! Every URL of the service on one screen.

use std::sync::Arc;

use actix_web::{
    middleware::from_fn,
    web::{self, Data, ServiceConfig, scope},
};

use crate::{
    app::App,
    controllers::{
        api::{
            failure,
            v4::{account_transfers, registrations, sessions, social_accounts, twitter_accounts, workspaces},
        },
        at::at,
        docs, entrance, health, openapi,
    },
    error::Error,
};

pub fn draw(config: &mut ServiceConfig, app: &App) {
    config.app_data(Data::from(Arc::clone(&app.document))).service(
        scope("")
            .wrap(from_fn(failure::face))
            .wrap(from_fn(entrance::pass))
            .service(
                scope("/api/v4")
                    .service(at("/registrations").post(registrations::create))
                    .service(at("/sessions").post(sessions::create))
                    .service(
                        at("/workspaces/twitter_accounts")
                            .get(workspaces::twitter_accounts::index)
                            .post(workspaces::twitter_accounts::create),
                    )
                    .service(
                        at("/workspaces/twitter_accounts/{id}")
                            .get(workspaces::twitter_accounts::show)
                            .put(workspaces::twitter_accounts::update)
                            .delete(workspaces::twitter_accounts::destroy),
                    )
                    .service(
                        at("/twitter_accounts").get(twitter_accounts::index).post(twitter_accounts::create),
                    )
                    .service(
                        at("/twitter_accounts/{id}")
                            .get(twitter_accounts::show)
                            .put(twitter_accounts::update)
                            .delete(twitter_accounts::destroy),
                    )
                    .service(at("/social_accounts").get(social_accounts::index))
                    .service(at("/account_transfers").post(account_transfers::create)),
            )
            .service(at("/health/live").get(health::live::show))
            .service(at("/health/ready").get(health::ready::show))
            .service(at("/openapi.json").get(openapi::show))
            .service(at("/docs").get(docs::show))
            .service(at("/docs/{file}").get(docs::files::show))
            .default_service(web::to(nothing_here)),
    );
}

async fn nothing_here() -> Result<String, Error> {
    Err(Error::NotFound)
}
