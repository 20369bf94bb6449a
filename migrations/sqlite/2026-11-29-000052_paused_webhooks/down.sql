DROP INDEX webhook_deliveries_workspace_id_webhook_id_due_at_lease;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id_due_at
    ON webhook_deliveries (workspace_id, webhook_id, due_at) WHERE outcome IS NULL;
CREATE INDEX webhook_deliveries_workspace_id_webhook_id ON webhook_deliveries (workspace_id, webhook_id)
    WHERE lease IS NOT NULL;
ALTER TABLE webhooks DROP COLUMN paused_until;
