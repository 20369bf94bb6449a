//! Every route of V4. All networks are served by the same code, so one of them is counted.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::Trips;
use crate::support::{
    client,
    database::Kind,
    people::{PASSWORD, Person, Ticket, account, email, sign_in},
    server::TestApp,
};

/// A test is tried for at most 15 seconds.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The routes of V4 in the description of the service, with the accounts of one network.
pub fn routes() -> Vec<String> {
    let app = TestApp::start(Kind::Sqlite);
    let (_, document) = client::json(Person::nobody(&app).client.request(Method::GET, "/openapi.json"));
    let paths = document["paths"].as_object().expect("paths");
    let is_counted =
        |path: &str| !path.contains("_accounts") || path.contains("twitter_") || path.contains("social_");
    let routes = paths.iter().filter(|(path, _)| is_counted(path)).flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().into_iter().flat_map(|verbs| verbs.keys());
        let verbs = verbs.filter(|verb| *verb != "patch"); // the same as PUT
        verbs.map(move |verb| format!("{} {}", verb.to_uppercase(), path))
    });
    routes
        .filter_map(|route| {
            Some(route.split_once(" /api/v4")).flatten().map(|(verb, path)| format!("{verb} {path}"))
        })
        .collect()
}

pub fn count(trips: &mut Trips) {
    let olga = Person::owner(&trips.app, "olga");
    let mia = olga.colleague("mia");
    trips.use_sessions(&[&olga, &mia]);
    accounts(trips, &olga);
    workspace(trips, &olga, &mia);
    teams(trips, &olga, &mia);
    invites(trips, &olga);
    consents(trips, &olga);
    people(trips, &olga);
}

fn accounts(trips: &mut Trips, olga: &Person) {
    let team = olga.post("teams", &json!({"team": {"name": "Track"}})).1["team"]["id"].clone();
    let ours = "workspaces/twitter_accounts";
    let body = account("ours");
    trips.count("POST /workspaces/twitter_accounts", || olga.post(ours, &body));
    let renewed = || olga.post(ours, &body);
    let id =
        trips.count("POST /workspaces/twitter_accounts, refreshed", renewed)["twitter_account"]["id"].clone();
    let one = format!("{ours}/{id}");
    let sharing = json!({"twitter_account": {"nickname": "x", "team_ids": [team]}});
    trips.count("PUT /workspaces/twitter_accounts/{id}", || olga.put(&one, &sharing));
    trips.count("GET /workspaces/twitter_accounts", || olga.get(ours));
    trips.count("GET /workspaces/twitter_accounts/{id}", || olga.get(&one));
    let to = |owner: &str| json!({"account_transfer": {"social_account_id": id, "to": owner}});
    trips.count("POST /account_transfers", || olga.post("account_transfers", &to("personal")));
    assert_eq!(olga.post("account_transfers", &to("workspace")).0, 200);
    trips.count("DELETE /workspaces/twitter_accounts/{id}", || olga.delete(&one));

    let body = account("mine");
    let id = trips.count("POST /twitter_accounts", || olga.post("twitter_accounts", &body))["twitter_account"]["id"].clone();
    let one = format!("twitter_accounts/{id}");
    trips.count("POST /twitter_accounts, refreshed", || olga.post("twitter_accounts", &body));
    trips.count("GET /twitter_accounts", || olga.get("twitter_accounts"));
    trips.count("GET /social_accounts", || olga.get("social_accounts"));
    let verified = "verify_social_accounts?type=twitter&page=1";
    trips.count("GET /verify_social_accounts", || olga.get(verified));
    let current = format!("current_social_accounts?type=twitter&ids[]={id}");
    trips.count("GET /current_social_accounts", || olga.get(&current));
    trips.count("GET /twitter_accounts/{id}", || olga.get(&one));
    let nickname = json!({"twitter_account": {"nickname": "x"}});
    trips.count("PUT /twitter_accounts/{id}", || olga.put(&one, &nickname));
    trips.count("DELETE /twitter_accounts/{id}", || olga.delete(&one));
}

