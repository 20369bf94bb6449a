//! Webhooks and their deliveries in JSON, without secrets and bodies.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::{self, Moment},
    controllers::api::v4::meta::Meta,
    models::{
        page::Listed,
        webhook::{
            OffReason, State,
            delivery::Outcome,
            listing::{ListedDelivery, ListedWebhook},
        },
    },
};

/// The webhooks of the workspace, one page of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhooks {
    webhooks: Vec<WebhookDetails>,
    meta: Meta,
}

/// A webhook and whether it works.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDetails {
    id: uuid::Uuid,
    #[schema(example = "https://n8n.example.com/webhook/roster")]
    target_url: String,
    description: String,
    #[schema(example = json!(["connectedAccount.updated"]))]
    operations: Vec<String>,
    /// Whether it has a secret, with which its deliveries are signed.
    signed: bool,
    state: WebhookState,
    /// Since when every attempt has failed; null unless `state` is `failing`.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    failing_since: Option<Moment>,
    /// A sentence; null unless `state` is `off`.
    #[schema(required, example = "the receiver answered 410: it wants no more deliveries")]
    off_because: Option<&'static str>,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

/// A webhook that is `off` is not called. Changing it at `/rest/webhooks` switches it on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    On,
    Failing,
    Off,
}

/// The deliveries of a webhook in the last week, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliveries {
    deliveries: Vec<DeliveryDetails>,
    meta: Meta,
}

/// The response to a test, and to sending a delivery again.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedDelivery {
    #[schema(example = true)]
    success: bool,
    delivery: DeliveryDetails,
}

/// What came of a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryDetails {
    /// `webhook-id` of the request contains it, without hyphens.
    id: uuid::Uuid,
    #[schema(example = "connectedAccount.updated")]
    event_name: String,
    /// Null in a test.
    #[schema(required)]
    record_id: Option<String>,
    state: DeliveryState,
    #[schema(example = 1)]
    attempts: i32,
    /// The status of the last answer; null without an answer.
    #[schema(required, example = 200)]
    status: Option<i32>,
    /// Why the last attempt had no answer.
    #[schema(required)]
    error: Option<String>,
    #[serde(serialize_with = "clock::serialize")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    attempted_at: Option<Moment>,
    /// Null while it is being sent, and once it is settled.
    #[serde(serialize_with = "clock::serialize_option")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_attempt_at: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Every attempt has failed.
    GivenUp,
    /// It waited when the webhook was switched off.
    SwitchedOff,
}

impl Webhooks {
    pub fn new(Listed { rows, total_count }: Listed<ListedWebhook>) -> Self {
        Self { webhooks: rows.into_iter().map(WebhookDetails::new).collect(), meta: Meta { total_count } }
    }
}

impl WebhookDetails {
    fn new(webhook: ListedWebhook) -> Self {
        let (state, failing_since, off_because) = match webhook.state() {
            State::On => (WebhookState::On, None, None),
            State::FailingSince(since) => (WebhookState::Failing, Some(since), None),
            State::OffBecause(reason) => (WebhookState::Off, None, Some(OffReason::sentence(reason))),
        };
        Self {
            id: webhook.id.0,
            operations: webhook.operations(),
            target_url: webhook.target_url,
            description: webhook.description,
            signed: webhook.is_signed,
            state,
            failing_since,
            off_because,
            created_at: webhook.created_at,
        }
    }
}

impl Deliveries {
    pub fn new(Listed { rows, total_count }: Listed<ListedDelivery>) -> Self {
        Self { deliveries: rows.into_iter().map(DeliveryDetails::new).collect(), meta: Meta { total_count } }
    }
}

impl CreatedDelivery {
    pub fn new(delivery: ListedDelivery) -> Self {
        Self { success: true, delivery: DeliveryDetails::new(delivery) }
    }
}

impl DeliveryDetails {
    fn new(delivery: ListedDelivery) -> Self {
        Self {
            id: delivery.id.0,
            state: match delivery.outcome() {
                None => DeliveryState::Waiting,
                Some(Outcome::Delivered) => DeliveryState::Delivered,
                Some(Outcome::GivenUp) => DeliveryState::GivenUp,
                Some(Outcome::SwitchedOff) => DeliveryState::SwitchedOff,
            },
            next_attempt_at: delivery.next_attempt_at(),
            event_name: delivery.event_name,
            record_id: delivery.record_id,
            attempts: delivery.attempts,
            status: delivery.status,
            error: delivery.last_error,
            created_at: delivery.created_at,
            attempted_at: delivery.attempted_at,
        }
    }
}
