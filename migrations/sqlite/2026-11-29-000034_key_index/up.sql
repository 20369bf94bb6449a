-- One index finds all accounts with a key, and there is one of each owner. An account was in two before.
DROP INDEX social_accounts_workspace_id_provider_key_scope;
DROP INDEX social_accounts_workspace_id_provider_key_owner_id;
CREATE UNIQUE INDEX social_accounts_workspace_id_provider_key_owner_id
    ON social_accounts (workspace_id, provider, key, owner_id);