fn workspace(trips: &mut Trips, olga: &Person, mia: &Person) {
    trips.count("GET /walkthrough", || olga.get("walkthrough"));
    trips.count("PUT /walkthrough", || olga.put("walkthrough", &json!({"walkthrough": {"hidden": true}})));
    trips.count("GET /workspaces", || olga.get("workspaces"));
    trips.count("PUT /workspaces", || olga.put("workspaces", &json!({"workspace": {"name": "Falcons"}})));
    trips.count("GET /events", || olga.get("events"));
    let role = json!({"workspace_role_id": 2});
    trips.count("PUT /workspace_users/{id}", || olga.put(&format!("workspace_users/{}", mia.id), &role));
    let rob = olga.colleague("rob");
    trips.count("DELETE /workspace_users/{id}", || olga.delete(&format!("workspace_users/{}", rob.id)));
    let key = json!({"api_key": {"name": "n8n", "scopes": ["read"]}});
    let id = trips.count("POST /api_keys", || olga.post("api_keys", &key))["api_key"]["id"].clone();
    trips.count("GET /api_keys", || olga.get("api_keys"));
    let id = id.as_str().expect("an id").to_owned();
    trips.count("DELETE /api_keys/{id}", || olga.delete(&format!("api_keys/{id}")));
    webhooks(trips, olga);
}

/// Its operations are none, so that nothing is delivered but the test.
fn webhooks(trips: &mut Trips, olga: &Person) {
    let webhook = json!({"targetUrl": "https://receiver.invalid/"});
    let (_, made) = client::json(olga.client.request(Method::POST, "/rest/webhooks").json(&webhook));
    trips.count("GET /webhooks", || olga.get("webhooks"));
    let id = made["data"]["createWebhook"]["id"].as_str().expect("an id");
    let all = format!("webhooks/{id}/deliveries");
    let test = trips.count("POST /webhooks/{id}/deliveries", || olga.post(&all, &json!({})));
    trips.count("GET /webhooks/{id}/deliveries", || olga.get(&all));
    let again = format!("{all}/{}/attempts", test["delivery"]["id"].as_str().expect("an id"));
    let since = Instant::now();
    while olga.get(&all).1["deliveries"][0]["state"] == "waiting" && since.elapsed() < TEST_TIMEOUT {}
    trips.count("POST /webhooks/{id}/deliveries/{delivery_id}/attempts", || olga.post(&again, &json!({})));
    accounts_with_webhook(trips, olga);
    assert_eq!(
        olga.client.send(Method::DELETE, &format!("/rest/webhooks/{id}"), None).expect("an answer").status,
        200
    );
}

/// Two deliveries are in flight, so others wait while statements are counted. The first account of an owner takes one call
/// more, because the webhook is not known to ask for it.
fn accounts_with_webhook(trips: &mut Trips, olga: &Person) {
    let webhook = json!({"targetUrl": trips.receiver.url(), "operations": ["connectedAccount.*"]});
    let (_, made) = client::json(olga.client.request(Method::POST, "/rest/webhooks").json(&webhook));
    let connect = |uid: &str| olga.post("twitter_accounts", &account(uid));
    assert_eq!((connect("first").0, connect("second").0), (201, 201));
    trips.receiver.received(2);
    let third = trips.count("POST /twitter_accounts, with a webhook", || connect("third"));
    let one = format!("twitter_accounts/{}", third["twitter_account"]["id"]);
    trips.count("DELETE /twitter_accounts/{id}, with a webhook", || olga.delete(&one));
    let id = made["data"]["createWebhook"]["id"].as_str().expect("an id");
    assert_eq!(
        olga.client.send(Method::DELETE, &format!("/rest/webhooks/{id}"), None).expect("an answer").status,
        200
    );
}

fn teams(trips: &mut Trips, olga: &Person, mia: &Person) {
    let team = json!({"team": {"name": "Field"}});
    let id = trips.count("POST /teams", || olga.post("teams", &team))["team"]["id"].clone();
    let one = format!("teams/{id}");
    trips.count("GET /teams", || olga.get("teams"));
    trips.count("GET /teams/{id}", || olga.get(&one));
    trips.count("PUT /teams/{id}", || olga.put(&one, &team));
    let adding = json!({"team_id": id, "user_emails": [mia.email]});
    trips.count("POST /team_users", || olga.post("team_users", &adding));
    let role = json!({"team_id": id, "id": mia.id, "role": "admin"});
    trips.count("PUT /team_users", || olga.put("team_users", &role));
    let place = json!({"team_id": id, "id": mia.id});
    trips.count("DELETE /team_users", || olga.send(Method::DELETE, "team_users", Some(&place)));
    assert_eq!(olga.post("team_users", &adding).0, 201);
    let theirs = format!("team_users/{}", mia.id);
    trips.count("PUT /team_users/{id}", || olga.put(&theirs, &role));
    trips.count("DELETE /team_users/{id}", || olga.send(Method::DELETE, &theirs, Some(&place)));
    trips.count("DELETE /teams/{id}", || olga.delete(&one));
}

