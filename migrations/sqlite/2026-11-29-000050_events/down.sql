DROP INDEX social_accounts_workspace_id_grant_id;
CREATE INDEX social_accounts_workspace_id_grant_id ON social_accounts (workspace_id, grant_id);
DROP TABLE events;
ALTER TABLE installation DROP COLUMN events_kept_since;
