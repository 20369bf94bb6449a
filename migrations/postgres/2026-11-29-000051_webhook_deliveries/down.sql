DROP FUNCTION connect_unheld_accounts_with_deliveries(bigint[], bigint[], text);
DROP FUNCTION asks_for(text, text);
DROP TABLE webhook_deliveries;
ALTER TABLE webhooks DROP COLUMN failing_since, DROP COLUMN off_because;
