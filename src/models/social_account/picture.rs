//! The picture of an account, asked for again at its network. Nothing is held while the network is asked, and it is asked
//! at most once a minute for one account.

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

use super::{SocialAccount, verified::RECONNECT};
use crate::{
    clock::Moment,
    db::{Conn, Db, dialect, types::Uuid},
    error::{Error, Result},
    models::{
        consent::{
            Refusal,
            redeeming::{self, Page},
        },
        grant,
        session::Session,
        throttle::{self, Limit},
        vault::Vault,
    },
    networks::consent::{
        Consents,
        verdict::{Death, Failure},
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
    pub db: Db,
    pub vault: Vault,
    pub pages: Consents,
    pub session: Session,
    /// The stored name of the network.
    pub provider: &'static str,
    pub id: i64,
}

enum Step {
    /// The account was asked for in the last minute.
    Known(String),
    Ask(Page, SocialAccount, Uuid, SecretString),
}

impl PictureRequest {
    /// The address of the picture.
    pub async fn run(self) -> Result<String> {
        let db = self.db.in_workspace(self.session.first_lock());
        let this = self.clone();
        match db.write(move |conn| this.begin(conn)).await? {
            Step::Known(url) => Ok(url),
            Step::Ask(page, account, grant_id, token) => {
                let url = self.ask(&page, &account, &token).await?;
                let now = self.session.now;
                db.write(move |conn| store(conn, &account, grant_id, &url, now)).await
            }
        }
    }

    fn begin(&self, conn: &mut Conn) -> Result<Step> {
        let member = self.session.member(conn)?;
        let account = member.changeable_account(conn, self.provider, self.id)?;
        let (Some(page), Some(grant_id)) = (self.pages.find(self.provider), account.grant_id) else {
            return Err(Error::invalid(PARAMETER, "no_consent", ONLY_BY_CONNECTING));
        };
        let token = grant::living_token(conn, &self.vault, member.workspace_id, grant_id, member.now)?;
        let token = token.ok_or_else(needs_reconnect)?;
        match throttle::attempt(conn, &format!("picture/{}", account.id), LIMIT, member.now) {
            Err(Error::Throttled(_)) => Ok(Step::Known(account.logo_url)),
            outcome => outcome.map(|()| Step::Ask(page, account, grant_id, token)),
        }
    }

    async fn ask(&self, page: &Page, account: &SocialAccount, token: &SecretString) -> Result<String> {
        let identified = page.identify(token).await.map_err(|failure| to_error(page, &failure))?;
        let digest = |id: &str| self.vault.identity().digest(self.provider, id);
        let known = account.identity().digest;
        let mut profiles = identified.profiles.into_iter();
        let profile = profiles.find(|profile| Some(digest(&profile.external_id)) == known);
        profile.map(|profile| profile.logo_url).ok_or_else(needs_reconnect)
    }
}

/// 404 if the account has gone, or has another token now.
fn store(conn: &mut Conn, account: &SocialAccount, grant_id: Uuid, url: &str, now: Moment) -> Result<String> {
    dialect::lock_workspace(conn, account.workspace_id)?;
    let row = social_accounts::table
        .filter(social_accounts::workspace_id.eq(account.workspace_id))
        .filter(social_accounts::id.eq(account.id))
        .filter(social_accounts::grant_id.eq(Some(grant_id)));
    let change = (social_accounts::logo_url.eq(url), social_accounts::updated_at.eq(now));
    match prepared!(diesel::update(row).set(change)).execute(conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(url.to_owned()),
    }
}

fn to_error(page: &Page, failure: &Failure) -> Error {
    failure.log(page.network());
    match failure {
        Failure::Dead(Death::Refused) | Failure::NotLasting => needs_reconnect(),
        failure => {
            let retry_after = redeeming::retry_after(failure);
            Refusal::from(failure).to_error(PARAMETER, page.network().brand, retry_after)
        }
    }
}

fn needs_reconnect() -> Error {
    Error::invalid(PARAMETER, "needs_reconnect", RECONNECT)
}
