DROP INDEX social_accounts_workspace_id_provider_key_owner_id;
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key_owner_id
    ON social_accounts (workspace_id, provider, key, owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX social_accounts_workspace_id_provider_key_scope
    ON social_accounts (workspace_id, provider, key, scope);
