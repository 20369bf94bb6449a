DROP INDEX social_accounts_workspace_id_owner_id;
CREATE INDEX social_accounts_workspace_id_owner_id ON social_accounts (workspace_id, owner_id);
DROP INDEX social_accounts_workspace_id_grant_id;
CREATE INDEX social_accounts_workspace_id_grant_id ON social_accounts (workspace_id, grant_id);
DROP INDEX social_accounts_workspace_id_provider_key_owner_id;
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key_owner_id
    ON social_accounts (workspace_id, provider, key, owner_id);
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key
    ON social_accounts (workspace_id, provider, key) WHERE owner_id IS NULL;
