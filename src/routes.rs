//! Every URL of the service on one screen.

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig, scope},
};

use crate::{
    controllers::{
        api::v4::{
            account_transfers, api_keys, invites, passwords, registrations, sessions, social_accounts,
            team_users, teams, twitter_accounts, users, walkthrough, workspace_users, workspaces,
        },
        at::at,
        docs, health, openapi, pages, rest,
    },
    error::Error,
};

pub fn draw(config: &mut ServiceConfig) {
    config
        .service(
            scope("/api/v4")
                .service(at("/registrations").post(registrations::create))
                .service(
                    at("/sessions")
                        .get(sessions::index)
                        .post(sessions::create)
                        .delete(sessions::current::destroy),
                )
                .service(at("/sessions/{id}").delete(sessions::destroy))
                .service(at("/users").get(users::show).put(users::update).delete(users::destroy))
                .service(at("/passwords").post(passwords::create).put(passwords::update))
                .service(
                    at("/workspace_users/{id}").put(workspace_users::update).delete(workspace_users::destroy),
                )
                .service(at("/workspaces").get(workspaces::show).put(workspaces::update))
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
                .service(at("/twitter_accounts").get(twitter_accounts::index).post(twitter_accounts::create))
                .service(
                    at("/twitter_accounts/{id}")
                        .get(twitter_accounts::show)
                        .put(twitter_accounts::update)
                        .delete(twitter_accounts::destroy),
                )
                .service(at("/invites").get(invites::index).post(invites::create))
                .service(at("/invites/{id}").get(invites::show).put(invites::update).delete(invites::destroy))
                .service(at("/teams").get(teams::index).post(teams::create))
                .service(at("/teams/{id}").get(teams::show).put(teams::update).delete(teams::destroy))
                .service(
                    at("/team_users")
                        .post(team_users::create)
                        .put(team_users::update)
                        .delete(team_users::destroy),
                )
                .service(at("/team_users/{id}").put(team_users::update).delete(team_users::destroy))
                .service(at("/social_accounts").get(social_accounts::index))
                .service(at("/account_transfers").post(account_transfers::create))
                .service(at("/api_keys").get(api_keys::index).post(api_keys::create))
                .service(at("/api_keys/{id}").delete(api_keys::destroy))
                .service(at("/walkthrough").get(walkthrough::show).put(walkthrough::update)),
        )
        .service(
            scope("/rest")
                .wrap(from_fn(rest::failure::render_errors))
                .service(at("/open-api/core").get(rest::open_api::show))
                .service(at("/batch/{plural}").post(rest::batch::create))
                .service(at("/{plural}/duplicates").post(rest::duplicates::create))
                .service(
                    at("/{plural}")
                        .get(rest::records::index)
                        .post(rest::records::create)
                        .put(rest::paths::no_id)
                        .delete(rest::paths::no_id),
                )
                .service(
                    at("/{plural}/{id:[^/]*}")
                        .get(rest::records::show)
                        .put(rest::records::update)
                        .delete(rest::records::destroy),
                )
                .default_service(web::to(rest::paths::nowhere)),
        )
        .service(
            scope("/open-api")
                .wrap(from_fn(rest::failure::render_errors))
                .service(at("/core").get(rest::open_api::show)),
        )
        .service(at("/").get(pages::show))
        .service(at("/assets/{digest}/{name}").get(pages::assets::show))
        .service(at("/health/live").get(health::live::show))
        .service(at("/health/ready").get(health::ready::show))
        .service(at("/openapi.json").get(openapi::show))
        .service(at("/docs").get(docs::show))
        .service(at("/docs/{file}").get(docs::files::show))
        .default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<String, Error> {
    Err(Error::NotFound)
}
