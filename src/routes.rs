//! All routes of the service: verb, URL, action and the texts of its description in `/openapi.json`.

use actix_web::{
    http::StatusCode,
    middleware::from_fn,
    web::{self, ServiceConfig, scope},
};

use crate::{
    controllers::{
        api::v4::{
            account_checks, account_transfers, api_keys, consents, current_social_accounts, events, invites,
            networks, passwords, personal_accounts, registrations, sessions, social_accounts, team_users,
            teams, users, verify_social_accounts, walkthrough, webhooks, workspace_users, workspaces,
        },
        at::{At, at},
        docs, health, oauth,
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

/// The actions that `/openapi.json` describes, in its order.
pub fn openapi_actions(networks: &[&'static Network]) -> Vec<Action> {
    let mut described = Vec::new();
    for (tag, actions) in v4(networks) {
        described.extend(actions.into_iter().map(|action| action.tagged(tag).below("/api/v4")));
    }
    described.extend(service().map(|action| action.tagged("service")));
    described
}

/// The actions of `/api/v4`, by tag. Most failures are derived from an action's arguments; `fails` adds the others.
fn v4(networks: &[&'static Network]) -> [(&'static str, Vec<Action>); 10] {
    [
        ("people", people()),
        ("personal accounts", for_each_network(networks, personal_accounts).chain([
            get("/networks", networks::index, "List the networks, and what this service can do on them"),
            get("/social_accounts", social_accounts::index, "List the accounts you can post from")
                .note("Your own accounts first, then those of the workspace that you may see, both in order of their ids."),
            get("/verify_social_accounts", verify_social_accounts::show, "Verify your accounts on a network").on_each(networks)
                .note("Your own accounts first, then those of the workspace that you may see. No network is asked: the answer says what is\nknown. Tokens are shown to the person whose account it is, and to admins for accounts of the workspace; each reading is\nrecorded."),
            get("/current_social_accounts", current_social_accounts::index, "Show accounts by their ids")
                .note("In the order of the ids. Accounts that you may not see, and those of another network, are left out."),
            put("/current_social_accounts/{id}/refresh_avatar", current_social_accounts::refresh_avatar::update, "Ask the network for the picture of an account").fails(&[FORBIDDEN])
                .note("For accounts that were connected on the network's own page. At most once a minute; in between, the address is the one\nthat is stored."),
        ]).collect()),
        ("workspace accounts", for_each_network(networks, workspace_accounts).chain([
            post("/account_transfers", account_transfers::create, "Move an account to the workspace, or to yourself").on_each(networks).fails(&[FORBIDDEN, NOT_FOUND])
                .note("The account keeps its id, token and nickname. An account that becomes personal is no longer shared with teams."),
            post("/account_checks", account_checks::create, "Ask the network of an account whether it still takes its token").fails(&[NOT_FOUND, TOO_MANY_REQUESTS])
                .note("Only for an account that was connected by consent, once a minute. Its holder may ask, and admins for those of the\nworkspace. The token is refreshed first if it ends soon."),
        ]).collect()),
        ("consents", vec![
            post("/consents", consents::create, "Begin to connect an account on the network's own page").created().fails(&[FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS])
                .note("Send the browser to `authorize_url` within ten minutes. It returns to a page of this service, or to `return_url`, with\n`id`, `state` and `code` or `error` in the fragment. A person may begin 20 an hour. With\n`account_id`, exactly that account is connected again."),
            put("/consents/{id}", consents::update, "Finish it with what the browser brought back").on_each(networks)
                .note("Only the session that began it can do so, and a code works for 30 seconds. Repeated, the answer is the same. One of\nthe `candidates` is then connected by `consent_id`, within half an hour."),
            get("/consents/{id}", consents::show, "Show a consent with the accounts that it offers").on_each(networks).fails(&[UNPROCESSABLE_ENTITY])
                .note("In any session of the person who began it."),
        ]),
        ("walkthrough", vec![
            get("/walkthrough", walkthrough::show, "Show your progress in the walkthrough")
                .note("The steps are done when you see an account, when there is a colleague or an invite, when an account is shared with a\nteam, and when you have a name."),
            put("/walkthrough", walkthrough::update, "Skip or reopen a step, or hide the walkthrough"),
        ]),
        ("workspace", vec![
            get("/workspaces", workspaces::show, "Show the workspace with its people and invites"),
            put("/workspaces", workspaces::update, "Change the workspace").fails(&[FORBIDDEN]),
            get("/events", events::index, "List what happened in the workspace")
                .note("The latest first. Admins see all events, members those of the accounts that they see. Events are kept for a year, unless the\noperator chose another time."),
            put("/workspace_users/{id}", workspace_users::update, "Change a person's role").fails(&[FORBIDDEN]),
            delete("/workspace_users/{id}", workspace_users::destroy, "Remove a person from the workspace, or leave it").fails(&[FORBIDDEN, UNPROCESSABLE_ENTITY])
                .note("The person gets a new workspace of their own and keeps their personal accounts."),
        ]),
        ("invites", vec![
            get("/invites", invites::index, "List the pending invites of the workspace, and those whose token this session has presented"),
            post("/invites", invites::create, "Invite people into the workspace").created().fails(&[TOO_MANY_REQUESTS])
                .note("If the service sends no mail, the response contains the links for you to pass on. If it does, an address gets three\ninvites an hour, a person sends 200 and a workspace 500; beyond that, nobody of the request is invited."),
            get("/invites/{id}", invites::show, "Show an invite to a person who has its token")
                .note("No session is required. If you send one, the invite is listed among its `my_invites` from then on."),
            put("/invites/{id}", invites::update, "Accept an invite")
                .note("You leave your current workspace and keep your personal accounts."),
            delete("/invites/{id}", invites::destroy, "Decline an invite, or revoke it").fails(&[FORBIDDEN])
                .note("With its token, anybody can decline it. Without a token, an admin of the workspace revokes it."),
        ]),
        ("teams", vec![
            get("/teams", teams::index, "List teams"),
            post("/teams", teams::create, "Create a team").created().fails(&[TOO_MANY_REQUESTS])
                .note("You become its admin."),
            get("/teams/{id}", teams::show, "Show a team with its people and invites"),
            put("/teams/{id}", teams::update, "Rename a team").fails(&[FORBIDDEN]),
            delete("/teams/{id}", teams::destroy, "Delete a team").fails(&[FORBIDDEN])
                .note("Accounts are no longer shared with it. The accounts and the people stay."),
            post("/team_users", team_users::create, "Add people to a team").created().fails(&[FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS])
                .note("People who are in the team already keep their role."),
            put("/team_users", team_users::update, "Change a person's role in a team").fails(&[FORBIDDEN, NOT_FOUND]).or_by_id("/team_users/{id}"),
            delete("/team_users", team_users::destroy, "Remove a person from a team").fails(&[FORBIDDEN, NOT_FOUND]).or_by_id("/team_users/{id}")
                .note("You can always remove yourself. Parameters that are not in the body are taken from the query."),
        ]),
        ("API keys", vec![
            get("/api_keys", api_keys::index, "List the workspace's API keys").fails(&[FORBIDDEN])
                .note("Deleted keys are not listed. Expired keys are listed with `usable: false`."),
            post("/api_keys", api_keys::create, "Create an API key").created().fails(&[FORBIDDEN])
                .note("`key` is only in this response. It is null if the request is repeated with the same `Idempotency-Key`. A workspace\nhas at most 100 usable keys."),
            delete("/api_keys/{id}", api_keys::destroy, "Delete an API key").fails(&[FORBIDDEN])
                .note("The key stops working at once. Requests that use it are refused as revoked."),
        ]),
        ("webhooks", vec![
            get("/webhooks", webhooks::index, "List the workspace's webhooks, and whether they work").fails(&[FORBIDDEN])
                .note("They are created, changed and deleted at `/rest/webhooks`. A change switches one on that is off."),
            get("/webhooks/{id}/deliveries", webhooks::deliveries::index, "List the deliveries of a webhook").fails(&[FORBIDDEN])
                .note("Those of the last week, newest first."),
            post("/webhooks/{id}/deliveries", webhooks::deliveries::create, "Send a test").created().fails(&[FORBIDDEN, UNPROCESSABLE_ENTITY])
                .note("The body has the event `webhook.test` and the webhook as its record. A test is tried once."),
            post("/webhooks/{id}/deliveries/{delivery_id}/attempts", webhooks::deliveries::attempts::create, "Send a delivery again").created().fails(&[FORBIDDEN, UNPROCESSABLE_ENTITY])
                .note("With the same body and the same `webhook-id`. It is tried again as often as a new one."),
        ]),
    ]
}

fn people() -> Vec<Action> {
    vec![
        post("/registrations", registrations::create, "Register").created().fails(&[FORBIDDEN, NOT_FOUND]),
        post("/sessions", sessions::create, "Sign in").fails(&[UNAUTHORIZED])
            .note("A person has at most 100 open sessions. A further one ends the one that was not used for the longest time."),
        get("/sessions", sessions::index, "List your open sessions"),
        delete("/sessions", sessions::current::destroy, "Sign out")
            .note("The session ends on every process at once."),
        delete("/sessions/{id}", sessions::destroy, "End one of your sessions"),
        post("/passwords", passwords::create, "Request a link that resets your password")
            .note("The response is the same whether or not the address belongs to a person. An address gets three links an hour; beyond\nthat, the response is the same, and no letter is sent. The last three links stay valid."),
        put("/passwords", passwords::update, "Set a new password")
            .note("The link works once. Setting the password ends all sessions of the person."),
        get("/users", users::show, "Show your profile")
            .note("`auth_token` is the token of this session, or a new one after half of its lifetime."),
        put("/users", users::update, "Change your profile, address or password").fails(&[TOO_MANY_REQUESTS])
            .note("A new address or password ends your other sessions and the links that reset your password. If the service sends\nmail, the address you had before is told."),
        delete("/users", users::destroy, "Erase your profile").fails(&[TOO_MANY_REQUESTS])
            .note("Deletes your sessions, personal accounts, tokens, name and address, and the workspace if nobody else is in it."),
    ]
}

/// The actions of one kind of accounts, for each network.
fn for_each_network<const N: usize>(
    networks: &[&'static Network],
    actions: fn(&'static Network) -> [Action; N],
) -> impl Iterator<Item = Action> {
    networks.iter().flat_map(move |network| actions(network).map(|action| action.on(network)))
}

fn personal_accounts(network: &'static Network) -> [Action; 5] {
    let Network { label, a_label, accounts, .. } = network;
    let (all, one) = (&format!("/{accounts}"), &format!("/{accounts}/{{id}}"));
    [
        get(all, personal_accounts::index, format!("List your own {label} accounts")),
        post(all, personal_accounts::create, format!("Connect {a_label} account to yourself"))
            .created_or_refreshed()
            .note("An account that you have already is refreshed: 200, and the same id."),
        get(one, personal_accounts::show, format!("Show one of your {label} accounts")),
        put(one, personal_accounts::update, format!("Rename one of your {label} accounts")),
        delete(one, personal_accounts::destroy, format!("Disconnect one of your {label} accounts")),
    ]
}

fn workspace_accounts(network: &'static Network) -> [Action; 5] {
    use workspaces::accounts::{create, destroy, index, show, update};
    let Network { label, a_label, accounts, .. } = network;
    let (all, one) = (&format!("/workspaces/{accounts}"), &format!("/workspaces/{accounts}/{{id}}"));
    [
        get(all, index, format!("List the workspace's {label} accounts"))
            .note("Admins see all of them, members those that are shared with their teams."),
        post(all, create, format!("Connect {a_label} account to the workspace"))
            .created_or_refreshed()
            .fails(&[FORBIDDEN])
            .note("An account that the workspace has already is refreshed: 200, and the same id."),
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

/// Adds all routes of the service, described or not.
pub fn draw(config: &mut ServiceConfig, networks: &[&'static Network]) {
    draw_described_actions(config, networks);
    config
        .service(
            scope("/rest")
                .wrap(from_fn(rest::unknown_keys::throttle))
                .wrap(from_fn(rest::failure::render_errors))
                .service(at("/open-api/core").get(rest::openapi::show))
                .service(at("/batch/{plural}").post(rest::batch::create))
                .service(at("/{plural}/duplicates").post(rest::duplicates::create))
                .service(
                    at("/{plural}")
                        .get(rest::records::index)
                        .post(rest::records::create)
                        .put(rest::paths::missing_id)
                        .delete(rest::paths::missing_id),
                )
                .service(
                    at("/{plural}/{id:[^/]*}")
                        .get(rest::records::show)
                        .put(rest::records::update)
                        .delete(rest::records::destroy),
                )
                .default_service(web::to(rest::paths::unknown_path)),
        )
        .service(
            scope("/open-api")
                .wrap(from_fn(rest::unknown_keys::throttle))
                .wrap(from_fn(rest::failure::render_errors))
                .service(at("/core").get(rest::openapi::show)),
        )
        .service(at("/oauth/{network}/callback").get(oauth::show))
        .service(at("/").get(pages::show))
        .service(at("/assets/{digest}/{name}").get(pages::assets::show))
        .service(at("/docs").get(docs::show))
        .service(at("/docs/").get(docs::show))
        .service(at("/docs/rest.json").get(docs::rest::show))
        .service(at("/docs/{file}").get(docs::files::show))
        .default_service(web::to(not_found));
}

async fn not_found() -> Result<String, Error> {
    Err(Error::NotFound)
}

/// The actions of one URL share a resource, because it needs all their methods for the header `Allow`.
fn draw_described_actions(config: &mut ServiceConfig, networks: &[&'static Network]) {
    let mut resources: Vec<(String, At)> = Vec::new();
    for action in openapi_actions(networks) {
        for url in action.urls() {
            let index = resources.iter().position(|(other, _)| other == url);
            let at = index.map_or_else(|| at_for(url, action.network), |index| resources.remove(index).1);
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
    fn different_schemas_have_different_names() {
        let mut known = HashMap::new();
        for action in openapi_actions(&networks::ALL) {
            let answers = action.successes.into_iter().flat_map(|success| success.schemas);
            for (name, schema) in answers.chain(action.input.schemas) {
                let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*first, schema, "two types are called {name}; rename one of them");
            }
        }
    }
}
