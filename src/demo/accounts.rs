//! The accounts of the department and of its people. Their tokens are invalid at the network.

use anyhow::Context as _;
use chrono::TimeDelta;
use diesel::prelude::*;

use super::Department;
use crate::{
    clock::Moment,
    db::Conn,
    error::Result,
    models::{
        event::{self, AccountChange, Event, Verb},
        session::Session,
        social_account::{
            NewAccount, Profile, Progress, SocialAccount, TokenSource, connecting::Connected,
            identity::Handle,
        },
    },
    networks::TWITTER,
    schema::social_accounts,
};

/// X's own picture for accounts without one.
pub const NO_PICTURE: &str = "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png";

/// An account to connect.
pub struct Account {
    handle: &'static str,
    screen_name: &'static str,
    /// The first name of the person who connects it.
    connected_by: &'static str,
    owner: AccountOwner,
    nickname: Option<&'static str>,
    verified: bool,
    /// Days after the beginning.
    connected_on: i64,
    /// Whether the network has refused its token since then.
    failed: bool,
}

enum AccountOwner {
    Person,
    /// With the names of the teams that it is shared with.
    Workspace(&'static [&'static str]),
}

const ACCOUNT: Account = Account {
    handle: "",
    screen_name: "",
    connected_by: "Marcus",
    owner: AccountOwner::Person,
    nickname: None,
    verified: false,
    connected_on: 12,
    failed: false,
};

#[rustfmt::skip]
pub const ACCOUNTS: [Account; 9] = [
    Account { handle: "NorthfieldState", screen_name: "Northfield State Athletics", connected_by: "Dana", verified: true,
        owner: AccountOwner::Workspace(&["Football", "Track and Field", "Spirit squad"]), ..ACCOUNT },
    Account { handle: "NFS_Football", screen_name: "Northfield Football", verified: true, nickname: Some("Gameday"),
        owner: AccountOwner::Workspace(&["Football"]), ..ACCOUNT },
    Account { handle: "NFS_TrackField", screen_name: "Northfield Track & Field", connected_on: 13,
        owner: AccountOwner::Workspace(&["Track and Field"]), ..ACCOUNT },
    Account { handle: "NFS_Spirit", screen_name: "Northfield Spirit", connected_on: 13, failed: true,
        owner: AccountOwner::Workspace(&["Spirit squad"]), ..ACCOUNT },
    Account { handle: "NFS_Tickets", screen_name: "Northfield Ticket Office", connected_on: 15,
        owner: AccountOwner::Workspace(&[]), ..ACCOUNT },
    Account { handle: "DanaWhitfieldAD", screen_name: "Dana Whitfield", connected_by: "Dana", verified: true, ..ACCOUNT },
    Account { handle: "CoachOkafor", screen_name: "Tom Okafor", connected_by: "Tom", connected_on: 14, ..ACCOUNT },
    Account { handle: "priya_runs", screen_name: "Priya Raman", connected_by: "Priya", connected_on: 16, ..ACCOUNT },
    Account { handle: "jesse_calls_it", screen_name: "Jesse Alvarez", connected_by: "Jesse", connected_on: 17, ..ACCOUNT },
];

impl Department<'_> {
    pub(super) fn connect_accounts(&self, conn: &mut Conn) -> anyhow::Result<()> {
        for (number, account) in (1..).zip(&ACCOUNTS) {
            let session = self.session(account.connected_by, self.day(account.connected_on));
            let connected = self.connect(conn, session, account, &new_account(number, account)?)?;
            if account.failed {
                note_failure(conn, &connected, session.now + TimeDelta::days(6))?;
            }
        }
        Ok(())
    }

    fn connect(
        &self,
        conn: &mut Conn,
        session: Session,
        account: &Account,
        new: &NewAccount,
    ) -> Result<SocialAccount> {
        match account.owner {
            AccountOwner::Person => {
                let member = session.member(conn)?;
                member.connect_personally(conn, self.vault, new).map(Connected::into_account)
            }
            AccountOwner::Workspace(teams) => {
                let admin = session.admin(conn)?;
                let connected = admin.connect(conn, self.vault, new)?.into_account();
                let team_ids: Vec<i64> = teams.iter().map(|team| self.team_ids[team]).collect();
                let id = connected.id;
                let shared = admin.share(conn, TWITTER.name, id, account.nickname, &team_ids, "team_ids")?;
                Ok(shared.0)
            }
        }
    }
}

/// The network's id of the account with this number.
pub fn external_id(number: u64) -> String {
    (1_380_000_000_000_000_000 + number).to_string()
}

fn new_account(number: u64, account: &Account) -> anyhow::Result<NewAccount> {
    Ok(NewAccount {
        uuid: None,
        provider: TWITTER.name.to_owned(),
        external_id: Some(external_id(number).into()),
        handle: Handle::parse(account.handle).context("a handle")?,
        twitter_nickname: account.handle.to_owned(),
        profile: Some(Profile {
            screen_name: account.screen_name.to_owned(),
            logo_url: NO_PICTURE.to_owned(),
        }),
        access_token: Some(format!("demo-token-{number}").into()),
        refresh_token: None,
        source: TokenSource::Pasted,
        progress: Progress::default(),
        account_verified: Some(account.verified),
        location: None,
        parameter: format!("{}.{}", TWITTER.account, TWITTER.external_id),
    })
}

/// Written directly, because Roster does not call the network yet, so no model has a function for it.
fn note_failure(conn: &mut Conn, account: &SocialAccount, at: Moment) -> Result<()> {
    diesel::update(
        social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id)),
    )
    .set(social_accounts::auth_failed_at.eq(Some(at)))
    .execute(conn)?;
    event::act_as_job("refresh", at);
    Event::of_account(Verb::Updated, account)
        .change(AccountChange::Broke)
        .fields(["authFailedAt"])
        .record(conn)
}
