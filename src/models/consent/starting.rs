//! Starting a consent: the row, and the address to which the browser goes.

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;

use super::{LIFETIME, Status, place};
use crate::{
    clock::Moment,
    crypto::{opaque::OpaqueToken, workspace_token::WorkspaceToken},
    db::{Conn, Variant, types::Uuid},
    error::{Error, Result},
    models::{
        location::Location,
        session::{Member, Session},
        social_account::{Owner, reconnecting},
        throttle::{self, Limit},
        vault::Vault,
    },
    networks::consent::{Attempt, Consent as ConsentPage},
    schema::consents,
};

/// How many consents a person may start.
const LIMIT: Limit = Limit { attempts: 20, per: TimeDelta::hours(1) };

/// What a request asks to begin.
pub struct NewConsent {
    pub page: Arc<dyn ConsentPage>,
    pub owner: Owner,
    /// The account to reconnect; `None` connects any.
    pub account_id: Option<i64>,
    pub location: Option<Location>,
    /// Our address to which the network returns the browser.
    pub redirect_url: String,
    /// The other front end to which we then send it.
    pub return_url: Option<String>,
}

/// A consent that has begun.
pub struct Started {
    pub id: Uuid,
    /// Contains the state, so it is a secret of the browser that asked.
    pub authorize_url: SecretString,
    pub expires_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = consents)]
struct NewRow<'a> {
    workspace_id: i64,
    id: Uuid,
    user_id: i64,
    session: Uuid,
    provider: &'a str,
    scope: &'a str,
    account_id: Option<i64>,
    location: Option<&'a str>,
    state_digest: String,
    verifier: String,
    redirect_url: &'a str,
    return_url: Option<&'a str>,
    status: &'a str,
    expires_at: Moment,
    created_at: Moment,
}

impl Member {
    /// Begins a consent for this person, or refuses it if they began too many; 404 if the owner does not have the account to
    /// reconnect.
    pub fn start_consent(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        session: &Session,
        new: &NewConsent,
    ) -> Result<Started> {
        let network = new.page.network().name;
        if let Some(id) = new.account_id {
            let account = reconnecting::find(conn, self.workspace_id, new.owner, network, id)?;
            account.ok_or(Error::NotFound)?;
        }
        throttle::attempt(conn, &format!("consent/{}", self.user_id), LIMIT, self.now)?;
        let (id, state) = (Uuid::random(), WorkspaceToken::generate(self.workspace_id));
        let verifier = OpaqueToken::generate();
        let attempt = Attempt { redirect_url: new.redirect_url.clone(), verifier: verifier.expose().into() };
        let authorize_url = new.page.authorize_url(&attempt, &state.expose().into()).map_err(Error::ours)?;
        let sealed = vault.ring().seal(&place(self.workspace_id, id, "verifier"), verifier.expose());
        let row = NewRow {
            workspace_id: self.workspace_id,
            id,
            user_id: self.user_id,
            session: session.uuid,
            provider: network,
            scope: new.owner.scope(),
            account_id: new.account_id,
            location: new.location.map(Location::name),
            state_digest: state.digest(),
            verifier: sealed.as_str().to_owned(),
            redirect_url: &new.redirect_url,
            return_url: new.return_url.as_deref(),
            status: Status::Pending.name(),
            expires_at: self.now + LIFETIME,
            created_at: self.now,
        };
        Variant(diesel::insert_into(consents::table).values(row)).execute(conn)?;
        Ok(Started { id, authorize_url, expires_at: self.now + LIFETIME })
    }
}
