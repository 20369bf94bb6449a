//! The callers, the accounts, and what each caller may do with each account.

use std::collections::BTreeMap;

use roster::models::api_key::Scope;
use serde_json::json;

use crate::{
    rest::caller::{Caller, id},
    support::{people::Person, server::TestApp},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Key(&'static [Scope]),
    Owner,
    Admin,
    Member,
}

/// The owner of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    Workspace,
    WorkspaceSharedWithMia,
    Olga,
    Adam,
    Mia,
}

use Held::{Adam, Mia, Olga, Workspace, WorkspaceSharedWithMia};
use Scope::{Admin, Read, Tokens, Write};

pub const ALL_CALLERS: [Who; 12] = [
    Who::Key(&[Read]),
    Who::Key(&[Write]),
    Who::Key(&[Tokens]),
    Who::Key(&[Admin]),
    Who::Key(&[Read, Tokens]),
    Who::Key(&[Read, Write]),
    Who::Key(&[Read, Admin]),
    Who::Key(&[Read, Write, Tokens, Admin]),
    Who::Owner,
    Who::Admin,
    Who::Member,
    Who::Key(&[Write, Tokens]),
];

pub const ALL_HELD: [Held; 5] = [Workspace, WorkspaceSharedWithMia, Olga, Adam, Mia];

impl Who {
    fn has(self, scope: Scope) -> Option<bool> {
        if let Self::Key(scopes) = self { Some(scopes.contains(&scope)) } else { None }
    }

    pub fn may_read(self) -> bool {
        self.has(Read).unwrap_or(true)
    }

    pub fn may_write(self) -> bool {
        self.has(Write).unwrap_or(true)
    }

    pub fn governs(self) -> bool {
        self.has(Admin).unwrap_or(self != Self::Member)
    }

    /// A webhook shows records, so a key needs the right to read as well.
    pub fn subscribes(self) -> bool {
        self.governs() && self.has(Read).unwrap_or(true)
    }

    pub fn holds(self, held: Held) -> bool {
        matches!((self, held), (Self::Owner, Olga) | (Self::Admin, Adam) | (Self::Member, Mia))
    }

    pub fn sees(self, held: Held) -> bool {
        self != Self::Member || matches!(held, Mia | WorkspaceSharedWithMia)
    }

    pub fn reads_token_of(self, held: Held) -> bool {
        if held.personally() { self.holds(held) } else { self.reads_secrets() }
    }

    pub fn reads_secrets(self) -> bool {
        self.may_read() && self.has(Tokens).unwrap_or(self != Self::Member)
    }

    pub fn changes(self, held: Held) -> bool {
        match self {
            Self::Key(_) => self.may_write(),
            _ if held.personally() => self.holds(held),
            _ => self != Self::Member,
        }
    }
}

impl Held {
    pub fn personally(self) -> bool {
        matches!(self, Olga | Adam | Mia)
    }
}

/// All callers of one workspace, and one account of each kind with its token.
pub struct Fixture {
    pub callers: Vec<(Who, Caller)>,
    pub accounts: BTreeMap<Held, String>,
    /// The `workspaceMembers` that own the accounts.
    pub members: BTreeMap<Held, String>,
    pub program: Caller,
}

impl Fixture {
    pub fn new(app: &TestApp) -> Self {
        let olga = Person::owner(app, "olga");
        let [adam, mia] = ["adam", "mia"].map(|name| olga.colleague(name));
        let promoted = olga.put(&format!("workspace_users/{}", adam.id), &json!({"workspace_role_id": 2}));
        assert_eq!(promoted.0, 200, "{promoted:?}");
        let caller = |who| match who {
            Who::Key(scopes) => Caller::key(app, &olga, scopes),
            Who::Owner => Caller::session(app, &olga),
            Who::Admin => Caller::session(app, &adam),
            Who::Member => Caller::session(app, &mia),
        };
        let program = Caller::key(app, &olga, &Scope::ALL);
        let member = |name: &str| {
            let filter = format!("userEmail[eq]:\"{name}@example.test\"");
            id(&program.found("workspaceMembers", &[("filter", &filter)])[0]).to_owned()
        };
        let members = BTreeMap::from([(Olga, member("olga")), (Adam, member("adam")), (Mia, member("mia"))]);
        let connect = |held: Held| {
            let body = json!({
                "handle": format!("{held:?}"), "provider": "twitter", "accountOwnerId": members.get(&held),
                "accessToken": format!("access {held:?}"), "refreshToken": format!("refresh {held:?}"),
            });
            id(&program.create("connectedAccounts", &body)).to_owned()
        };
        let accounts = ALL_HELD.map(|held| (held, connect(held))).into();
        share(&olga, WorkspaceSharedWithMia);
        let callers = ALL_CALLERS.map(|who| (who, caller(who))).into();
        Self { callers, accounts, members, program }
    }
}

fn share(olga: &Person, held: Held) {
    let coaches = json!({"team": {"name": "coaches"}, "user_emails": ["mia@example.test"]});
    let team_id = olga.post("teams", &coaches).1["team"]["id"].clone();
    let (_, listed) = olga.get("workspaces/twitter_accounts");
    let accounts = listed["twitter_accounts"].as_array().expect("accounts");
    let shared = accounts.iter().find(|account| account["screen_name"] == json!(format!("{held:?}")));
    let path = format!("workspaces/twitter_accounts/{}", shared.expect("an account")["id"]);
    let (status, answer) = olga.put(&path, &json!({"twitter_account": {"team_ids": [team_id]}}));
    assert_eq!(status, 200, "{answer}");
}
