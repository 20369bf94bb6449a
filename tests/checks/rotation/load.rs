//! A workspace of accounts with tokens, and clients that read and connect accounts all the time.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::{Scope, sleep},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    support::{
        client::{self, Client},
        people::Person,
        process::Server,
    },
    tally::Count,
};

const BATCH: u64 = 1_000;
const READERS: u64 = 2;
const PAUSE: Duration = Duration::from_millis(20);

pub struct Workspace {
    key: String,
    /// The accounts' ids.
    ids: Vec<String>,
}

#[derive(Default)]
pub struct Load {
    pub reads: Count,
    pub writes: Count,
    /// Answers other than success, and tokens that are not those of their accounts.
    pub failures: Count,
    is_over: AtomicBool,
}

impl Workspace {
    /// Connects the accounts in batches.
    pub fn create(server: &Server, rows: u64) -> Self {
        let olga = Person::owner(server, "olga");
        let scopes = json!({"api_key": {"name": "e3", "scopes": ["read", "write", "tokens"]}});
        let answer = olga.must(Method::POST, "api_keys", Some(&scopes));
        let key = answer["api_key"]["key"].as_str().expect("a key").to_owned();
        let mut workspace = Self { key, ids: Vec::new() };
        let client = workspace.client(server);
        let numbers: Vec<u64> = (0..rows).collect();
        for batch in numbers.chunks(BATCH.try_into().expect("a small number")) {
            let accounts: Value = batch.iter().map(|number| account(&format!("fan{number}"))).collect();
            let (status, answer) =
                client::json(client.request(Method::POST, "/rest/batch/connectedAccounts").json(&accounts));
            assert_eq!(status, 201, "{answer}");
            let made = answer["data"]["createConnectedAccounts"].as_array().expect("accounts").iter();
            workspace.ids.extend(made.map(|account| account["id"].as_str().expect("an id").to_owned()));
        }
        workspace
    }

    fn client(&self, server: &Server) -> Client {
        Client::new(server).with_token(&self.key)
    }

    /// The number of accounts, and of those without their token.
    pub fn read_all(&self, server: &Server) -> (u64, u64) {
        let client = self.client(server);
        let (mut read, mut wrong, mut cursor) = (0, 0, String::new());
        loop {
            let path = format!("/rest/connectedAccounts?limit={BATCH}&starting_after={cursor}");
            let (status, page) = client::json(client.request(Method::GET, &path));
            assert_eq!(status, 200, "{page}");
            let accounts = page["data"]["connectedAccounts"].as_array().expect("a page");
            read += accounts.len() as u64;
            wrong += accounts.iter().filter(|account| !has_its_token(account)).count() as u64;
            if page["pageInfo"]["hasNextPage"] != json!(true) {
                return (read, wrong);
            }
            page["pageInfo"]["endCursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        }
    }
}

impl Load {
    pub fn start<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        workspace: &'scope Workspace,
        server: &Server,
    ) {
        for reader in 0..READERS {
            let client = workspace.client(server);
            scope.spawn(move || self.read(&client, workspace, reader));
        }
        let client = workspace.client(server);
        scope.spawn(move || self.write(&client));
    }

    pub fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    fn goes_on(&self) -> bool {
        sleep(PAUSE);
        !self.is_over.load(Ordering::Relaxed)
    }

    fn read(&self, client: &Client, workspace: &Workspace, reader: u64) {
        let mut number = usize::try_from(reader).expect("a small number");
        while self.goes_on() {
            number = (number * 7_919 + 1) % workspace.ids.len();
            let path = format!("/rest/connectedAccounts/{}", workspace.ids[number]);
            match client.send(Method::GET, &path, None) {
                Ok(answer)
                    if answer.status == 200 && has_its_token(&answer.json()["data"]["connectedAccount"]) =>
                {
                    self.reads.add();
                }
                outcome => {
                    eprintln!("{path}: {outcome:?}");
                    self.failures.add();
                }
            }
        }
    }

    fn write(&self, client: &Client) {
        for number in 0.. {
            if !self.goes_on() {
                return;
            }
            let body = account(&format!("new{number}"));
            match client.send(Method::POST, "/rest/connectedAccounts", Some(&body)) {
                Ok(answer) if answer.status == 201 => self.writes.add(),
                outcome => {
                    eprintln!("new{number}: {outcome:?}");
                    self.failures.add();
                }
            }
        }
    }
}

fn account(handle: &str) -> Value {
    json!({"handle": handle, "provider": "twitter", "accessToken": format!("token of {handle}")})
}

fn has_its_token(account: &Value) -> bool {
    let handle = account["handle"].as_str().unwrap_or_default();
    account["accessToken"] == json!(format!("token of {handle}"))
}
