//! The workspaces at one contestant: registers and fills them, and writes the requests of their owners.

use std::{cell::Cell, io::Write as _, rc::Rc};

use super::{client::Connection, workload::Workload};

/// The accounts of a full page of a list.
pub const PAGE: usize = 25;

/// How many accounts `/rest` takes at once.
const BATCH: usize = 1_000;

pub struct Workspaces {
    /// Part of every handle and e-mail address, so that they are new on a server that was measured before.
    run: String,
    owners: Vec<Owner>,
    /// The number of requests so far, which makes handles that never repeat.
    sent: Cell<usize>,
}

/// The requests of the owner of a workspace. Only the body of one that connects a new account changes.
struct Owner {
    create: String,
    conflict: String,
    invalid: String,
    list: String,
}

impl Workspaces {
    /// Registers the owners. Each has one personal account for the conflicts, and this many of the workspace's accounts.
    pub async fn register(base_url: &str, count: usize, accounts: usize, connections: usize) -> Rc<Self> {
        let run = format!("{:08x}", uuid::Uuid::new_v4().as_fields().0);
        let next = Rc::new(Cell::new(0));
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (base_url, run, next) = (base_url.to_owned(), run.clone(), next.clone());
                tokio::task::spawn_local(async move {
                    let mut connection = Connection::open(&base_url).await.expect("a server that listens");
                    let mut registered = Vec::new();
                    while next.get() < count {
                        let name = format!("{run}-{}", next.replace(next.get() + 1));
                        registered.push(Owner::register(&mut connection, &name, accounts).await);
                    }
                    registered
                })
            })
            .collect();
        let mut owners = Vec::new();
        for task in tasks {
            owners.extend(task.await.expect("owners who are registered"));
        }
        Rc::new(Self { run, owners, sent: Cell::new(0) })
    }

    /// Writes the next request; returns the status that its answer must have.
    pub fn write_next(&self, workload: Workload, request: &mut Vec<u8>) -> u16 {
        let (sent, count) = (self.sent.get(), self.owners.len());
        self.sent.set(sent + 1);
        // One step further after each turn, so that each workspace gets each kind of request.
        let owner = &self.owners[(sent + sent / count) % count];
        request.clear();
        match (workload, sent % 10) {
            (Workload::List, _) => {
                request.extend_from_slice(owner.list.as_bytes());
                200
            }
            (Workload::Mix, 0) => {
                request.extend_from_slice(owner.invalid.as_bytes());
                422
            }
            (Workload::Mix, 1 | 2) => {
                request.extend_from_slice(owner.conflict.as_bytes());
                422
            }
            _ => {
                let body = account(&format!("{}-{sent}", self.run));
                write!(request, "{}{}\r\n\r\n{body}", owner.create, body.len()).expect("memory");
                201
            }
        }
    }
}

impl Owner {
    async fn register(connection: &mut Connection, name: &str, accounts: usize) -> Self {
        let person = format!(
            r#"{{"user":{{"email":"load-{name}@example.com","password":"a goalpost in the rain"}}}}"#
        );
        let registered = send(connection, &post("/api/v4/registrations", "", &person)).await;
        let token = registered.split(r#""auth_token":""#).nth(1).and_then(|rest| rest.split('"').next());
        let token = token.expect("a token in the answer");
        let own = account(&format!("own-{name}"));
        send(connection, &post("/api/v4/twitter_accounts", token, &own)).await;
        let accounts: Vec<_> = (0..accounts).map(|number| imported(&format!("{name}-{number}"))).collect();
        for batch in accounts.chunks(BATCH) {
            let batch = format!("[{}]", batch.join(","));
            send(connection, &post("/rest/batch/connectedAccounts", token, &batch)).await;
        }
        let path = "/api/v4/workspaces/twitter_accounts";
        Self {
            create: post_head(path, token),
            conflict: post(path, token, &own),
            invalid: post(path, token, r#"{"twitter_account":{"location":"elsewhere"}}"#),
            list: format!("GET {path} HTTP/1.1\r\n{}\r\n", common_headers(token)),
        }
    }
}

/// Sends a request of the preparation, which must create something.
async fn send(connection: &mut Connection, request: &str) -> String {
    let answer = connection.send(request.as_bytes()).await.expect("an answer");
    let body = String::from_utf8_lossy(answer.body).into_owned();
    assert_eq!(answer.status, 201, "{request}\n\n{body}");
    body
}

fn post(path: &str, token: &str, body: &str) -> String {
    format!("{}{}\r\n\r\n{body}", post_head(path, token), body.len())
}

/// Up to the length of the body.
fn post_head(path: &str, token: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\n{}Content-Type: application/json\r\nContent-Length: ",
        common_headers(token)
    )
}

fn common_headers(token: &str) -> String {
    if token.is_empty() {
        return "Host: load\r\n".to_owned();
    }
    format!("Host: load\r\nAuthorization: Bearer {token}\r\n")
}

fn account(uid: &str) -> String {
    format!(
        r#"{{"twitter_account":{{"twitter_token":"TOKEN-{uid}","twitter_uid":"{uid}","screen_name":"Falcons {uid}","logo_url":"https://example.com/{uid}.png","account_verified":true,"twitter_nickname":"falcons_{uid}","location":"signUpForm"}}}}"#
    )
}

/// An account of the workspace, for `/rest`.
fn imported(handle: &str) -> String {
    format!(
        r#"{{"handle":"falcons_{handle}","provider":"twitter","accessToken":"TOKEN-{handle}","accountOwnerId":null}}"#
    )
}
