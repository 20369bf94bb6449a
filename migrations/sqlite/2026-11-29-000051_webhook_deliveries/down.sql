DROP TABLE webhook_deliveries;
ALTER TABLE webhooks DROP COLUMN failing_since;
ALTER TABLE webhooks DROP COLUMN off_because;
