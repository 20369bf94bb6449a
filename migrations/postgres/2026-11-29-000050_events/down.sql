DROP FUNCTION connect_unheld_accounts_with_events(text);
DROP INDEX social_accounts_workspace_id_grant_id;
CREATE INDEX social_accounts_workspace_id_grant_id ON social_accounts (workspace_id, grant_id);
DROP TABLE events;
DROP FUNCTION keep_event();
ALTER TABLE installation DROP COLUMN events_kept_since;
