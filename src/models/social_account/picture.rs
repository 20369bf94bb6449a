//! The picture of an account, asked for again at its network. Nothing is held while the network is asked, and it is asked
//! at most once a minute for one account.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{SocialAccount, verified::RECONNECT};
use crate::{
    db::{Conn, dialect},
    error::{Error, Result},
    models::{
        consent::{Refusal, redeeming::Page},
        event::{self, Event, Verb},
        grant::{Answer, Condition, GrantId, refreshing::Refresher},
        session::Session,
        throttle::{self, Limit},
    },
    prepared,
    schema::social_accounts,
};

const LIMIT: Limit = Limit { attempts: 1, per: TimeDelta::minutes(1) };
const ONLY_BY_CONNECTING: &str = "This picture can only be changed by connecting the account again.";
/// The parameter at which refusals are reported.
const PARAMETER: &str = "id";

/// A request to bring the picture of an account up to date.
#[derive(Clone)]
pub struct PictureRequest {
    pub refresher: Refresher,
    pub session: Session,
    /// The stored name of the network.
    pub provider: &'static str,
    pub id: i64,
}

enum Step {
    /// The account was asked for in the last minute.
    Known(String),
    /// The last is the name of the person who asks.
    Ask(Page, Box<SocialAccount>, GrantId, String),
}

impl PictureRequest {
    /// The address of the picture.
    pub async fn run(self) -> Result<String> {
        let db = self.refresher.db.in_workspace(self.session.first_lock());
        let this = self.clone();
        match db.write(move |conn| this.begin(conn)).await? {
            Step::Known(url) => Ok(url),
            Step::Ask(page, account, grant, name) => {
                let url = self.ask(&page, &account, grant).await?;
                db.write(move |conn| self.store(conn, &account, grant, &url, &name)).await
            }
        }
    }

    fn begin(&self, conn: &mut Conn) -> Result<Step> {
        let member = self.session.member(conn)?;
        let account = member.changeable_account(conn, self.provider, self.id)?;
        let (Some(page), Some(id)) = (self.refresher.pages.find(self.provider), account.grant_id) else {
            return Err(Error::invalid(PARAMETER, "no_consent", ONLY_BY_CONNECTING));
        };
        let grant = GrantId { workspace_id: member.workspace_id, id };
        if Condition::find(conn, grant)?.is_none_or(|condition| condition.needs_reconnect()) {
            return Err(needs_reconnect());
        }
        match throttle::attempt(conn, &format!("picture/{}", account.id), LIMIT, member.now) {
            Err(Error::Throttled(_)) => Ok(Step::Known(account.logo_url)),
            outcome => outcome.map(|()| Step::Ask(page, Box::new(account), grant, member.name.clone())),
        }
    }

    async fn ask(&self, page: &Page, account: &SocialAccount, grant: GrantId) -> Result<String> {
        let refuse = |refusal: Refusal, wait| Err(refusal.to_error(PARAMETER, page.network().brand, wait));
        let profiles = match self.refresher.identify(&**page, grant).await? {
            Answer::Identified(identified) => identified.profiles,
            Answer::Suspended => return refuse(Refusal::Suspended, None),
            Answer::NeedsReconnect => return Err(needs_reconnect()),
            Answer::Gone => return Err(Error::NotFound),
            Answer::Nothing(failure) => return refuse(Refusal::Unavailable, failure.retry_after()),
        };
        let digest = |id: &str| self.refresher.vault.identity().digest(self.provider, id);
        let known = account.identity().digest;
        let profile = profiles.into_iter().find(|profile| Some(digest(&profile.external_id)) == known);
        profile.map(|profile| profile.logo_url).ok_or_else(needs_reconnect)
    }

    /// 404 if the account has gone, or has another token now.
    fn store(
        &self,
        conn: &mut Conn,
        account: &SocialAccount,
        grant: GrantId,
        url: &str,
        name: &str,
    ) -> Result<String> {
        dialect::lock_workspace(conn, account.workspace_id)?;
        let now = self.refresher.clock.now();
        event::act_as_person(self.session.user_id, Some(name.to_owned()), now);
        let row = social_accounts::table
            .filter(social_accounts::workspace_id.eq(account.workspace_id))
            .filter(social_accounts::id.eq(account.id))
            .filter(social_accounts::grant_id.eq(Some(grant.id)));
        let change = (social_accounts::logo_url.eq(url), social_accounts::updated_at.eq(now));
        let changed = prepared!(diesel::update(row).set(change).returning(SocialAccount::columns()));
        let changed: SocialAccount = changed.get_result(conn).optional()?.ok_or(Error::NotFound)?;
        Event::of_account(Verb::Updated, &changed).fields(["logo_url"]).record(conn)?;
        Ok(changed.logo_url)
    }
}

fn needs_reconnect() -> Error {
    Error::invalid(PARAMETER, "needs_reconnect", RECONNECT)
}