fn invites(trips: &mut Trips, olga: &Person) {
    let nina = Person::owner(&trips.app, "nina");
    trips.use_sessions(&[&nina]);
    let emails = |name: &str| json!({"user_emails": [email(name)]});
    let answer = trips.count("POST /invites", || olga.post("invites", &emails("nina")));
    let ticket = Ticket::in_link(&answer["links"][0]).expect("a link");
    trips.count("GET /invites", || olga.get("invites"));
    trips.count("GET /invites/{id}", || nina.get(&ticket.path()));
    let acceptance = json!({"invite": {"token": ticket.token}});
    trips.count("PUT /invites/{id}", || nina.put(&format!("invites/{}", ticket.id), &acceptance));
    trips.use_sessions(&[&nina]);
    let hidden = json!({"walkthrough": {"hidden": true}});
    let moved = "PUT /walkthrough, with a token that names the former workspace";
    trips.count(moved, || nina.put("walkthrough", &hidden));
    let other = olga.invite("zoe");
    trips.count("DELETE /invites/{id}", || olga.delete(&format!("invites/{}", other.id)));
}

fn people(trips: &mut Trips, olga: &Person) {
    let nobody = Person::nobody(&trips.app);
    let user = |name: &str| json!({"user": {"email": email(name), "password": PASSWORD}});
    trips.count("POST /registrations", || nobody.post("registrations", &user("ben")));
    let answer: Value = trips.count("POST /sessions", || nobody.post("sessions", &user("ben")));
    let token = answer["user"]["auth_token"].as_str().expect("a token");
    let ben = Person { client: nobody.client.with_token(token), ..nobody.clone() };
    trips.use_sessions(&[&ben]);
    let sessions = trips.count("GET /sessions", || ben.get("sessions"));
    let other = format!("sessions/{}", sessions["sessions"][0]["id"]);
    trips.count("DELETE /sessions/{id}", || ben.delete(&other));
    trips.count("GET /users", || ben.get("users"));
    trips.count("PUT /users", || ben.put("users", &json!({"user": {"city": "Basel"}})));
    trips.count("POST /passwords", || nobody.post("passwords", &json!({"user": {"email": email("ben")}})));
    trips.count("DELETE /sessions", || ben.delete("sessions"));
    let (_, answer) = sign_in(&trips.app, &email("ben"), PASSWORD);
    let token = answer["user"]["auth_token"].as_str().expect("a token");
    let ben = Person { client: nobody.client.with_token(token), ..nobody.clone() };
    trips.use_sessions(&[&ben]);
    let erasure = json!({"user": {"current_password": PASSWORD}});
    trips.count("DELETE /users", || ben.send(Method::DELETE, "users", Some(&erasure)));
    let link = reset_token(trips, olga);
    let reset = json!({"user": {"reset_password_token": link, "password": "Another one on 4th and 7"}});
    trips.count("PUT /passwords", || nobody.put("passwords", &reset));
}

fn consents(trips: &mut Trips, olga: &Person) {
    trips.use_sessions(&[olga]);
    trips.count("GET /networks", || olga.get("networks"));
    let start = json!({"consent": {"network": "twitter", "side": "workspace"}});
    let begun = trips.count("POST /consents", || olga.post("consents", &start))["consent"].clone();
    let one = format!("consents/{}", begun["id"].as_str().expect("an id"));
    let body = trips.peer.visit(&begun["authorize_url"]).body();
    trips.count("PUT /consents/{id}", || olga.put(&one, &body));
    trips.count("GET /consents/{id}", || olga.get(&one));
    let wanted = json!({"twitter_account": {"consent_id": begun["id"]}});
    let ours = "workspaces/twitter_accounts";
    let connected =
        trips.count("POST /workspaces/twitter_accounts, of a consent", || olga.post(ours, &wanted));
    let id = &connected["twitter_account"]["id"];
    let avatar = format!("current_social_accounts/{id}/refresh_avatar");
    let network = json!({"type": "twitter"});
    trips.count("PUT /current_social_accounts/{id}/refresh_avatar", || olga.put(&avatar, &network));
    let check = json!({"account_check": {"account_id": id}});
    trips.count("POST /account_checks", || olga.post("account_checks", &check));
}

/// A service without mail makes no link, so the person's is inserted here.
fn reset_token(trips: &Trips, person: &Person) -> String {
    use diesel::connection::SimpleConnection as _;
    use roster::crypto::opaque::OpaqueToken;

    let token = OpaqueToken::generate();
    let sql = format!(
        "INSERT INTO reset_links (digest, user_id, expires_at) VALUES ('{}', {}, '2126-01-01 00:00:00')",
        token.digest(),
        person.id
    );
    crate::database::connect(&trips.app.database).batch_execute(&sql).expect("a link");
    token.expose().to_owned()
}
