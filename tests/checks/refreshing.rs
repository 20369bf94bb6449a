//! Tokens that stay alive, against a stand-in for X that ends a grant when a spent refresh token is presented to it.

mod kills;
mod many;
mod moving;
mod racing;
mod readers;

use diesel::{RunQueryDsl as _, sql_query};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    census,
    support::{
        client::{Answer, Client},
        database::{Database, Kind},
        peer::Peer,
        people::Person,
        process::Server,
    },
};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];
const ACCOUNTS: &str = "/rest/connectedAccounts";

/// Servers of one database, and an owner whose workspace has one account, connected by consent.
struct Site {
    servers: Vec<Server>,
    peer: Peer,
    database: Database,
    olga: Person,
}

impl Site {
    fn open(kind: Kind, servers: usize) -> Self {
        let (database, peer) = (Database::new(kind), Peer::start());
        let servers: Vec<Server> = (0..servers).map(|_| serve(&database, &peer)).collect();
        let olga = Person::owner(&servers[0], "olga");
        let site = Self { servers, peer, database, olga };
        site.connect();
        site
    }

    /// Consents at X, and connects the account, or connects it again; returns its id.
    fn connect(&self) -> i64 {
        self.connect_as(&self.olga, "workspace", "workspaces/twitter_accounts")
    }

    fn connect_as(&self, person: &Person, side: &str, path: &str) -> i64 {
        self.change("DELETE FROM throttles");
        let start = json!({"consent": {"network": "twitter", "side": side}});
        let consent = person.must(Method::POST, "consents", Some(&start))["consent"].clone();
        let id = consent["id"].as_str().expect("an id");
        let body = self.peer.visit(&consent["authorize_url"]).body();
        person.must(Method::PUT, &format!("consents/{id}"), Some(&body));
        let wanted = json!({"twitter_account": {"consent_id": id}});
        let account = person.must(Method::POST, path, Some(&wanted));
        account["twitter_account"]["id"].as_i64().expect("an id")
    }

    /// The path of the account in `/rest`.
    fn path(&self) -> String {
        let list = self.olga.client.send(Method::GET, ACCOUNTS, None).expect("an answer").json();
        let id = list["data"]["connectedAccounts"][0]["id"].as_str().expect("an account").to_owned();
        format!("{ACCOUNTS}/{id}")
    }

    /// The owner as a client of one of the servers.
    fn client(&self, server: usize) -> Client {
        self.client_of(&self.olga, server)
    }

    fn client_of(&self, person: &Person, server: usize) -> Client {
        Client::new(&self.servers[server]).with_token(person.token())
    }

    /// Ends the current access token, as if its time were over.
    fn expire(&self) {
        self.change("UPDATE grants SET expires_at = granted_at, attempts = 0");
    }

    fn change(&self, sql: &str) {
        sql_query(sql).execute(&mut census::connect(&self.database)).expect("a change");
    }

    fn count(&self, table: &str) -> u64 {
        let query = format!("SELECT count(*) AS count FROM {table}");
        census::count(&mut census::connect(&self.database), &query)
    }
}

fn serve(database: &Database, peer: &Peer) -> Server {
    let mut command = database.serving();
    command.envs(peer.environment());
    Server::start(command)
}

/// The account that an answer shows; null if it shows none.
fn account(answer: &Answer) -> Value {
    if answer.status == 200 { answer.json()["data"]["connectedAccount"].clone() } else { Value::Null }
}

fn token(answer: &Answer) -> String {
    account(answer)["accessToken"].as_str().unwrap_or_default().to_owned()
}
