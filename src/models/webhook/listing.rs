//! The webhooks of a workspace and their latest deliveries, as admins see them.

use diesel::prelude::*;

use super::{
    State,
    delivery::{self, Outcome},
};
use crate::{
    clock::Moment,
    db::{Conn, MultiBackend, operations, types::Uuid},
    error::{Error, Result},
    models::{
        page::{Listed, Page},
        session::{Admin, Session, Viewer},
    },
    schema::{webhook_deliveries, webhooks},
};

const ONLY_ADMINS_MANAGE_WEBHOOKS: &str = "Only workspace admins can manage webhooks";
const STILL_WAITS: &str = "This delivery waits already";
const IS_OFF: &str = "This webhook is switched off. Switch it on first";

/// A webhook without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhooks)]
pub struct ListedWebhook {
    pub id: Uuid,
    pub target_url: String,
    pub description: String,
    operations: Option<String>,
    #[diesel(select_expression = webhooks::secret.is_not_null())]
    pub is_signed: bool,
    off_because: Option<String>,
    failing_since: Option<Moment>,
    pub created_at: Moment,
}

/// A delivery without its body.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
pub struct ListedDelivery {
    pub id: Uuid,
    pub event_name: String,
    pub record_id: Option<String>,
    pub created_at: Moment,
    pub attempts: i32,
    pub attempted_at: Option<Moment>,
    /// The receiver's last answer.
    pub status: Option<i32>,
    /// Why the last attempt had no answer.
    pub last_error: Option<String>,
    queued_at: Moment,
    due_at: Moment,
    lease: Option<Uuid>,
    outcome: Option<String>,
}

impl ListedWebhook {
    pub fn operations(&self) -> Vec<String> {
        operations::parse(self.operations.as_deref())
    }

    pub fn state(&self) -> State {
        State::new(self.off_because.as_deref(), self.failing_since)
    }
}

impl ListedDelivery {
    /// `None` while it waits.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.as_deref()?.parse().ok()
    }

    /// When it is sent next; `None` if it is being sent, or will not be.
    pub fn next_attempt_at(&self) -> Option<Moment> {
        (self.outcome.is_none() && self.lease.is_none()).then(|| self.due_at.max(self.queued_at))
    }
}

impl Session {
    /// Loads an admin, who may manage webhooks; 403 for other members.
    pub fn webhook_admin(&self, conn: &mut Conn) -> Result<Admin> {
        self.member(conn)?.admin(ONLY_ADMINS_MANAGE_WEBHOOKS)
    }
}

impl Viewer {
    /// Lists webhooks, oldest first; 403 for members who are not admins.
    pub fn webhooks(&self, conn: &mut Conn, page: Page) -> Result<Listed<ListedWebhook>> {
        self.expect_webhook_admin()?;
        let of_workspace = || webhooks::table.filter(webhooks::workspace_id.eq(self.workspace_id));
        let rows = of_workspace()
            .order((webhooks::created_at, webhooks::id))
            .limit(page.limit())
            .offset(page.offset())
            .select(<ListedWebhook as Selectable<MultiBackend>>::construct_selection())
            .load(conn)?;
        Ok(Listed { rows, total_count: of_workspace().count().get_result(conn)? })
    }

    /// Lists the deliveries of a webhook, newest first; 404 if there is no such webhook.
    pub fn webhook_deliveries(
        &self,
        conn: &mut Conn,
        webhook_id: Uuid,
        page: Page,
    ) -> Result<Listed<ListedDelivery>> {
        self.expect_webhook_admin()?;
        let (_, paused_until) = find_webhook(conn, self.workspace_id, webhook_id)?;
        let of_webhook = || {
            webhook_deliveries::table
                .filter(webhook_deliveries::workspace_id.eq(self.workspace_id))
                .filter(webhook_deliveries::webhook_id.eq(webhook_id))
        };
        let mut rows: Vec<ListedDelivery> = of_webhook()
            .order(webhook_deliveries::id.desc())
            .limit(page.limit())
            .offset(page.offset())
            .select(<ListedDelivery as Selectable<MultiBackend>>::construct_selection())
            .load(conn)?;
        for delivery in &mut rows {
            delivery.due_at = delivery.due_at.max(paused_until.unwrap_or(delivery.due_at));
        }
        Ok(Listed { rows, total_count: of_webhook().count().get_result(conn)? })
    }

    fn expect_webhook_admin(&self) -> Result<()> {
        if self.is_admin() { Ok(()) } else { Err(Error::Forbidden(ONLY_ADMINS_MANAGE_WEBHOOKS)) }
    }
}

impl Admin {
    /// Refuses a webhook that does not exist or is off.
    pub fn expect_webhook_on(&self, conn: &mut Conn, id: Uuid) -> Result<()> {
        match find_webhook(conn, self.workspace_id, id)? {
            (None, _) => Ok(()),
            (Some(_), _) => Err(Error::invalid("webhook", "off", IS_OFF)),
        }
    }

    /// Queues a delivery of a webhook again, which is settled; 404 if there is none with this id.
    pub fn send_again(&self, conn: &mut Conn, webhook_id: Uuid, id: Uuid) -> Result<ListedDelivery> {
        self.expect_webhook_on(conn, webhook_id)?;
        if !delivery::send_again(conn, self.workspace_id, webhook_id, id, self.now)? {
            self.webhook_delivery(conn, webhook_id, id)?;
            return Err(Error::invalid("delivery", "waiting", STILL_WAITS));
        }
        self.webhook_delivery(conn, webhook_id, id)
    }

    pub fn webhook_delivery(&self, conn: &mut Conn, webhook_id: Uuid, id: Uuid) -> Result<ListedDelivery> {
        webhook_deliveries::table
            .find((self.workspace_id, webhook_id, id))
            .select(<ListedDelivery as Selectable<MultiBackend>>::construct_selection())
            .first(conn)
            .optional()?
            .ok_or(Error::NotFound)
    }
}

/// Why the webhook is off and until when it is paused, if so; 404 if there is no such webhook.
fn find_webhook(conn: &mut Conn, workspace_id: i64, id: Uuid) -> Result<(Option<String>, Option<Moment>)> {
    webhooks::table
        .find((workspace_id, id))
        .select((webhooks::off_because, webhooks::paused_until))
        .first(conn)
        .optional()?
        .ok_or(Error::NotFound)
}

/// The webhooks of all workspaces that are off, with the ids of their workspaces, for the operator.
pub fn off(conn: &mut Conn) -> Result<Vec<(i64, Uuid, String)>> {
    let off = webhooks::table
        .filter(webhooks::off_because.is_not_null())
        .order((webhooks::workspace_id, webhooks::id))
        .select((webhooks::workspace_id, webhooks::id, webhooks::off_because.assume_not_null()))
        .load(conn)?;
    Ok(off)
}
