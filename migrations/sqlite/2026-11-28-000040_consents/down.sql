DROP INDEX social_accounts_workspace_id_grant_id;
ALTER TABLE social_accounts DROP COLUMN grant_id;
DROP TABLE grants;
DROP TABLE consents;
