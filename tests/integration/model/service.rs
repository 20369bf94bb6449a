//! One Roster behind a socket, with four new people for each sequence.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicU32, Ordering},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    model::{
        names::Names,
        operation::{Action, HANDLES, Operation, PEOPLE, Page, Side},
        reference::{self, Answer},
    },
    support::{
        client::{self, Client},
        database::Kind,
        people::{PASSWORD, Ticket},
        server::TestApp,
    },
};

#[derive(Clone)]
pub struct Service {
    pub name: String,
    client: Client,
}

/// The four people of one sequence on this service.
pub struct People<'a> {
    service: &'a Service,
    /// Makes their e-mail addresses different from those of other sequences.
    mark: String,
    /// An IP address for each sequence, because throttles count by address.
    place: Ipv4Addr,
    tokens: Vec<String>,
    names: Names,
}

type Request = (Method, String, Option<Value>);

impl Service {
    /// Trusts `X-Forwarded-For`.
    pub fn start(kind: Kind) -> TestApp {
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        TestApp::start_with(kind, |settings| settings.trusted_proxies = vec![here.into()])
    }

    pub fn new(app: &TestApp) -> Self {
        Self { name: app.database.kind.to_string(), client: Client::new(app) }
    }

    fn send(&self, from: Ipv4Addr, token: &str, (method, path, body): Request) -> (u16, String) {
        let client = if token.is_empty() { self.client.clone() } else { self.client.with_token(token) };
        let mut request = client.request(method, &format!("/api/v4/{path}"));
        request = request.header("X-Forwarded-For", from.to_string());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = client::send(request).expect("an answer");
        (answer.status, answer.body)
    }
}

impl<'a> People<'a> {
    pub fn register_all(service: &'a Service) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut people = Self {
            service,
            mark: format!("-{number}@"),
            place: Ipv4Addr::from_bits(number),
            tokens: vec![String::new(); PEOPLE],
            names: Names::default(),
        };
        for who in [0, 2, 3] {
            people.register(who, &Value::Null);
        }
        let Ticket { id, token } = people.invite(0, 1).1.expect("an invite");
        people.register(1, &json!({"id": id, "token": token}));
        let team = json!({"team": {"name": "coaches"}, "user_emails": [people.email(1)]});
        let created = people.send(0, (Method::POST, "teams".into(), Some(team)));
        people.names.bind("team", created.1["team"]["id"].as_i64().expect("a team"));
        people
    }

    /// Sends as many requests of an operation as the reference answers; returns the answers in the reference's names.
    pub fn perform(&mut self, Operation { who, action }: &Operation, expected: &[Answer]) -> Vec<Answer> {
        let got = match action {
            Action::Join { host } => self.join(*who, *host),
            _ => vec![self.send(*who, self.request(*who, action))],
        };
        let null = (0, Value::Null);
        let expected = expected.iter().chain(std::iter::repeat(&null));
        let renamed = got.into_iter().zip(expected).map(|((status, body), (_, expected))| {
            let body = self.names.rename(expected, body);
            (status, body)
        });
        renamed.collect()
    }

    fn join(&self, who: usize, host: usize) -> Vec<Answer> {
        let (invited, ticket) = self.invite(host, who);
        let accepted = ticket.map(|Ticket { id, token }| {
            let body = json!({"invite": {"token": token}});
            self.send(who, (Method::PUT, format!("invites/{id}"), Some(body)))
        });
        std::iter::once(invited).chain(accepted).collect()
    }

    fn invite(&self, host: usize, who: usize) -> (Answer, Option<Ticket>) {
        let body = json!({"user_emails": [self.email(who)]});
        let answer = self.send(host, (Method::POST, "invites".into(), Some(body)));
        let ticket = Ticket::in_link(&answer.1["links"][0]);
        (answer, ticket)
    }

    fn request(&self, who: usize, action: &Action) -> Request {
        let account = |id: usize| self.names.id(&reference::account(id));
        let person = |who: usize| self.names.id(&reference::person(who));
        match *action {
            Action::Connect { side, uid, handle, verified } => {
                let body = json!({
                    "twitter_token": "TOKEN",
                    "twitter_uid": format!("UID {uid}"),
                    "screen_name": reference::screen_name(uid),
                    "logo_url": "LOGO_URL",
                    "account_verified": verified,
                    "twitter_nickname": HANDLES[handle],
                });
                (Method::POST, accounts_of(side).into(), Some(json!({"twitter_account": body})))
            }
            Action::Disconnect { side, account: id } => {
                (Method::DELETE, format!("{}/{}", accounts_of(side), account(id)), None)
            }
            Action::Transfer { account: id, to } => {
                let to = if to == Side::Personal { "personal" } else { "workspace" };
                let body = json!({"account_transfer": {"social_account_id": account(id), "to": to}});
                (Method::POST, "account_transfers".into(), Some(body))
            }
            Action::Share { account: id, shared } => {
                let teams = if shared { vec![self.names.id("team")] } else { Vec::new() };
                let body = json!({"nickname": reference::nickname(shared), "team_ids": teams});
                let path = format!("{}/{}", accounts_of(Side::Workspace), account(id));
                (Method::PUT, path, Some(json!({"twitter_account": body})))
            }
            Action::Leave => (Method::DELETE, format!("workspace_users/{}", person(who)), None),
            Action::Remove { whom } => (Method::DELETE, format!("workspace_users/{}", person(whom)), None),
            Action::GiveRole { whom, role } => {
                let path = format!("workspace_users/{}", person(whom));
                (Method::PUT, path, Some(json!({"workspace_role_id": role})))
            }
            Action::Erase => {
                let body = json!({"user": {"current_password": PASSWORD}});
                (Method::DELETE, "users".into(), Some(body))
            }
            Action::Look { at } => {
                let path = match at {
                    Page::Personal => accounts_of(Side::Personal),
                    Page::Workspace => accounts_of(Side::Workspace),
                    Page::Both => "social_accounts",
                };
                (Method::GET, path.into(), None)
            }
            Action::Join { .. } => unreachable!("two requests"),
        }
    }

    fn register(&mut self, who: usize, invite: &Value) {
        let name = reference::name(who);
        let user = json!({"email": self.email(who), "password": PASSWORD, "first_name": name});
        let body = json!({"user": user, "invite": invite});
        let (status, answer) = self.send(who, (Method::POST, "registrations".into(), Some(body)));
        assert_eq!(status, 201, "{answer}");
        answer["user"]["auth_token"].as_str().expect("a token").clone_into(&mut self.tokens[who]);
        self.names.bind(&reference::person(who), answer["user"]["id"].as_i64().expect("an id"));
    }

    fn email(&self, who: usize) -> String {
        reference::email(who).replace('@', &self.mark)
    }

    fn send(&self, who: usize, request: Request) -> Answer {
        let what = format!("{} {}", request.0, request.1);
        let (status, text) = self.service.send(self.place, &self.tokens[who], request);
        let body = serde_json::from_str(&text.replace(&self.mark, "@"));
        (status, body.unwrap_or_else(|error| panic!("{what} answered {status}, {error}: {text}")))
    }
}

fn accounts_of(side: Side) -> &'static str {
    match side {
        Side::Personal => "twitter_accounts",
        Side::Workspace => "workspaces/twitter_accounts",
    }
}
