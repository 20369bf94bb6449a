-- Each index is one page more to write with each account. One finds all accounts with a key, and permits one of each owner;
-- 0 is the workspace. Few accounts have a grant, and those without an owner are looked for on one network.
DROP INDEX social_accounts_workspace_id_provider_key;
DROP INDEX social_accounts_workspace_id_provider_key_owner_id;
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key_owner_id
    ON social_accounts (workspace_id, provider, key, coalesce(owner_id, 0));
DROP INDEX social_accounts_workspace_id_grant_id;
CREATE INDEX social_accounts_workspace_id_grant_id
    ON social_accounts (workspace_id, grant_id) WHERE grant_id IS NOT NULL;
DROP INDEX social_accounts_workspace_id_owner_id;
CREATE INDEX social_accounts_workspace_id_owner_id
    ON social_accounts (workspace_id, owner_id) WHERE owner_id IS NOT NULL;
