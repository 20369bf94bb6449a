//! Every URL of the service on one screen: the verb, the URL, the action, and what `/openapi.json` says of it.

use actix_web::{
    http::StatusCode,
    middleware::from_fn,
    web::{self, ServiceConfig, scope},
};

use crate::{
    controllers::{
        api::v4::{
            account_transfers, api_keys, invites, passwords, personal_accounts, registrations, sessions,
            social_accounts, team_users, teams, users, walkthrough, workspace_users, workspaces,
        },
        at::{At, at},
        docs, health,
        openapi::{
            self,
            action::{Action, delete, get, post, put},
        },
        pages, rest,
    },
    error::Error,
    networks::Network,
};

const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;
const UNPROCESSABLE_ENTITY: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const TOO_MANY_REQUESTS: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// What `/openapi.json` describes, in the order a reader meets it.
pub fn described(networks: &[&'static Network]) -> Vec<Action> {
    let mut described = Vec::new();
    for (tag, actions) in v4(networks) {
        described.extend(actions.into_iter().map(|action| action.tagged(tag).below("/api/v4")));
    }
    described.extend(service().map(|action| action.tagged("service")));
    described
}

/// `/api/v4`, by tag. A route fails in the ways that follow from its action's arguments, and in those named here.
fn v4(networks: &[&'static Network]) -> [(&'static str, Vec<Action>); 8] {
    [
        ("people", vec![
            post("/registrations", registrations::create, "Register").created().fails(&[FORBIDDEN, NOT_FOUND]),
            post("/sessions", sessions::create, "Sign in").fails(&[UNAUTHORIZED]),
            get("/sessions", sessions::index, "List your open sessions"),
            delete("/sessions", sessions::current::destroy, "Sign out")
                .note("The session ends on every process at once."),
            delete("/sessions/{id}", sessions::destroy, "End one of your sessions"),
            post("/passwords", passwords::create, "Ask for a link that resets your password")
                .note("The answer is the same whether or not somebody has this address."),
            put("/passwords", passwords::update, "Set a new password")
                .note("The link works once, and every session ends."),
            get("/users", users::show, "Show yourself")
                .note("`auth_token` is the token of this session, made anew once half its time is gone."),
            put("/users", users::update, "Change your profile, address or password").fails(&[TOO_MANY_REQUESTS]),
            delete("/users", users::destroy, "Erase yourself").fails(&[TOO_MANY_REQUESTS])
                .note("Sessions, personal accounts, tokens, name and address go, and the workspace with them when nobody else is in it."),
        ]),
        ("personal accounts", on_each(networks, personal_accounts).chain([
            get("/social_accounts", social_accounts::index, "List the accounts you can post from")
                .note("Your own first, then the workspace's that you see; each by id."),
        ]).collect()),
        ("workspace accounts", on_each(networks, workspace_accounts).chain([
            post("/account_transfers", account_transfers::create, "Move an account to the workspace, or to yourself").on_each(networks).fails(&[FORBIDDEN, NOT_FOUND])
                .note("The same id, the same token, the same nickname; what is shared with teams ends when it becomes personal."),
        ]).collect()),
        ("walkthrough", vec![
            get("/walkthrough", walkthrough::show, "Show how far you have come")
                .note("Computed from what is there: an account you see, a colleague or an invite, an account shared with a team, and\nyour name."),
            put("/walkthrough", walkthrough::update, "Skip a step, take it up again, or hide the walkthrough"),
        ]),
        ("workspace", vec![
            get("/workspaces", workspaces::show, "Show the workspace, who is in it and who is invited"),
            put("/workspaces", workspaces::update, "Change the workspace").fails(&[FORBIDDEN]),
            put("/workspace_users/{id}", workspace_users::update, "Change somebody's role").fails(&[FORBIDDEN]),
            delete("/workspace_users/{id}", workspace_users::destroy, "Remove somebody, or leave").fails(&[FORBIDDEN, UNPROCESSABLE_ENTITY])
                .note("Whoever leaves goes on in a new workspace of their own and takes their personal accounts along."),
        ]),
        ("invites", vec![
            get("/invites", invites::index, "List the pending invites of the workspace, and those whose token this session has presented"),
            post("/invites", invites::create, "Invite people into the workspace").created()
                .note("Where no mail is sent, the answer holds the links to hand on."),
            get("/invites/{id}", invites::show, "Show an invite to whoever has its token")
                .note("No session is needed; one that is sent along is noted to have presented the token."),
            put("/invites/{id}", invites::update, "Accept an invite")
                .note("The caller leaves the old workspace and takes their personal accounts along."),
            delete("/invites/{id}", invites::destroy, "Decline an invite, or revoke it").fails(&[FORBIDDEN])
                .note("With its token, whoever holds that declines; without one, an admin of the workspace revokes."),
        ]),
        ("teams", vec![
            get("/teams", teams::index, "List teams"),
            post("/teams", teams::create, "Create a team").created()
                .note("The caller administers it."),
            get("/teams/{id}", teams::show, "Show a team, who is in it and who is invited into it"),
            put("/teams/{id}", teams::update, "Rename a team").fails(&[FORBIDDEN]),
            delete("/teams/{id}", teams::destroy, "Delete a team").fails(&[FORBIDDEN])
                .note("Its sharing ends with it; the accounts and the people stay."),
            post("/team_users", team_users::create, "Add people to a team").created().fails(&[FORBIDDEN, NOT_FOUND])
                .note("Who is in it already stays as they are."),
            put("/team_users", team_users::update, "Change somebody's role in a team").fails(&[FORBIDDEN, NOT_FOUND]).or_by_id("/team_users/{id}"),
            delete("/team_users", team_users::destroy, "Take somebody out of a team").fails(&[FORBIDDEN, NOT_FOUND]).or_by_id("/team_users/{id}")
                .note("Anybody may take themselves out. Where the body names nothing, the query is read."),
        ]),
        ("API keys", vec![
            get("/api_keys", api_keys::index, "List the workspace's API keys").fails(&[FORBIDDEN])
                .note("Those that have been deleted are left out; those that have expired say that they are not usable."),
            post("/api_keys", api_keys::create, "Make an API key").created().fails(&[FORBIDDEN])
                .note("`key` is shown this once: it is in no later answer, and null where a request is repeated with its\n`Idempotency-Key`. A workspace has at most 100 keys that work."),
            delete("/api_keys/{id}", api_keys::destroy, "Delete an API key").fails(&[FORBIDDEN])
                .note("It opens nothing from this moment on: whoever still comes with it is told that it was revoked."),
        ]),
    ]
}

/// The routes of each network.
fn on_each<const N: usize>(
    networks: &[&'static Network],
    routes: fn(&'static Network) -> [Action; N],
) -> impl Iterator<Item = Action> {
    networks.iter().flat_map(move |network| routes(network).map(|action| action.on(network)))
}

fn personal_accounts(network: &'static Network) -> [Action; 5] {
    let Network { label, a_label, accounts, .. } = network;
    let (all, one) = (&format!("/{accounts}"), &format!("/{accounts}/{{id}}"));
    [
        get(all, personal_accounts::index, format!("List your own {label} accounts")),
        post(all, personal_accounts::create, format!("Connect {a_label} account to yourself"))
            .created_or_refreshed()
            .note("An account the caller has already is refreshed: 200, and the same id."),
        get(one, personal_accounts::show, format!("Show {a_label} account of yours")),
        put(one, personal_accounts::update, format!("Rename {a_label} account of yours")),
        delete(one, personal_accounts::destroy, format!("Disconnect {a_label} account of yours")),
    ]
}

fn workspace_accounts(network: &'static Network) -> [Action; 5] {
    use workspaces::accounts::{create, destroy, index, show, update};
    let Network { label, a_label, accounts, .. } = network;
    let (all, one) = (&format!("/workspaces/{accounts}"), &format!("/workspaces/{accounts}/{{id}}"));
    [
        get(all, index, format!("List the workspace's {label} accounts"))
            .note("An admin sees all of them, a member those shared with the member's teams."),
        post(all, create, format!("Connect {a_label} account to the workspace"))
            .created_or_refreshed()
            .fails(&[FORBIDDEN])
            .note("An account the workspace has already is refreshed: 200, and the same id."),
        get(one, show, format!("Show {a_label} account of the workspace")),
        put(one, update, format!("Rename {a_label} account of the workspace and share it with teams"))
            .fails(&[FORBIDDEN]),
        delete(one, destroy, format!("Disconnect {a_label} account from the workspace")).fails(&[FORBIDDEN]),
    ]
}

fn service() -> [Action; 3] {
    [
        get("/health/live", health::live::show, ""),
        get("/health/ready", health::ready::show, ""),
        get("/openapi.json", openapi::show, "This description"),
    ]
}

pub fn draw(config: &mut ServiceConfig, networks: &[&'static Network]) {
    draw_described(config, networks);
    config
        .service(
            scope("/rest")
                .wrap(from_fn(rest::failure::render_errors))
                .service(at("/open-api/core").get(rest::openapi::show))
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
                .service(at("/core").get(rest::openapi::show)),
        )
        .service(at("/").get(pages::show))
        .service(at("/assets/{digest}/{name}").get(pages::assets::show))
        .service(at("/docs").get(docs::show))
        .service(at("/docs/{file}").get(docs::files::show))
        .default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<String, Error> {
    Err(Error::NotFound)
}

/// All actions of one URL share a resource, which knows the verbs it answers.
fn draw_described(config: &mut ServiceConfig, networks: &[&'static Network]) {
    let mut resources: Vec<(String, At)> = Vec::new();
    for action in described(networks) {
        for url in action.urls() {
            let known = resources.iter().position(|(known, _)| known == url);
            let at = known.map_or_else(|| at_for(url, action.network), |known| resources.remove(known).1);
            resources.push((url.to_owned(), at.on(action.verb, action.route())));
        }
    }
    for (_, at) in resources {
        config.service(at);
    }
}

fn at_for(url: &str, network: Option<&'static Network>) -> At {
    network.map_or_else(|| at(url), |network| at(url).for_network(network))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::networks;

    #[test]
    fn no_two_schemas_share_a_name() {
        let mut known = HashMap::new();
        for action in described(&networks::ALL) {
            let answers = action.successes.into_iter().flat_map(|success| success.schemas);
            for (name, schema) in answers.chain(action.input.schemas) {
                let former = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*former, schema, "two types are called {name}; rename one of them");
            }
        }
    }
}
