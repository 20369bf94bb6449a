//! A consent: one attempt of a person to connect an account on a network's own page, from the start until the account is
//! connected. Each step is a transaction that changes the status from one value to the next.

pub mod candidates;
pub mod connecting;
mod ending;
mod identifying;
mod outcome;
mod reconnecting;
pub mod redeeming;
pub mod refusal;
pub mod returning;
pub mod starting;
mod waiting;

use chrono::TimeDelta;
use diesel::prelude::*;
use secrecy::SecretString;
use strum::{EnumString, IntoStaticStr};

pub use self::{
    ending::{end_expired, end_of_person},
    refusal::Refusal,
};
use crate::{
    clock::Moment,
    crypto::seal::Place,
    db::{Conn, MultiBackend, Variant, dialect, types::Uuid},
    error::{Error, Result},
    models::{session::Viewer, social_account::Owner, vault::Vault},
    schema::consents,
};

/// How long the browser may be away.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long the person may then take to say yes.
pub const OUTCOME_LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// How long a network's answer to a code is waited for. A code is spent by trying, so nobody tries again after it.
const REDEMPTION_LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long one process asks whose grant it is, before another may ask again.
const IDENTIFICATION_LEASE: TimeDelta = TimeDelta::seconds(10);
const CHANGED_MEANWHILE: &str = "the consent was changed by another transaction";

/// How far a consent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// The browser is at the network.
    Pending,
    /// The network is asked for tokens.
    Redeeming,
    /// The tokens are stored; the network is asked whose they are.
    Identifying,
    /// The account is known, and the person may connect it.
    Granted,
    /// The network did not grant access.
    Denied,
    /// It cannot go on; the row says why.
    Failed,
    /// The account is connected.
    Used,
}

impl Status {
    /// The stored name, which the API answers too.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A consent without its secrets.
#[derive(Debug, Clone, Queryable, Selectable)]
pub struct Consent {
    pub workspace_id: i64,
    pub id: Uuid,
    user_id: i64,
    session: Uuid,
    /// The stored name of the network.
    pub provider: String,
    scope: String,
    /// The account to reconnect, and then the one that was connected.
    account_id: Option<i64>,
    location: Option<String>,
    state_digest: String,
    redirect_url: String,
    status: String,
    reason: Option<String>,
    grant_id: Option<Uuid>,
    leased_until: Option<Moment>,
    expires_at: Moment,
}

type Columns = <Consent as Selectable<MultiBackend>>::SelectExpression;

/// The columns to change. `None` leaves a column as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = consents)]
struct Change<'a> {
    status: Option<&'a str>,
    reason: Option<&'a str>,
    verifier: Option<Option<String>>,
    outcome: Option<Option<String>>,
    grant_id: Option<Uuid>,
    account_id: Option<i64>,
    leased_until: Option<Option<Moment>>,
    expires_at: Option<Moment>,
}

impl Consent {
    fn columns() -> Columns {
        <Self as Selectable<MultiBackend>>::construct_selection()
    }

    /// The consent with this id, if this person began it in their workspace.
    fn find(conn: &mut Conn, viewer: &Viewer, id: Uuid) -> Result<Option<Self>> {
        let found = consents::table
            .find((viewer.workspace_id, id))
            .filter(consents::user_id.eq(viewer.user_id))
            .select(Self::columns())
            .first(conn)
            .optional()?;
        Ok(found)
    }

    /// The owner of what it connects.
    fn owner(&self) -> Owner {
        let person = Owner::Person(self.user_id);
        if self.scope == person.scope() { person } else { Owner::Workspace }
    }

    fn status(&self) -> Result<Status> {
        self.status.parse().map_err(|_| Error::ours("a consent with an unknown status"))
    }

    fn is_leased(&self, now: Moment) -> bool {
        self.leased_until.is_some_and(|until| until > now)
    }

    /// Changes the row if it still has the status that was read; otherwise the transaction runs again.
    fn advance(&self, conn: &mut Conn, change: Change) -> Result<()> {
        let row = consents::table
            .filter(consents::workspace_id.eq(self.workspace_id))
            .filter(consents::id.eq(self.id))
            .filter(consents::status.eq(&self.status));
        match Variant(diesel::update(row).set(change)).execute(conn)? {
            0 => Err(dialect::retry_error(CHANGED_MEANWHILE).into()),
            _ => Ok(()),
        }
    }

    fn place(&self, column: &'static str) -> Place {
        place(self.workspace_id, self.id, column)
    }

    /// Opens the value of a sealed column that this consent must have.
    fn open(&self, vault: &Vault, column: &'static str, sealed: Option<String>) -> Result<SecretString> {
        let sealed = sealed.ok_or_else(|| Error::ours(format!("a consent without its {column}")))?;
        vault.open(&self.place(column), &sealed).map_err(Error::ours)
    }
}

/// The place of a sealed column.
fn place(workspace_id: i64, id: Uuid, column: &'static str) -> Place {
    Place { table: "consents", column, row: id.0, workspace: workspace_id }
}
