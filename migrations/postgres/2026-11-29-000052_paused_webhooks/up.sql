-- paused_until: nothing is sent before, because the webhook has failed again.
ALTER TABLE webhooks ADD COLUMN paused_until timestamp(3);

-- The lease is in the index of due deliveries, so that a leased delivery is in one index less.
DROP INDEX webhook_deliveries_workspace_id_webhook_id;
DROP INDEX webhook_deliveries_workspace_id_webhook_id_due_at;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at_lease
    ON webhook_deliveries (workspace_id, webhook_id, due_at, lease) WHERE outcome IS NULL;
