//! A workspace with an admin and a member; every step is one transaction, like a request.

use std::net::Ipv4Addr;

use chrono::TimeDelta;
use diesel::{Connection as _, RunQueryDsl as _};
use roster::{
    app::{App, target},
    clock::{Clock, Moment},
    crypto::key_ring::KeyId,
    db::Conn,
    error::Error,
    models::{
        email::Email,
        page::Page,
        sealing_key,
        session::Session,
        social_account::{
            NewAccount, Profile, Progress, SocialAccount, TokenSource, connecting::Connected,
            identity::Handle,
        },
        user::{registering::Registration, signing_in},
    },
    networks::TWITTER,
};

use super::{
    Step,
    rule::{Holder, Row, Said},
};
use crate::support::database::{Database, Kind};

pub struct Register {
    app: App,
    conn: Conn,
    now: Moment,
    people: usize,
    _database: Database,
}

pub struct Workspace<'a> {
    register: &'a mut Register,
    admin: Session,
    member: Session,
    /// Account ids in the order of connecting.
    accounts: Vec<i64>,
}

const HANDLES: [&str; 3] = ["lions", "tigers", "hawks"];

impl Register {
    pub fn open(kind: Kind) -> Self {
        let database = Database::new(kind);
        let (settings, clock) = (database.settings(), Clock::default());
        let conn = target(&settings).expect("a database").connect().expect("a connection");
        let now = clock.now();
        let app = App::open(settings, clock).expect("an app");
        Self { app, conn, now, people: 0, _database: database }
    }

    fn transact<T>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        self.conn.transaction(work)
    }

    fn registration(&mut self) -> Registration {
        self.people += 1;
        Registration {
            is_confirmed: true,
            email: Email::parse(&format!("{}@example.test", self.people)).expect("an address"),
            password_digest: String::new(),
            first_name: None,
            last_name: None,
        }
    }
}

impl<'a> Workspace<'a> {
    pub fn new(register: &'a mut Register) -> Self {
        let (now, vault) = (register.now, register.app.vault());
        let (owner, colleague) = (register.registration(), register.registration());
        let sessions = register.transact(|conn| {
            let (owner, ..) = owner.with_workspace(conn, None, now)?;
            let admin = session(conn, owner.id, now)?;
            let sender = admin.member(conn)?;
            let invited = sender.invite(conn, &vault, std::slice::from_ref(&colleague.email), None, "")?;
            let (colleague, ..) = colleague.by_invite(conn, &invited.issued[0].invite, now)?;
            Ok((admin, session(conn, colleague.id, now)?))
        });
        let (admin, member) = sessions.expect("two people");
        Self { register, admin, member, accounts: Vec::new() }
    }

    pub fn take(&mut self, step: &Step) -> Said {
        self.register.now += TimeDelta::milliseconds(1);
        let outcome = match *step {
            Step::Connect { holder, uid, handle } => self.connect(holder, uid, handle),
            Step::Disconnect { account } => self.disconnect(account),
            Step::Transfer { account, to_workspace } => self.transfer(account, to_workspace),
        };
        outcome.unwrap_or_else(|error| self.refusal(&error))
    }

    /// All accounts of the workspace, oldest first.
    pub fn rows(&mut self) -> Vec<Row> {
        let (admin, member) = (self.admin, self.member);
        let listed = self.register.transact(|conn| {
            let (admin, member) = (admin.viewer(conn)?, member.viewer(conn)?);
            let ours = admin.workspace_accounts(conn, TWITTER.name, None, Page::FIRST)?.rows;
            let mut rows: Vec<_> = ours.into_iter().map(|listed| listed.account).collect();
            for person in [admin, member] {
                let theirs = person.personal_accounts(conn, TWITTER.name, None, Page::FIRST)?.rows;
                rows.extend(theirs.into_iter().map(|listed| listed.account));
            }
            Ok(rows)
        });
        let mut accounts = listed.expect("accounts");
        accounts.sort_by_key(|account| account.id);
        accounts.iter().map(|account| self.row(account)).collect()
    }

