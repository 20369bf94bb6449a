//! Somebody whose access ends, and how it ends.

use reqwest::Method;
use serde_json::{Value, json};

use super::steady::signed_in_again;
use crate::support::{
    client::Client,
    people::{PASSWORD, Person},
    process::{HasAddress as _, Server},
};

#[derive(Debug)]
pub struct Victim {
    person: Person,
    /// A request that succeeds until the end.
    path: String,
    way: Way,
}

#[derive(Debug)]
enum Way {
    SignsOut,
    ChangesPassword { other_session: Person },
    IsRemoved { owner: Person },
    KeyIsRevoked { owner: Person, id: String },
    ByCommand,
}

impl Victim {
    /// One for each way through the API.
    pub fn all(owner: &Person, name: &impl Fn(&str) -> String) -> Vec<Self> {
        let account = owner.connect("workspaces/twitter_accounts", &name("lions"));
        let signs_out = owner.colleague(&name("signs-out"));
        let changes = owner.colleague(&name("changes"));
        let removed = owner.admin(&name("removed"));
        let other_session = signed_in_again(&changes);
        vec![
            Self::new(signs_out, "/api/v4/users", Way::SignsOut),
            Self::new(changes, "/api/v4/users", Way::ChangesPassword { other_session }),
            Self::new(
                removed,
                &format!("/api/v4/workspaces/twitter_accounts/{account}"),
                Way::IsRemoved { owner: owner.clone() },
            ),
            Self::key(owner),
        ]
    }

    /// A person whose session a command ends.
    pub fn person(owner: &Person, name: &str) -> Self {
        Self::new(owner.colleague(name), "/api/v4/users", Way::ByCommand)
    }

    pub fn email(&self) -> &str {
        &self.person.email
    }

    pub fn is_accepted(&self, server: &Server) -> bool {
        let client = Client::new(server).with_token(self.person.token());
        client.send(Method::GET, &self.path, None).expect("an answer").status == 200
    }

    pub fn end(&self) {
        match &self.way {
            Way::SignsOut => must(&self.person, Method::DELETE, "sessions", &json!({})),
            Way::ChangesPassword { other_session } => {
                let password =
                    json!({"user": {"password": "Two-point conversion", "current_password": PASSWORD}});
                must(other_session, Method::PUT, "users", &password);
            }
            Way::IsRemoved { owner } => {
                must(owner, Method::DELETE, &format!("workspace_users/{}", self.person.id), &json!({}));
            }
            Way::KeyIsRevoked { owner, id } => {
                must(owner, Method::DELETE, &format!("api_keys/{id}"), &json!({}));
            }
            Way::ByCommand => {}
        }
    }

    fn new(person: Person, path: &str, way: Way) -> Self {
        Self { person, path: path.to_owned(), way }
    }

    fn key(owner: &Person) -> Self {
        let body = json!({"api_key": {"name": "d2", "scopes": ["read"]}});
        let key = owner.must(Method::POST, "api_keys", Some(&body))["api_key"].clone();
        let text = |name: &str| key[name].as_str().expect("a text").to_owned();
        let client = Client::new(&owner.address()).with_token(&text("key"));
        let way = Way::KeyIsRevoked { owner: owner.clone(), id: text("id") };
        Self::new(Person { client, ..owner.clone() }, "/rest/people", way)
    }
}

fn must(person: &Person, method: Method, path: &str, body: &Value) {
    person.must(method, path, Some(body));
}
