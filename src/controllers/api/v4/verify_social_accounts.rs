//! `/verify_social_accounts`: whether the tokens of the caller's accounts work, from what is stored.

use actix_web::web::Data;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use super::account_type::AccountType;
use crate::{
    app::App,
    clock::Moment,
    controllers::answer::{self, Answer, Named},
    db::{Conn, Lane},
    error::Result,
    models::{
        grant,
        page::Listed,
        session::{Session, Viewer},
        social_account::{
            Owner,
            verified::{RECONNECT, VerifiedAccount},
        },
    },
    networks,
    parameters::{DateOrMoment, OneOf, PageNumber, Query, parameters},
    records::token_readings::{self, TokenReading},
};

parameters! {
    /// The accounts to verify.
    pub struct Verification {
        #[schema(example = "twitter")]
        r#type: OneOf<AccountType>,
        /// The number of the page, from 1; a page has 25 entries.
        #[schema(example = 1)]
        page: PageNumber,
        /// Accounts that were last checked before it are checked again soon; the answer does not wait for that.
        date: Option<DateOrMoment>,
    }
}

/// The accounts of a network, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedAccounts {
    any_accounts: Vec<AnyVerifiedAccount>,
    total_count: i64,
}

/// An account in the words of its network.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AnyVerifiedAccount {
    Account(VerifiedNetworkAccount),
}

/// An account with its token, if the caller may read it.
#[derive(Serialize, ToSchema)]
pub struct VerifiedNetworkAccount {
    id: i64,
    /// The display name.
    #[schema(example = "Falcons Athletics")]
    screen_name: String,
    /// Empty unless the account is yours, or you are an admin and it is the workspace's.
    external_id: String,
    /// Empty as well while it is known not to work.
    token: String,
    #[schema(example = "https://example.com/falcons.png")]
    logo_url: String,
    account_verified: bool,
    /// The handle.
    #[schema(example = "falcons")]
    handle: String,
    /// The label given in Roster; empty by default.
    nickname: String,
    /// `personal` or `workspace`.
    #[schema(example = "personal")]
    r#type: &'static str,
    verified: Verdict,
}

/// Whether the token of an account works, as far as is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    verified: bool,
    /// What to do if it does not; otherwise empty.
    #[schema(example = "")]
    error_message: &'static str,
}

impl std::fmt::Debug for VerifiedNetworkAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedNetworkAccount").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<VerifiedAccount> for VerifiedNetworkAccount {
    fn from(VerifiedAccount { account, works, secrets, .. }: VerifiedAccount) -> Self {
        let text = |secret: Option<SecretString>| {
            secret.map_or(String::new(), |text| text.expose_secret().to_owned())
        };
        Self {
            id: account.id,
            r#type: user_refer(account.owner()),
            screen_name: account.screen_name,
            external_id: text(secrets.external_id),
            token: text(secrets.access_token),
            logo_url: account.logo_url,
            account_verified: account.account_verified,
            handle: account.twitter_nickname,
            nickname: account.nickname,
            verified: Verdict { verified: works, error_message: if works { "" } else { RECONNECT } },
        }
    }
}

/// V4's word for whose an account is.
pub(super) fn user_refer(owner: Owner) -> &'static str {
    match owner {
        Owner::Workspace => "workspace",
        Owner::Person(_) => "personal",
    }
}

/// The tokens that an answer shows are recorded before it is sent.
pub async fn show(
    session: Session,
    app: Data<App>,
    Query(Verification { r#type, page, date }): Query<Verification>,
) -> Result<Answer<Named<VerifiedAccounts>>> {
    let vault = app.vault();
    let (viewer, listed) = app
        .view(session, move |conn, viewer| {
            Ok((viewer.clone(), viewer.verified_accounts(conn, &vault, r#type.provider(), page)?))
        })
        .await?;
    record(&app, viewer, &listed, date).await?;
    // A network that this service does not have has no accounts in V4, so its names do not matter.
    let network = networks::find(&app.networks, r#type.provider()).unwrap_or(&networks::TWITTER);
    let Listed { rows, total_count } = listed;
    let any_accounts = rows.into_iter().map(|account| AnyVerifiedAccount::Account(account.into())).collect();
    Ok(answer::ok(Named::new(network, VerifiedAccounts { any_accounts, total_count })))
}

/// Records the token readings, and which grants are to be checked again.
async fn record(
    app: &App,
    viewer: Viewer,
    listed: &Listed<VerifiedAccount>,
    checked_before: Option<Moment>,
) -> Result<()> {
    let readings: Vec<TokenReading> = listed.rows.iter().filter_map(reading).collect();
    let grant_ids: Vec<_> = listed.rows.iter().filter_map(|row| row.readable_grant).collect();
    let noted = listed.rows.iter().filter(|row| row.is_noted);
    let read_grants: Vec<_> = noted.filter_map(|row| row.readable_grant).collect();
    let checked_before = checked_before.filter(|_| !grant_ids.is_empty());
    if readings.is_empty() && read_grants.is_empty() && checked_before.is_none() {
        return Ok(());
    }
    let db = app.db.in_lane(Lane::Workspace(viewer.workspace_id));
    db.write_among_reads(readings.len().max(1), move |conn: &mut Conn| {
        // In the order of /rest, and all grants before some of them, so that no two transactions wait for each other.
        token_readings::insert_for_person(conn, &viewer, &readings)?;
        if let Some(before) = checked_before {
            grant::request_checks(conn, viewer.workspace_id, &grant_ids, before, viewer.now)?;
        }
        grant::note_read(conn, viewer.workspace_id, &read_grants, viewer.now)
    })
    .await
}

fn reading(row: &VerifiedAccount) -> Option<TokenReading> {
    let shown = [("externalId", &row.secrets.external_id), ("accessToken", &row.secrets.access_token)];
    let fields: Vec<String> =
        shown.into_iter().filter(|(_, secret)| secret.is_some()).map(|(name, _)| name.to_owned()).collect();
    (!fields.is_empty()).then(|| TokenReading::of_account(row.account.uuid, fields))
}
