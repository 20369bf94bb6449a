DROP FUNCTION connect_unheld_accounts_with_events(bigint[], bigint[], text);
DROP TABLE events;
DROP FUNCTION keep_event();
ALTER TABLE installation DROP COLUMN events_kept_since;
