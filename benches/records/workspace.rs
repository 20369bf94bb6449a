//! A workspace with a given number of connected accounts, and a program that lists them.

use std::time::Duration;

use reqwest::{
    Url,
    blocking::{Client, RequestBuilder},
};
use serde_json::{Value, json};

use crate::process;

const BATCH: usize = 1_000;

pub struct Workspace {
    pub accounts: usize,
    http: Client,
    base_url: String,
    token: String,
}

impl Workspace {
    /// Registers the owner and connects the accounts in full batches.
    pub fn create(address: &str, accounts: usize) -> Self {
        let http = process::http_client().timeout(Duration::from_mins(2)).build().expect("a client");
        let mut workspace = Self { accounts, http, base_url: address.to_owned(), token: String::new() };
        let email = format!("records{accounts}@example.com");
        let person = json!({"user": {"email": email, "password": "a goalpost in the rain"}});
        let registered = workspace.answer(workspace.post("/api/v4/registrations").json(&person));
        registered["user"]["auth_token"].as_str().expect("a token").clone_into(&mut workspace.token);
        for first in (0..accounts).step_by(BATCH) {
            let batch: Vec<Value> = (first..accounts.min(first + BATCH)).map(account).collect();
            workspace.answer(workspace.post("/rest/batch/connectedAccounts").json(&batch));
        }
        workspace
    }

    pub fn page(&self) -> Value {
        self.find(&[("filter", "provider[eq]:\"twitter\""), ("order_by", "createdAt"), ("depth", "1")])
    }

    /// Counts the accounts by walking through all pages.
    pub fn walk(&self) -> usize {
        let mut walked = 0;
        let mut cursor = String::new();
        loop {
            let page = self.find(&[("limit", "1000"), ("starting_after", &cursor)]);
            walked += page["data"]["connectedAccounts"].as_array().expect("a page").len();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                return walked;
            }
            page["pageInfo"]["endCursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        }
    }

    fn find(&self, query: &[(&str, &str)]) -> Value {
        let url = Url::parse_with_params(&format!("{}/rest/connectedAccounts", self.base_url), query);
        self.answer(self.http.get(url.expect("a URL")))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base_url))
    }

    fn answer(&self, request: RequestBuilder) -> Value {
        let answer = request.bearer_auth(&self.token).send().expect("an answer");
        let (status, body) = (answer.status(), answer.text().expect("the whole answer"));
        assert!(status.is_success(), "{status} {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

fn account(number: usize) -> Value {
    json!({"handle": format!("falcons{number}"), "provider": "twitter", "accessToken": "TOKEN"})
}
