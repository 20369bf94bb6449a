//! Connecting the account of a finished consent. The ordinary rules decide about conflicts, and a refusal does not use the
//! consent up. A consent that was used answers with its account for a day, because its answer may have been lost.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Change, Consent, Refusal, Status, outcome::StoredProfiles};
use crate::{
    db::{Conn, types::Uuid},
    error::{Error, Result},
    models::{
        grant,
        location::Location,
        session::{Admin, Member},
        social_account::{
            NewAccount, Owner, Profile, Progress, SocialAccount, TokenSource,
            connecting::{self, Connected},
            identity::Handle,
            reconnecting::reconnect,
        },
        vault::Vault,
    },
    networks::{Network, consent as page},
    schema::social_accounts,
};

/// How long a used consent answers with its account.
const USED_LIFETIME: TimeDelta = TimeDelta::hours(24);
const OTHER_SIDE: &str = "This consent was begun for the other side: one is the workspace, the other is you";

/// A request to connect the account of a consent.
#[derive(Debug, Clone)]
pub struct ConsentedAccount {
    pub id: Uuid,
    pub network: &'static Network,
    /// `None` means the location that the consent has.
    pub location: Option<Location>,
}

impl Admin {
    /// Connects the account for the workspace.
    pub fn connect_consented(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        wanted: &ConsentedAccount,
    ) -> Result<Connected> {
        wanted.connect(conn, vault, self, Owner::Workspace)
    }
}

impl Member {
    /// Connects the account for this person.
    pub fn connect_consented_personally(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        wanted: &ConsentedAccount,
    ) -> Result<Connected> {
        wanted.connect(conn, vault, self, Owner::Person(self.user_id))
    }
}

impl ConsentedAccount {
    fn connect(&self, conn: &mut Conn, vault: &Vault, member: &Member, owner: Owner) -> Result<Connected> {
        let consent = Consent::find(conn, member, self.id)?
            .filter(|consent| consent.provider == self.network.name && consent.expires_at > member.now)
            .ok_or_else(|| self.refuse(Refusal::Expired))?;
        if consent.scope != owner.scope() {
            return Err(Error::invalid(self.parameter(), "other_side", OTHER_SIDE));
        }
        match consent.status()? {
            Status::Granted => {}
            Status::Used => {
                return consent.connected(conn, owner)?.ok_or_else(|| self.refuse(Refusal::Expired));
            }
            Status::Denied => return Err(self.refuse(Refusal::Denied)),
            Status::Failed => {
                return Err(consent.failure(conn, vault, &self.parameter(), self.network.brand)?);
            }
            Status::Pending | Status::Redeeming | Status::Identifying => {
                return Err(self.refuse(Refusal::Expired));
            }
        }
        let StoredProfiles { profiles } = consent.outcome(conn, vault)?;
        if let Some(mismatch) = consent.mismatch(conn, vault, &profiles)? {
            return Err(mismatch.to_error(&self.parameter(), self.network.brand));
        }
        let new = self.new_account(conn, vault, &consent, profiles)?;
        let connected = match consent.account_to_reconnect(conn)? {
            Some(account) => Connected::Refreshed(reconnect(conn, vault, member.into(), &account, &new)?),
            None => connecting::connect(conn, vault, member.into(), owner, &new)?,
        };
        let change = Change {
            status: Some(Status::Used.name()),
            outcome: Some(None),
            account_id: Some(connected.account().id),
            expires_at: Some(member.now + USED_LIFETIME),
            ..Change::default()
        };
        consent.advance(conn, change)?;
        Ok(connected)
    }

    fn new_account(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        consent: &Consent,
        profiles: Vec<page::Profile>,
    ) -> Result<NewAccount> {
        let [profile] =
            <[_; 1]>::try_from(profiles).map_err(|_| Error::ours("a consent with several accounts"))?;
        let grant_id = consent.grant_id.ok_or_else(|| self.refuse(Refusal::Expired))?;
        let access = grant::access(conn, vault, consent.workspace_id, grant_id)?;
        let access = access.ok_or_else(|| self.refuse(Refusal::Expired))?;
        Ok(NewAccount {
            uuid: None,
            provider: consent.provider.clone(),
            external_id: Some(profile.external_id.into()),
            handle: Handle::parse(&profile.handle).ok_or_else(|| Error::ours("a handle without a letter"))?,
            twitter_nickname: profile.handle,
            profile: Some(Profile { screen_name: profile.name, logo_url: profile.logo_url }),
            access_token: Some(access.token),
            refresh_token: None,
            source: TokenSource::Granted(grant_id),
            progress: Progress {
                scopes: Some(access.scopes),
                auth_failed_at: Some(None),
                ..Progress::default()
            },
            account_verified: Some(profile.is_verified),
            location: self.location.or_else(|| consent.location.as_deref().and_then(Location::stored)),
            parameter: self.parameter(),
        })
    }

    fn parameter(&self) -> String {
        format!("{}.consent_id", self.network.account)
    }

    fn refuse(&self, refusal: Refusal) -> Error {
        refusal.to_error(&self.parameter(), self.network.brand, None)
    }
}

impl Consent {
    /// The account that was connected, if the same owner still has it.
    fn connected(&self, conn: &mut Conn, owner: Owner) -> Result<Option<Connected>> {
        let Some(account_id) = self.account_id else { return Ok(None) };
        let account: Option<SocialAccount> = social_accounts::table
            .filter(social_accounts::workspace_id.eq(self.workspace_id))
            .filter(social_accounts::id.eq(account_id))
            .select(SocialAccount::columns())
            .first(conn)
            .optional()?;
        Ok(account.filter(|account| account.owner() == owner).map(Connected::Refreshed))
    }
}