    /// Claims without an account.
    pub fn stray_claims(&mut self) -> i64 {
        let admin = self.admin;
        let counted = self.register.transact(|conn| {
            let workspace_id = admin.viewer(conn)?.workspace_id;
            let strays = diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
                "(SELECT count(*) FROM social_claims WHERE workspace_id = {workspace_id} AND NOT EXISTS \
                 (SELECT 1 FROM social_accounts WHERE social_accounts.workspace_id = social_claims.workspace_id \
                 AND social_accounts.provider = social_claims.provider AND social_accounts.key = social_claims.key))"
            ));
            Ok(diesel::select(strays).get_result(conn)?)
        });
        counted.expect("a number")
    }

    fn connect(&mut self, holder: Holder, uid: Option<u8>, handle: u8) -> Result<Said, Error> {
        let new = new_account(uid, HANDLES[usize::from(handle)]);
        let vault = self.register.app.vault();
        let session = self.now(if holder == Holder::Member { self.member } else { self.admin });
        let connected = self.register.transact(|conn| match holder {
            Holder::Workspace => session.admin(conn)?.connect(conn, &vault, &new),
            Holder::Admin | Holder::Member => session.member(conn)?.connect_personally(conn, &vault, &new),
        })?;
        Ok(match connected {
            Connected::New(account) => {
                self.accounts.push(account.id);
                Said::New(self.accounts.len() - 1)
            }
            Connected::Refreshed(account) => Said::Refreshed(self.name(account.id)),
        })
    }

    fn disconnect(&mut self, account: usize) -> Result<Said, Error> {
        let id = self.accounts.get(account).copied().unwrap_or(0);
        let (admin, member) = (self.now(self.admin), self.now(self.member));
        let vault = self.register.app.vault();
        self.register.transact(|conn| {
            let admin = admin.admin(conn)?;
            match admin.disconnect(conn, &vault, TWITTER.name, id) {
                Err(Error::NotFound) => match admin.disconnect_personal(conn, &vault, TWITTER.name, id) {
                    Err(Error::NotFound) => {
                        member.member(conn)?.disconnect_personal(conn, &vault, TWITTER.name, id)
                    }
                    outcome => outcome,
                },
                outcome => outcome,
            }
        })?;
        Ok(Said::Done)
    }

    fn transfer(&mut self, account: usize, to_workspace: bool) -> Result<Said, Error> {
        let id = self.accounts.get(account).copied().unwrap_or(0);
        let (admin, vault) = (self.now(self.admin), self.register.app.vault());
        self.register.transact(|conn| {
            let admin = admin.admin(conn)?;
            if to_workspace {
                admin.transfer_to_workspace(conn, &vault, &[TWITTER.name], id, "")
            } else {
                admin.transfer_to_self(conn, &vault, &[TWITTER.name], id, "")
            }
        })?;
        Ok(Said::Done)
    }

    fn refusal(&self, error: &Error) -> Said {
        let Error::Invalid(problems) = error else {
            assert!(matches!(error, Error::NotFound), "{error:?}");
            return Said::NotFound;
        };
        let account = problems[0].account_id.map(|id| self.name(id));
        match (problems[0].code, account) {
            ("held_by_you", Some(account)) => Said::HeldByYou(account),
            ("held_by_workspace", account) => Said::HeldByWorkspace(account),
            ("held_by_members", None) => Said::HeldByMembers(vec![Holder::Member]),
            _ => panic!("{error:?}"),
        }
    }

    fn row(&self, account: &SocialAccount) -> Row {
        let vault = self.register.app.vault();
        let key = vault.identity();
        let uid =
            (0..3).find(|uid| account.key == format!("u:{}", key.digest(TWITTER.name, &external_id(*uid))));
        let handle = HANDLES.iter().position(|handle| *handle == account.handle).expect("a known handle");
        let holder = match account.owner_id {
            None => Holder::Workspace,
            Some(id) if id == self.admin.user_id => Holder::Admin,
            Some(_) => Holder::Member,
        };
        let handle = u8::try_from(handle).expect("a small number");
        Row { account: self.name(account.id), holder, uid, handle }
    }

    fn name(&self, id: i64) -> usize {
        self.accounts.iter().position(|known| *known == id).expect("an account met before")
    }

    fn now(&self, session: Session) -> Session {
        Session { now: self.register.now, ..session }
    }
}

fn session(conn: &mut Conn, user_id: i64, now: Moment) -> Result<Session, Error> {
    let uuid = signing_in::begin_session(conn, user_id, None, None, now)?;
    let keys = sealing_key::load_all(conn)?;
    let key_id = sealing_key::current(&keys).and_then(|key| KeyId::parse(&key.id)).expect("a key");
    Ok(Session {
        user_id,
        uuid,
        workspace_id_in_token: None,
        issued_at: now,
        key_id,
        client: Ipv4Addr::LOCALHOST.into(),
        now,
    })
}

fn external_id(uid: u8) -> String {
    format!("UID {uid}")
}

fn new_account(uid: Option<u8>, handle: &str) -> NewAccount {
    NewAccount {
        uuid: None,
        provider: TWITTER.name.to_owned(),
        external_id: uid.map(|uid| external_id(uid).into()),
        handle: Handle::parse(handle).expect("a handle"),
        access_token: Some("TOKEN".to_owned().into()),
        refresh_token: None,
        source: TokenSource::Pasted,
        progress: Progress::default(),
        profile: Some(Profile { screen_name: String::new(), logo_url: String::new() }),
        twitter_nickname: handle.to_owned(),
        account_verified: None,
        location: None,
        parameter: String::new(),
    }
}
